import { describe, expect, it } from 'vitest';
import type { LessonView, SeatView } from '../../../src/contract/staff/classroom';
import { connectPupil, type PupilClient } from '../../../src/demo/pupils/client';
import { MAX_SEATS } from '../../../src/domain/lesson/model';
import {
  CLASS,
  CODE,
  DESKTOP,
  handTimers,
  HEAD,
  openSchool,
  pupilId,
  TEACHER,
  type TestSchool,
} from './school';

type Changed = { lesson?: LessonView };
type Seats = { seats: SeatView[] };
/** A device that nobody enrolled, on the plain page. */
async function visitorOf(school: TestSchool): Promise<PupilClient> {
  const client = await connectPupil({
    origin: `http://127.0.0.1:${school.door.plainPort}`,
    root: school.root,
    capabilities: { ...DESKTOP, keys: false },
    clock: Date.now,
  });
  await client.hello();
  return client;
}
const openLesson = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const signIn = (n: number) => ({ pupil: pupilId(n), code: CODE });
const seat = (school: TestSchool, key: string) =>
  school.classroom.state(TEACHER).lesson?.seats.find((one) => one.key === key);
/** A tile as the window hears of it, alone or with the whole lesson. */
const tile = (school: TestSchool, satisfies: (one: SeatView) => boolean): Promise<SeatView> =>
  Promise.race([
    school.heard
      .until<Seats>('classroom.seats', ({ seats }) => seats.some(satisfies))
      .then(({ seats }) => seats.find(satisfies)),
    school.heard
      .until<Changed>('classroom.changed', ({ lesson }) => lesson?.seats.some(satisfies) === true)
      .then(({ lesson }) => lesson?.seats.find(satisfies)),
  ]) as Promise<SeatView>;

describe('joining', () => {
  it('by first name and picture code, alone or two on a device; a wrong code costs time', async () => {
    let now = Date.now();
    const school = await openSchool({ clock: () => now });
    const { client, device } = await school.enrolled('Tablette 7');
    expect(await client.request('join.lesson', {})).toEqual({ open: false });
    await openLesson(school);
    expect(await client.next('join.lessonOpened')).toMatchObject({ mode: 'personal', pictureCode: true });
    const { pupils } = await client.request('join.pupils', {});
    expect(pupils.map((one) => one.name)).toEqual(['Léa', 'Hugo', 'Inès', 'Noé', 'Zoé']);

    const wrong = { pupil: pupilId(0), code: ['dog' as const] };
    for (let n = 0; n < 3; n += 1)
      await expect(client.request('join.signIn', wrong)).rejects.toThrow('PICTURE_CODE_WRONG');
    await expect(client.request('join.signIn', signIn(0))).rejects.toThrow('TRY_LATER');
    now += 2_000;
    expect(await client.request('join.signIn', signIn(0))).toMatchObject({ outcome: 'in' });
    const shared = await client.request('join.signIn', signIn(1));
    expect(shared.pupils.map((one) => one.name)).toEqual(['Léa', 'Hugo']);
    expect(seat(school, device)).toMatchObject({ number: 7, joined: true, attention: 'free' });
    await client.request('join.leave', { pupil: pupilId(0) });
    expect(seat(school, device)?.pupils.map((one) => one.name)).toEqual(['Hugo']);
  });

  it('asks the teacher for a second device of one pupil, and tells both devices', async () => {
    const school = await openSchool();
    await openLesson(school);
    const first = await school.enrolled('Tablette 1');
    const second = await school.enrolled('Tablette 2');
    await first.client.request('join.signIn', signIn(2));
    expect((await second.client.request('join.signIn', signIn(2))).outcome).toBe('waiting');
    expect(seat(school, second.device)?.waiting.map((one) => one.name)).toEqual(['Inès']);
    await school.classroom.answerSignIn(TEACHER, second.device, pupilId(2), true);
    expect(await second.client.next('join.signInAnswered')).toMatchObject({ accepted: true });
    expect(await first.client.next('join.seatChanged')).toEqual({ joined: false, pupils: [] });
    await expect(first.client.request('lesson.handUp', { up: true })).rejects.toThrow('FORBIDDEN');
  });

  it('says that the lesson is full to one device more than it holds, and goes on with the others', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { code } = school.classroom.joinCode(TEACHER);
    const inside = [];
    for (let n = 0; n < MAX_SEATS; n += 1) {
      const visitor = await visitorOf(school);
      await visitor.request('door.visit', { code });
      inside.push(visitor);
    }
    const late = await visitorOf(school);
    await expect(late.request('door.visit', { code })).rejects.toThrow('LESSON_FULL');
    expect(await inside[0]?.request('lesson.state', {})).toMatchObject({ handUp: false });
    expect(school.classroom.state(TEACHER).lesson?.seats).toHaveLength(MAX_SEATS);
  });

  it('is the conductor’s alone to lead: another teacher learns that the poste is busy, no more', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { openedAt } = school.classroom.state(TEACHER).lesson ?? {};
    expect(school.classroom.state(HEAD)).toEqual({
      busy: true,
      other: { since: openedAt, devices: 0, forgotten: false },
    });
    await expect(school.classroom.attention(HEAD, { on: true })).rejects.toThrow('FORBIDDEN');
    await expect(school.classroom.open(HEAD, { mode: 'anonymous' })).rejects.toThrow('LESSON_OPEN_ALREADY');
  });
});

describe('the wall', () => {
  it('shows what each device does, who raises a hand, and who left within two seconds', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { client, device } = await school.enrolled('Tablette 3');
    await client.request('join.signIn', signIn(3));
    await client.request('lesson.activity', {
      screen: 'item',
      page: 2,
      pages: 4,
      strokes: 12,
      visible: true,
    });
    await client.request('lesson.handUp', { up: true });
    await client.request('lesson.battery', { percent: 41, charging: false });
    const told = await tile(school, (one) => one.key === device && one.battery?.percent === 41);
    expect(told).toMatchObject({
      activity: { page: 2, strokes: 12 },
      pupils: [{ name: 'Noé' }],
    });
    school.classroom.lowerHand(TEACHER, device);
    await client.next('lesson.handLowered');

    await client.request('lesson.activity', { screen: 'item', visible: false });
    expect(seat(school, device)).toMatchObject({ presence: 'left', cause: 'page-hidden' });
    const started = Date.now();
    await client.request('lesson.activity', { screen: 'item', visible: true });
    // The line is cut without a word: no close frame.
    client.socket.terminate();
    await tile(school, (one) => one.key === device && one.cause === 'line-cut');
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('says silent a device that answers no heartbeat, and here again when it does', async () => {
    const school = await openSchool({ limits: { heartbeat: 50 } });
    await openLesson(school);
    const { client, device } = await school.enrolled('Tablette 3');
    client.socket.pause();
    await tile(school, (one) => one.key === device && one.cause === 'no-answer');
    client.socket.resume();
    await tile(school, (one) => one.key === device && one.presence === 'here');
  });

  it('streams only tiles that are on screen, says so to the pupil, and stops', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { client, device } = await school.enrolled('Ordinateur 2', DESKTOP);
    await client.request('join.signIn', signIn(0));
    await client.request('lesson.shareScreen', { codec: 'vp8' });
    expect(await client.next('lesson.streamWanted')).toMatchObject({ perSecond: 0 });
    school.classroom.watch(TEACHER, 'window', [{ seat: device, width: 240 }]);
    expect(await client.next('lesson.streamWanted')).toMatchObject({ perSecond: 4, width: 456, key: true });
    expect(await client.next('lesson.watched')).toEqual({ watched: true });
    const chunk = Buffer.alloc(40);
    chunk.writeUInt8(1, 1);
    client.sendScreen(chunk);
    client.sendScreen(Buffer.from('no head at all'));
    await client.request('lesson.state', {});
    expect(school.frames).toHaveLength(1);
    expect(school.frames[0]?.subarray(1, 1 + device.length).toString()).toBe(device);
    school.classroom.connectionClosed('window');
    expect(await client.next('lesson.streamWanted')).toMatchObject({ perSecond: 0 });
    expect(await client.next('lesson.watched')).toEqual({ watched: false });
  });
});

describe('attention', () => {
  it('locks with a reason and an end, is confirmed by the device, ends by itself', async () => {
    const timers = handTimers(Date.now());
    const school = await openSchool({ timers, clock: timers.now });
    await openLesson(school);
    const { client, device } = await school.enrolled('Tablette 1');
    const { until } = await school.classroom.attention(TEACHER, {
      on: true,
      reason: 'On regarde le tableau',
      minutes: 2,
    });
    expect(await client.next('lesson.attention')).toEqual({
      on: true,
      reason: 'On regarde le tableau',
      until,
      code: expect.any(Number),
    });
    expect(seat(school, device)?.attention).toBe('asked');
    await client.request('lesson.attentionShown', { on: true });
    expect(seat(school, device)?.attention).toBe('shown');
    timers.move(2 * 60_000);
    expect(await client.next('lesson.attention')).toEqual({ on: false });
    expect(seat(school, device)?.attention).toBe('free');
  });

  it('does not outlive the lesson, and is found again after a reload', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { client, key, keyId } = await school.enrolled('Tablette 1');
    await school.classroom.attention(TEACHER, { on: true, reason: 'Silence' });
    await client.close();
    const back = await school.connect();
    await back.enter(key, keyId);
    expect((await back.request('lesson.state', {})).attention).toMatchObject({ on: true, reason: 'Silence' });
    await school.classroom.closeLesson(TEACHER);
    expect(await back.next('lesson.attention')).toEqual({ on: false });
    await back.next('join.lessonClosed');
  });
});

describe('sending', () => {
  it('reports each device: done, not possible and why, not answering', async () => {
    const timers = handTimers(Date.now());
    const school = await openSchool({ timers, clock: timers.now });
    await openLesson(school);
    const [a, b, c] = await Promise.all([1, 2, 3].map((n) => school.enrolled(`Tablette ${n}`)));
    if (!a || !b || !c) throw new Error('three');
    for (const [n, one] of [a, b, c].entries()) await one.client.request('join.signIn', signIn(n));
    const item = await school.classroom.send(TEACHER, {
      kind: 'page',
      title: 'Carte',
      url: 'https://exemple.fr/',
      answer: false,
      to: 'all',
    });
    expect(await a.client.next('lesson.item')).toMatchObject({ id: item, title: 'Carte' });
    await a.client.request('lesson.outcome', { item, outcome: 'done' });
    await b.client.request('lesson.outcome', { item, outcome: 'impossible', why: 'unreachable' });
    timers.move(9_000);
    const { lesson } = await school.heard.until<Changed>(
      'classroom.changed',
      (changed) => changed.lesson?.items[0]?.outcomes.some((one) => one.state === 'no-answer') === true,
    );
    expect(lesson?.items[0]?.outcomes.map(({ state, why, cause }) => [state, why, cause])).toEqual([
      ['done', undefined, undefined],
      ['impossible', 'unreachable', undefined],
      ['no-answer', undefined, 'no-answer'],
    ]);
    const one = await school.classroom.send(TEACHER, {
      kind: 'page',
      title: 'Pour toi',
      url: 'https://exemple.fr/',
      answer: false,
      to: [c.device],
    });
    expect((await c.client.request('lesson.state', {})).current).toBe(one);
    expect((await a.client.request('lesson.state', {})).items).toHaveLength(1);
  });
});
