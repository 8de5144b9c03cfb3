import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectPupil } from '../../../src/demo/pupils/client';
import type { PollView } from '../../../src/contract/staff/poll';
import { answerId, type PollDocument } from '../../../src/main/classroom/poll/poll-documents';
import type { Question } from '../../../src/domain/lesson/poll';
import { idFrom, type Id } from '../../../src/domain/id';
import {
  CLASS,
  CODE,
  DESKTOP,
  HEAD,
  openSchool,
  pupilId,
  TEACHER,
  type Enrolled,
  type TestSchool,
} from './school';

const YESNO: Question = { kind: 'yesno', text: 'Le soleil est une étoile ?', right: 'yes' };
const WORD: Question = { kind: 'word', text: 'Un animal de la ferme' };
const openLesson = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const polls = (school: TestSchool) => school.classroom.tools.poll;
const ask = (
  school: TestSchool,
  questions: readonly Question[],
  options: { anonymous?: boolean; to?: 'all' | Id<'device'>[] } = {},
) => polls(school).ask(TEACHER, { questions, anonymous: false, to: 'all', ...options });

/** So many children at so many tablets, each signed in. */
async function seated(school: TestSchool, count: number): Promise<Enrolled[]> {
  const devices: Enrolled[] = [];
  for (let n = 0; n < count; n += 1) {
    const device = await school.enrolled(`Tablette ${n + 1}`);
    await device.client.request('join.signIn', { pupil: pupilId(n), code: CODE });
    devices.push(device);
  }
  return devices;
}
const one = (school: TestSchool): PollView => {
  const [first] = polls(school).list(TEACHER);
  if (!first) throw new Error('no question');
  return first;
};
const counts = (view: PollView, at = 0) =>
  Object.fromEntries(view.results[at]?.rows.map(({ value, count }) => [value, count]) ?? []);

describe('a question', () => {
  it('is asked of all, answered, changed, stopped, shown with its right answer, and asked again', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = await seated(school, 2);
    if (!a || !b) throw new Error('two');
    const poll = await ask(school, [YESNO]);
    const { poll: card } = await a.client.next('poll.changed');
    expect(card).toMatchObject({ id: poll, open: true, questions: [{ kind: 'yesno' }], mine: [] });
    expect(JSON.stringify(card)).not.toContain('right');
    await a.client.request('poll.answer', { poll, question: 0, value: 'no', n: 1 });
    await a.client.request('poll.answer', { poll, question: 0, value: 'yes', n: 2 });
    // A retry that comes late takes nobody's place.
    await a.client.request('poll.answer', { poll, question: 0, value: 'no', n: 1 });
    await b.client.request('poll.answer', { poll, question: 0, value: 'no', n: 1 });
    expect(counts(one(school))).toEqual({ yes: 1, no: 1 });
    expect(one(school)).toMatchObject({
      asked: 2,
      waiting: [],
      answers: [
        { value: 'yes', right: true, who: 'Léa' },
        { value: 'no', right: false, who: 'Hugo' },
      ],
    });
    await school.heard.until<{ poll: PollView }>(
      'poll.changed',
      ({ poll: view }) => view.answers.length === 2,
    );

    await polls(school).set(TEACHER, poll, { open: false, shown: false });
    expect(await a.client.next('poll.changed')).toEqual({});
    await expect(a.client.request('poll.answer', { poll, question: 0, value: 'no', n: 3 })).rejects.toThrow(
      'POLL_CLOSED',
    );
    await polls(school).set(TEACHER, poll, { open: false, shown: true });
    expect((await b.client.request('poll.state', {})).poll).toMatchObject({
      open: false,
      mine: [{ question: 0, value: 'no', n: 1 }],
      results: [
        {
          total: 2,
          right: 'yes',
          rows: [
            { value: 'yes', count: 1, right: true },
            { value: 'no', count: 1, right: false },
          ],
        },
      ],
    });
    await polls(school).set(TEACHER, poll, { open: true, shown: false });
    await b.client.request('poll.answer', { poll, question: 0, value: 'yes', n: 2 });
    expect(counts(one(school))).toEqual({ yes: 2, no: 0 });
  });

  it('reaches chosen devices only, late ones too, and gives way to the next', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = await seated(school, 2);
    if (!a || !b) throw new Error('two');
    const first = await ask(school, [YESNO], { to: [a.device] });
    expect((await b.client.request('poll.state', {})).poll).toBeUndefined();
    await expect(
      b.client.request('poll.answer', { poll: first, question: 0, value: 'yes', n: 1 }),
    ).rejects.toThrow('FORBIDDEN');
    const second = await ask(school, [WORD]);
    await expect(
      a.client.request('poll.answer', { poll: first, question: 0, value: 'yes', n: 1 }),
    ).rejects.toThrow('POLL_CLOSED');
    const late = await school.enrolled('Tablette 9');
    await expect(late.client.request('poll.state', {})).rejects.toThrow('FORBIDDEN');
    await late.client.request('join.signIn', { pupil: pupilId(3), code: CODE });
    expect((await late.client.request('poll.state', {})).poll).toMatchObject({ id: second });
  });

  it('follows a child to another tablet: one answer, not two', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a] = await seated(school, 1);
    if (!a) throw new Error('one');
    const poll = await ask(school, [YESNO]);
    await a.client.request('poll.answer', { poll, question: 0, value: 'no', n: 1 });
    await a.client.request('join.leave', {});
    const spare = await school.enrolled('Tablette 15');
    await spare.client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    expect((await spare.client.request('poll.state', {})).poll?.mine).toEqual([
      { question: 0, value: 'no', n: 1 },
    ]);
    await spare.client.request('poll.answer', { poll, question: 0, value: 'yes', n: 2 });
    expect(counts(one(school))).toEqual({ yes: 1, no: 0 });
  });

  it('and its answers outlive the poste, and are found again from the class', async () => {
    let school = await openSchool();
    await openLesson(school);
    const [a, b] = await seated(school, 2);
    if (!a || !b) throw new Error('two');
    const poll = await ask(school, [YESNO, WORD]);
    await a.client.request('poll.answer', { poll, question: 0, value: 'yes', n: 1 });
    await a.client.request('poll.answer', { poll, question: 1, value: 'la vache', n: 1 });
    const kept = school.folder;
    await school.stop();
    school = await openSchool({ folder: kept });
    expect(counts(one(school), 1)).toEqual({ 'la vache': 1 });
    expect(one(school)).toMatchObject({ id: poll, open: true });
    const back = await school.connect();
    await back.enter(b.key, b.keyId);
    expect((await back.request('poll.state', {})).poll).toMatchObject({ id: poll, open: true });
    await back.request('poll.answer', { poll, question: 0, value: 'no', n: 1 });
    await school.classroom.closeLesson(TEACHER);
    const past = await polls(school).past(TEACHER, CLASS);
    expect(past).toMatchObject([{ id: poll, open: false, results: [{ total: 2 }, { total: 1 }] }]);
    expect(past[0]?.answers.map(({ who }) => who).sort()).toEqual(['Hugo', 'Léa', 'Léa']);
    await expect(polls(school).past({ ...HEAD, grants: [] } as typeof HEAD, CLASS)).rejects.toThrow(
      'FORBIDDEN',
    );
  });

  it('is the conductor’s alone to ask, stop and read', async () => {
    const school = await openSchool();
    await openLesson(school);
    const poll = await ask(school, [YESNO]);
    expect(() => polls(school).list(HEAD)).toThrow('FORBIDDEN');
    await expect(
      polls(school).ask(HEAD, { questions: [YESNO], anonymous: false, to: 'all' }),
    ).rejects.toThrow('FORBIDDEN');
    await expect(polls(school).set(HEAD, poll, { open: false, shown: false })).rejects.toThrow('FORBIDDEN');
  });
});

describe('an anonymous question', () => {
  it('counts one answer a device, and nothing on the disk says whose it is', async () => {
    const school = await openSchool();
    await openLesson(school);
    const devices = await seated(school, 5);
    const poll = await ask(school, [WORD], { anonymous: true });
    const said = ['poney', 'brebis', 'canard', 'dindon', 'lapin'];
    const ballots: string[] = [];
    for (const [n, { client }] of devices.entries()) {
      const { ballot = '' } = (await client.request('poll.state', {})).poll ?? {};
      ballots.push(ballot);
      await client.request('poll.answer', { poll, question: 0, value: said[n] ?? '', n: 1, ballot });
      await client.request('poll.answer', { poll, question: 0, value: said[n] ?? '', n: 1, ballot });
    }
    expect(new Set(ballots).size).toBe(5);
    expect(one(school)).toMatchObject({ answers: [], waiting: [], results: [{ total: 5, shown: 3 }] });
    await polls(school).set(TEACHER, poll, { open: false, shown: false });
    expect(one(school).results[0]?.rows).toHaveLength(5);

    // The base itself, opened: an answer holds its value, its question and the lesson's day; no device, pupil or ballot.
    const bodies = school.classBase.all('lessonPoll').map(({ body }) => body);
    const answers = bodies.filter((body) => body['part'] === 'answer');
    expect(answers).toHaveLength(5);
    for (const body of answers)
      expect(Object.keys(body).sort()).toEqual(
        ['_id', 'askedAt', 'lesson', 'n', 'part', 'poll', 'question', 'type', 'v', 'value'].sort(),
      );
    const text = JSON.stringify(bodies);
    for (const ballot of ballots) expect(text).not.toContain(ballot);
    const head = bodies.find((body) => body['part'] === 'poll') as PollDocument;
    expect(head.given).toEqual(devices.map(({ device }) => device).sort());
    expect(head.ballots).toEqual([...(head.ballots ?? [])].sort());
    // Nor do the order of the documents, their names or the files of the folder tell: whoever holds every identifier of
    // the school and the base recomputes no answer's name.
    const names = new Set(answers.map((body) => body._id));
    for (const [n, { device }] of devices.entries())
      for (const voter of [device, pupilId(n), ...(head.ballots ?? [])])
        expect(names.has(answerId(poll, 0, voter))).toBe(false);
    for (const path of filesOf(school.folder)) {
      const text = readFileSync(path, 'latin1');
      for (const clear of ['poney', ...ballots]) expect(text.includes(clear)).toBe(false);
    }
  });

  it('asks a ballot that it gave, once a device: a forged one, or none, is refused', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = await seated(school, 2);
    if (!a || !b) throw new Error('two');
    const poll = await ask(school, [YESNO], { anonymous: true });
    const answer = (client: Enrolled['client'], n: number, ballot?: string) =>
      client.request('poll.answer', { poll, question: 0, value: 'yes', n, ...(ballot && { ballot }) });
    await expect(answer(a.client, 1)).rejects.toThrow('FORBIDDEN');
    await expect(answer(a.client, 1, 'a'.repeat(26))).rejects.toThrow('FORBIDDEN');
    const { ballot } = (await a.client.request('poll.state', {})).poll ?? {};
    for (let n = 1; n <= 20; n += 1) await answer(a.client, n, ballot);
    // Somebody else's ballot adds nothing either.
    await answer(b.client, 30, ballot);
    expect(one(school).results[0]?.total).toBe(1);
    // A reload finds its own ballot again.
    await a.client.close();
    const back = await school.connect();
    await back.enter(a.key, a.keyId);
    expect((await back.request('poll.state', {})).poll?.ballot).toBe(ballot);
  });

  it('after a restart takes the ballot a tablet kept, gives none to who had one, and one to who comes late', async () => {
    const before = await openSchool();
    await openLesson(before);
    const [a, b] = await seated(before, 2);
    if (!a || !b) throw new Error('two');
    const poll = await ask(before, [YESNO], { anonymous: true });
    const { ballot } = (await a.client.request('poll.state', {})).poll ?? {};
    await a.client.request('poll.answer', {
      poll,
      question: 0,
      value: 'yes',
      n: 1,
      ...(ballot && { ballot }),
    });
    await before.stop();
    const school = await openSchool({ folder: before.folder });
    const again = await school.connect();
    await again.enter(a.key, a.keyId);
    expect((await again.request('poll.state', {})).poll?.ballot).toBeUndefined();
    await again.request('poll.answer', { poll, question: 0, value: 'no', n: 2, ...(ballot && { ballot }) });
    const late = await school.enrolled('Tablette 9');
    await late.client.request('join.signIn', { pupil: pupilId(4), code: CODE });
    const { ballot: fresh } = (await late.client.request('poll.state', {})).poll ?? {};
    expect(fresh).toMatch(/^[a-z2-7]{26}$/);
    await late.client.request('poll.answer', {
      poll,
      question: 0,
      value: 'no',
      n: 1,
      ...(fresh && { ballot: fresh }),
    });
    expect(one(school).results[0]?.total).toBe(2);
  });
});

describe('a hostile device', () => {
  it('is refused what is no answer, another lesson’s question, and a flood; the others answer meanwhile', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [bad, good] = await seated(school, 2);
    if (!bad || !good) throw new Error('two');
    const poll = await ask(school, [YESNO, WORD]);
    const say = (input: Record<string, unknown>) =>
      bad.client.request('poll.answer', { poll, question: 0, value: 'yes', n: 1, ...input } as never);
    await expect(say({ poll: 'poll_zzzzzzzzzzzzz' })).rejects.toThrow('NOT_FOUND');
    await expect(say({ question: 7 })).rejects.toThrow('NOT_FOUND');
    await expect(say({ question: -1 })).rejects.toThrow('BAD_INPUT');
    await expect(say({ value: 'peut-être' })).rejects.toThrow('BAD_INPUT');
    await expect(say({ question: 1, value: '\u202egnorw' })).rejects.toThrow('BAD_INPUT');
    await expect(say({ question: 1, value: 'x'.repeat(5_000) })).rejects.toThrow('BAD_INPUT');
    await expect(say({ seat: good.device })).rejects.toThrow('BAD_INPUT');
    for (const n of [0, 51]) await expect(say({ n })).rejects.toThrow('BAD_INPUT');
    await say({ question: 1, value: '<img src=x onerror=alert(1)>' });
    expect(counts(one(school), 1)).toEqual({ '<img src=x onerror=alert(1)>': 1 });

    const flood = Array.from({ length: 1_000 }, (_, n) =>
      say({ n: 1 + (n % 50) }).catch((error: Error) => error.message),
    );
    const started = performance.now();
    await good.client.request('poll.answer', { poll, question: 0, value: 'no', n: 1 });
    const took = performance.now() - started;
    console.log(`an answer beside 1,000 of a flood: ${Math.round(took)} ms`);
    expect(await bad.client.closed).toBe(4004);
    await Promise.all(flood);
    const view = one(school);
    expect(view.results[0]?.total).toBeLessThanOrEqual(2);
    expect(counts(view)['no']).toBe(1);
  });
});

describe('a visitor who took no seat', () => {
  it('answers nothing, raises no hand and writes nothing, and is told so; seated, it does', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a] = await seated(school, 1);
    if (!a) throw new Error('one');
    const stranger = await connectPupil({
      origin: `http://127.0.0.1:${school.door.plainPort}`,
      root: school.root,
      capabilities: { ...DESKTOP, keys: false },
    });
    await stranger.hello();
    await stranger.request('door.visit', { code: school.classroom.joinCode(TEACHER).code });
    const named = await ask(school, [YESNO]);
    const say = (poll: typeof named, n: number, ballot?: string) =>
      stranger.request('poll.answer', {
        poll,
        question: 0,
        value: 'yes',
        n,
        ...(ballot && { ballot }),
      });
    await expect(say(named, 1)).rejects.toThrow('NOT_SIGNED_IN');
    await expect(stranger.request('lesson.handUp', { up: true })).rejects.toThrow('NOT_SIGNED_IN');
    const anonymous = await ask(school, [YESNO], { anonymous: true });
    const { ballot } = (await a.client.request('poll.state', {})).poll ?? {};
    // Nor with a ballot that somebody lent.
    await expect(say(anonymous, 1, ballot)).rejects.toThrow('NOT_SIGNED_IN');
    await expect(stranger.request('poll.state', {})).rejects.toThrow('NOT_SIGNED_IN');
    school.classroom.tools.talk.open(TEACHER, []);
    const message = { id: idFrom('message', randomBytes(9)), place: 'teacher' as const, text: 'coucou' };
    await expect(stranger.request('talk.write', message)).rejects.toThrow('NOT_SIGNED_IN');
    expect(one(school).results[0]?.total).toBe(0);
    expect(school.classroom.state(TEACHER).lesson?.seats.every((seat) => !seat.handUpAt)).toBe(true);

    await stranger.request('join.takeSeat', {});
    await stranger.request('lesson.handUp', { up: true });
    const { ballot: own } = (await stranger.request('poll.state', {})).poll ?? {};
    expect(own).toMatch(/^[a-z2-7]{26}$/);
    await say(anonymous, 1, own);
    // Left again: what was open to the seat is closed.
    await stranger.request('join.leave', {});
    await expect(say(anonymous, 2, own)).rejects.toThrow('NOT_SIGNED_IN');
  });
});

const filesOf = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });
