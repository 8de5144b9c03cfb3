import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { audience } from '../../../src/domain/audience';
import { PouchStore } from '../../../src/store/pouch-store';
import {
  CLASS,
  CODE,
  handTimers,
  HEAD,
  morning,
  openSchool,
  pupilId,
  TEACHER,
  type TestSchool,
} from './school';

const MORNING = morning();
const sinceMorning = (
  (began) => () =>
    MORNING + Date.now() - began
)(Date.now());

const openLesson = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const lessonOf = (school: TestSchool) => {
  const { lesson } = school.classroom.state(TEACHER);
  if (!lesson) throw new Error('no lesson');
  return lesson;
};
const outcomes = (school: TestSchool, kind: string) =>
  lessonOf(school).commands.find((one) => one.kind === kind)?.outcomes ?? [];
/** All that the poste keeps, as it lies in its bases once they are opened. */
async function everyDocument(folder: string): Promise<string> {
  const key = (name: string): Buffer => createHash('sha256').update(`lan ${name}`).digest();
  const store = new PouchStore({ folder, keyring: { dataKeys: (name) => [key(name)] } });
  const bases = [
    await store.open(audience('parc')),
    await store.open(audience('classe', { of: CLASS, year: 2026 })),
  ];
  const bodies = (await Promise.all(bases.map((base) => base.changesSince(0, 10_000)))).flatMap((changes) =>
    changes.map(({ record }) => record.body),
  );
  expect(new Set(bodies.map((body) => body.type))).toContain('lessonSeat');
  await store.close();
  return JSON.stringify(bodies);
}
const signIn = (n: number) => ({ pupil: pupilId(n), code: CODE });

describe('« Récréation »', () => {
  it('rests every screen, keeps everybody signed in, and ends with the teacher’s return', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    await school.classroom.attention(TEACHER, { on: true });
    await client.next('lesson.attention');
    await school.classroom.tools.recess.start(TEACHER);
    expect(await client.next('recess.changed')).toMatchObject({ on: true });
    expect(await client.next('lesson.attention')).toEqual({ on: false });
    expect(outcomes(school, 'recess')).toMatchObject([{ state: 'sending' }]);
    await client.request('recess.shown', { on: true });
    expect(outcomes(school, 'recess')).toMatchObject([{ state: 'done' }]);
    await expect(school.classroom.tools.recess.stop(HEAD)).rejects.toThrow('FORBIDDEN');
    await school.classroom.tools.recess.stop(TEACHER);
    expect(await client.next('recess.changed')).toEqual({ on: false });
    expect(lessonOf(school)).toMatchObject({ commands: [], seats: [{ joined: true }] });
    expect(lessonOf(school).recess).toBeUndefined();
  });

  it('signs everybody out after 45 minutes, and not before', async () => {
    const timers = handTimers(MORNING);
    const school = await openSchool({ timers, clock: timers.now });
    await openLesson(school);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    await school.classroom.tools.recess.start(TEACHER);
    await client.next('recess.changed');
    timers.move(44 * 60_000);
    expect(lessonOf(school).seats[0]).toMatchObject({ joined: true });
    timers.move(60_000);
    expect(await client.next('recess.changed')).toEqual({ on: false });
    expect(await client.next('join.seatChanged')).toEqual({ joined: false, pupils: [] });
    expect(lessonOf(school).seats[0]).toMatchObject({ joined: false, pupils: [] });
  });

  it('is found again after a reload and a restart, and is over at once where the poste came back too late', async () => {
    const timers = handTimers(MORNING);
    const school = await openSchool({ timers, clock: timers.now });
    await openLesson(school);
    const { client, key, keyId } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    await school.classroom.tools.recess.start(TEACHER);
    await school.stop();
    timers.move(10 * 60_000);
    const second = await openSchool({ folder: school.folder, timers, clock: timers.now });
    const back = await second.connect();
    await back.enter(key, keyId);
    expect(await back.request('recess.state', {})).toMatchObject({ on: true });
    expect(lessonOf(second).seats[0]).toMatchObject({ joined: true });
    await second.stop();
    timers.move(36 * 60_000);
    const third = await openSchool({ folder: school.folder, timers, clock: timers.now });
    timers.move(0);
    const late = await third.connect();
    await late.enter(key, keyId);
    expect(await late.request('recess.state', {})).toEqual({ on: false });
    await expect.poll(() => lessonOf(third).seats[0]?.joined).toBe(false);
    await third.classroom.closeLesson(TEACHER);
  });
});

describe('a computer whose lid was closed for two hours, in the middle of a lesson', () => {
  it('finds a lock that has ended, and nobody on the tablets of a break that lasted too long', async () => {
    let slept = 0;
    const school = await openSchool({ clock: () => sinceMorning() + slept });
    await openLesson(school);
    const { client, key, keyId } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    await school.classroom.attention(TEACHER, { on: true, minutes: 5 });
    slept = 6 * 60_000;
    const second = await school.connect();
    await second.enter(key, keyId);
    await expect.poll(() => lessonOf(school).attention).toEqual({ on: false });

    await school.classroom.tools.recess.start(TEACHER);
    slept += 2 * 3_600_000;
    const third = await school.connect();
    await third.enter(key, keyId);
    const { here } = await third.request('join.lesson', {});
    expect(here?.pupils ?? []).toEqual([]);
    await expect.poll(() => lessonOf(school).seats[0]?.joined).toBe(false);
    expect(lessonOf(school).recess).toBeUndefined();
  });
});

const PAGE = {
  kind: 'page',
  title: 'Carte',
  url: 'https://exemple.fr/',
  answer: true,
  to: 'all',
} as const;

describe('the end of a lesson', () => {
  it('says what is not handed in, cleans every device that answers, and names the gestures of the others', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = [await school.enrolled('Tablette 1'), await school.enrolled('Tablette 2')];
    for (const [n, one] of [a, b].entries()) await one.client.request('join.signIn', signIn(n));
    const item = await school.classroom.send(TEACHER, PAGE);
    await a.client.request('lesson.handIn', {
      id: 'handin_aaaaaaaaaaaaa',
      item,
      pupils: [pupilId(0)],
      parts: [{ kind: 'text', text: 'Voilà' }],
    });
    const { clean } = school.classroom.tools;
    expect(clean.before(TEACHER)).toEqual({
      waiting: [{ item, title: 'Carte', seats: [b.device] }],
      here: [a.device, b.device],
    });
    expect(() => clean.before(HEAD)).toThrow('FORBIDDEN');
    // A device that nobody asked says nothing that counts.
    await a.client.request('clean.done', { left: ['photos'] });
    expect(outcomes(school, 'clean')).toEqual([]);

    expect(clean.run(TEACHER)).toBe(2);
    for (const { client } of [a, b]) await client.next('clean.now');
    await a.client.request('clean.done', { left: [] });
    await b.client.request('clean.done', { left: ['photos', 'pages'] });
    expect(outcomes(school, 'clean')).toMatchObject([
      { seat: a.device, state: 'done' },
      { seat: b.device, state: 'impossible', why: 'by-hand' },
    ]);
    expect(clean.gestures(TEACHER)).toEqual({ seats: [{ seat: b.device, left: ['photos', 'pages'] }] });
    expect(school.classroom.resend(TEACHER, 'clean')).toBe(1);
    await b.client.next('clean.now');
    await expect(b.client.request('clean.done', { left: Array(9).fill('photos') })).rejects.toThrow(
      'BAD_INPUT',
    );
  });

  it('gives every screen back before it waits for whatever takes its time', async () => {
    let answered: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (answered = resolve));
    const quiet = () => Promise.resolve();
    const school = await openSchool({
      point: {
        lessonBegan: quiet,
        lessonEnded: () => slow,
        entered: () => undefined,
        left: () => undefined,
        dark: () => false,
      },
    });
    await openLesson(school);
    const { client } = await school.enrolled('Tablette 1');
    await school.classroom.attention(TEACHER, { on: true });
    expect(await client.next('lesson.attention')).toMatchObject({ on: true });
    const closing = school.classroom.closeLesson(TEACHER);
    expect(await client.next('lesson.attention')).toEqual({ on: false });
    expect(school.classroom.state(TEACHER).lesson?.attention).toEqual({ on: false });
    answered();
    await closing;
    await client.next('join.lessonClosed');
  });

  it('tells a device which class is here, so that another one’s traces go', async () => {
    const school = await openSchool();
    const { client } = await school.enrolled('Tablette 1');
    expect(await client.request('clean.state', {})).toEqual({});
    await openLesson(school);
    expect(await client.request('clean.state', {})).toEqual({ class: CLASS });
  });
});

const DAY = 24 * 3_600_000;

describe('a lesson that nobody closed', () => {
  it('is over the next day on a computer that only slept, and said to have ended when it did', async () => {
    const timers = handTimers(MORNING);
    const school = await openSchool({ timers, clock: timers.now });
    const { id, openedAt } = await openLesson(school);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    await school.classroom.attention(TEACHER, { on: true, minutes: 60 });
    timers.move(60_000);
    expect(lessonOf(school).id).toBe(id);
    timers.move(DAY);
    await client.next('join.lessonClosed');
    expect(school.classroom.state(TEACHER)).toEqual({ busy: false });
    const { closedAt = '' } = await school.classroom.tools.report.lesson(TEACHER, id, CLASS);
    expect(Date.parse(closedAt) - Date.parse(openedAt)).toBeLessThan(5 * 60_000);
    // Another one’s morning, then this class again: greeted as if the lid had never been forgotten.
    await school.classroom.open(HEAD, { mode: 'numbered' });
    await school.classroom.closeLesson(HEAD);
    await openLesson(school);
    const { pupils } = await client.request('room.greeting', {});
    expect(pupils.map((one) => one.id)).toEqual([pupilId(0)]);
    expect(lessonOf(school).attention).toEqual({ on: false });
  });

  it('shows nobody’s name to the first device of the next morning', async () => {
    let slept = 0;
    const school = await openSchool({ clock: () => sinceMorning() + slept });
    await openLesson(school);
    const { client, key, keyId } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    await client.close();
    slept = DAY;
    const next = await school.connect();
    await next.enter(key, keyId);
    expect(await next.request('join.lesson', {})).toEqual({ open: false });
    await expect.poll(() => school.classroom.state(TEACHER).lesson).toBeUndefined();
  });

  it('is not taken up by a computer that starts on another day; the next one greets all the same', async () => {
    let slept = 0;
    const clock = () => sinceMorning() + slept;
    const school = await openSchool({ clock });
    const { id } = await openLesson(school);
    const { client, key, keyId } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    await school.stop();
    slept = DAY;
    const second = await openSchool({ folder: school.folder, clock });
    expect(second.classroom.state(TEACHER)).toEqual({ busy: false });
    const back = await second.connect();
    await back.enter(key, keyId);
    expect(await back.request('join.lesson', {})).toEqual({ open: false });
    const { closedAt = '', people } = await second.classroom.tools.report.lesson(TEACHER, id, CLASS);
    expect(Date.parse(closedAt)).toBeLessThan(sinceMorning() + 60_000);
    expect(people).toMatchObject([{ name: 'Léa' }]);
    await openLesson(second);
    const { pupils } = await back.request('room.greeting', {});
    expect(pupils.map((one) => one.id)).toEqual([pupilId(0)]);
  });

  it('is another teacher’s to end once who opened it sits here no more, and not before', async () => {
    let present = [TEACHER, HEAD];
    const school = await openSchool({
      present: () => present.flatMap((one) => (one.kind === 'staff' ? [one.personId] : [])),
    });
    const { openedAt } = await openLesson(school);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    expect(school.classroom.state(HEAD)).toEqual({
      busy: true,
      other: { since: openedAt, devices: 1, forgotten: false },
    });
    await expect(school.classroom.closeForgotten(HEAD)).rejects.toThrow('LESSON_OPEN_ALREADY');
    present = [HEAD];
    expect(school.classroom.state(HEAD).other).toMatchObject({ forgotten: true });
    await school.classroom.closeForgotten(HEAD);
    await client.next('join.lessonClosed');
    await expect(school.classroom.closeForgotten(HEAD)).rejects.toThrow('LESSON_NONE');
    await school.classroom.open(HEAD, { mode: 'numbered' });
    await school.classroom.closeLesson(HEAD);
  });
});

describe('the report of a lesson', () => {
  it('says who was there and when, what was sent and what came back; found again when it is over', async () => {
    const timers = handTimers(Date.parse('2026-11-23T08:00:00Z'));
    const school = await openSchool({ timers, clock: timers.now });
    await openLesson(school);
    const { client, key, keyId } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    timers.move(10 * 60_000);
    await client.request('join.signIn', signIn(1));
    timers.move(20 * 60_000);
    await client.request('join.leave', { pupil: pupilId(0) });
    const item = await school.classroom.send(TEACHER, PAGE);
    await client.request('lesson.handIn', {
      id: 'handin_aaaaaaaaaaaaa',
      item,
      pupils: [pupilId(1)],
      parts: [{ kind: 'text', text: 'Voilà' }],
    });
    const { id } = lessonOf(school);
    timers.move(10 * 60_000);
    // A reload is nobody's coming or going.
    await client.close();
    const back = await school.connect();
    await back.enter(key, keyId);
    await school.classroom.closeLesson(TEACHER);

    const { report } = school.classroom.tools;
    const listed = await report.list(TEACHER, CLASS);
    expect(listed.lessons).toMatchObject([{ id, people: 2, closedAt: '2026-11-23T08:40:00.000Z' }]);
    expect(await report.lesson(TEACHER, id, CLASS)).toMatchObject({
      people: [
        { name: 'Hugo', spans: [{ from: '2026-11-23T08:10:00.000Z', to: '2026-11-23T08:40:00.000Z' }] },
        { name: 'Léa', spans: [{ from: '2026-11-23T08:00:00.000Z', to: '2026-11-23T08:30:00.000Z' }] },
      ],
      absent: ['Inès', 'Noé', 'Zoé'],
      sent: [{ title: 'Carte' }],
      handedIn: [{ title: 'Carte', authors: ['Hugo'], version: 1 }],
    });
    await expect(report.lesson(TEACHER, id, undefined)).rejects.toThrow('NOT_FOUND');
    await expect(report.list({ ...TEACHER, grants: [] } as never, CLASS)).rejects.toThrow('FORBIDDEN');
  });

  it('measures nobody: no field of a child’s activity reaches any document, nor the report (CARMO #9.18)', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', signIn(0));
    const item = await school.classroom.send(TEACHER, PAGE);
    // Values found nowhere else, so that one that leaks is found whatever its field is called.
    const activity = {
      screen: 'item',
      item,
      page: 7351,
      pages: 9127,
      strokes: 463_829,
      characters: 718_293,
    } as const;
    await client.request('lesson.activity', { ...activity, visible: true });
    for (let n = 0; n < 4; n += 1)
      await client.request('lesson.activity', { ...activity, visible: n % 2 === 1 });
    await client.request('lesson.battery', { percent: 61.937, charging: false });
    await client.request('lesson.outcome', { item, outcome: 'done' });
    const { id } = lessonOf(school);
    const report = await school.classroom.tools.report.lesson(TEACHER, id, CLASS);
    await school.classroom.closeLesson(TEACHER);
    await school.stop();
    for (const text of [await everyDocument(school.folder), JSON.stringify(report)]) {
      expect(text.length).toBeGreaterThan(50);
      for (const value of ['7351', '9127', '463829', '718293', '61.937']) expect(text).not.toContain(value);
      expect(text).not.toMatch(/strokes|characters|activity|visible|page-hidden|presence|handUp|battery/);
    }
  });
});
