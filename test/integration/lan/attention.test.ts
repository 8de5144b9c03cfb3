import { describe, expect, it } from 'vitest';
import type { LessonView } from '../../../src/contract/staff/classroom';
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

const openLesson = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const lessonOf = (school: TestSchool): LessonView => {
  const { lesson } = school.classroom.state(TEACHER);
  if (!lesson) throw new Error('no lesson');
  return lesson;
};
const seat = (school: TestSchool, key: string) => lessonOf(school).seats.find((one) => one.key === key);
const outcomes = (school: TestSchool, kind: string) =>
  lessonOf(school).commands.find((one) => one.kind === kind)?.outcomes;

describe('a lock that is confirmed by picture', () => {
  it('asks a device that shares for a whole picture at once, and believes the picture over its word', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { client, device } = await school.enrolled('PC 1', DESKTOP);
    await client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    await client.request('lesson.shareScreen', { codec: 'vp8' });
    school.classroom.watch(TEACHER, 'window', [{ seat: device, width: 300 }]);
    await client.next('lesson.streamWanted');
    await school.classroom.attention(TEACHER, { on: true });
    const { code } = await client.next('lesson.attention');
    await client.request('lesson.attentionShown', { on: true });
    expect(await client.next('lesson.streamWanted')).toMatchObject({ key: true });

    // It says that it shows the page; its picture shows something else.
    school.classroom.attentionSeen(TEACHER, device, undefined);
    expect(seat(school, device)?.attention).toBe('unseen');
    expect(outcomes(school, 'attention')).toMatchObject([{ state: 'impossible', why: 'not-on-screen' }]);
    school.classroom.attentionSeen(TEACHER, device, ((code ?? 0) + 1) % 65_536);
    expect(seat(school, device)?.attention).toBe('unseen');
    school.classroom.attentionSeen(TEACHER, device, code);
    expect(seat(school, device)?.attention).toBe('seen');
    expect(outcomes(school, 'attention')).toMatchObject([{ state: 'done' }]);
    expect(() => school.classroom.attentionSeen(HEAD, device, code)).toThrow('FORBIDDEN');

    await school.classroom.attention(TEACHER, { on: false });
    expect(seat(school, device)?.attention).toBe('free');
    await client.next('lesson.attention');
    await school.classroom.attention(TEACHER, { on: true });
    const again = await client.next('lesson.attention');
    expect(again.on).toBe(true);
    expect(seat(school, device)?.attention).not.toBe('seen');
  });

  it('a device that says it shows nothing but asks for pictures all day slows nobody', async () => {
    const school = await openSchool();
    await openLesson(school);
    const liar = await school.enrolled('PC 1', DESKTOP);
    const other = await school.enrolled('PC 2', DESKTOP);
    for (const [n, one] of [liar, other].entries())
      await one.client.request('join.signIn', { pupil: pupilId(n), code: CODE });
    await school.classroom.attention(TEACHER, { on: true });
    for (let n = 0; n < 300; n += 1)
      liar.client.socket.send(
        JSON.stringify({ id: 10_000 + n, method: 'lesson.attentionShown', input: { on: n % 2 === 0 } }),
      );
    const start = performance.now();
    await other.client.request('lesson.attentionShown', { on: true });
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(await liar.client.closed).toBe(4004);
    expect(seat(school, other.device)?.attention).toBe('shown');
  });

  it('is told once more to those who do not show it, and to nobody else', async () => {
    const timers = handTimers(Date.now());
    const school = await openSchool({ timers, clock: timers.now });
    await openLesson(school);
    const shown = await school.enrolled('Tablette 1');
    const deaf = await school.enrolled('Tablette 2');
    for (const [n, one] of [shown, deaf].entries())
      await one.client.request('join.signIn', { pupil: pupilId(n), code: CODE });
    // On its shelf: locked as well, and nobody waits for it.
    const empty = await school.enrolled('Tablette 3');
    await school.classroom.attention(TEACHER, { on: true });
    for (const { client } of [shown, deaf, empty]) await client.next('lesson.attention');
    await shown.client.request('lesson.attentionShown', { on: true });
    timers.move(9_000);
    await school.heard.until<{ lesson?: LessonView }>(
      'classroom.changed',
      ({ lesson }) => lesson?.commands[0]?.outcomes.some((one) => one.state === 'no-answer') === true,
    );
    const heard: unknown[] = [];
    shown.client.on('lesson.attention', (payload) => heard.push(payload));
    expect(school.classroom.resend(TEACHER, 'attention')).toBe(1);
    for (const { client } of [deaf, empty])
      expect(await client.next('lesson.attention')).toMatchObject({ on: true });
    await shown.client.request('lesson.state', {});
    expect(heard).toEqual([]);
    expect(() => school.classroom.resend(HEAD, 'attention')).toThrow('FORBIDDEN');
  });

  it('one device is freed while the others wait on', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = [await school.enrolled('Tablette 1'), await school.enrolled('Tablette 2')];
    await school.classroom.attention(TEACHER, { on: true });
    for (const { client } of [a, b])
      expect(await client.next('lesson.attention')).toMatchObject({ on: true });
    await school.classroom.attention(TEACHER, { on: false, to: [a.device] });
    expect(await a.client.next('lesson.attention')).toEqual({ on: false });
    expect(await b.client.next('lesson.attention')).toMatchObject({ on: true });
    expect([a, b].map((one) => seat(school, one.device)?.attention)).toEqual(['free', 'asked']);
  });

  it('has the same code and the same end after a restart of the poste', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { client, key, keyId } = await school.enrolled('Tablette 1');
    await school.classroom.attention(TEACHER, { on: true, reason: 'On range', minutes: 10 });
    const before = await client.next('lesson.attention');
    await school.stop();
    const again = await openSchool({ folder: school.folder });
    const back = await again.connect();
    await back.enter(key, keyId);
    expect((await back.request('lesson.state', {})).attention).toEqual(before);
  });
});

describe('what was sent', () => {
  it('goes once more to those who did not get it, in one request', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = [await school.enrolled('Tablette 1'), await school.enrolled('Tablette 2')];
    for (const [n, one] of [a, b].entries())
      await one.client.request('join.signIn', { pupil: pupilId(n), code: CODE });
    const page = {
      kind: 'page',
      title: 'Carte',
      url: 'https://exemple.fr/',
      answer: false,
      to: 'all',
    } as const;
    const item = await school.classroom.send(TEACHER, page);
    for (const { client } of [a, b]) await client.next('lesson.item');
    await a.client.request('lesson.outcome', { item, outcome: 'done' });
    await b.client.request('lesson.outcome', { item, outcome: 'impossible', why: 'unreachable' });
    expect(school.classroom.resend(TEACHER, item)).toBe(1);
    expect(await b.client.next('lesson.item')).toMatchObject({ id: item });
    expect(lessonOf(school).items[0]?.outcomes.map((one) => one.state)).toEqual(['done', 'sending']);
    await b.client.request('lesson.outcome', { item, outcome: 'done' });
    expect(lessonOf(school).items[0]?.outcomes.map((one) => one.state)).toEqual(['done', 'done']);
    // An outcome is the connection's own: no request names another seat.
    await expect(
      a.client.request('lesson.outcome', { item, outcome: 'done', seat: b.device } as never),
    ).rejects.toThrow('BAD_INPUT');
  });
});
