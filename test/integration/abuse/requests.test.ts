import { describe, expect, it } from 'vitest';
import { connectPupil, type PupilClient } from '../../../src/demo/pupils/client';
import { pupilContract } from '../../../src/contract/pupil';
import { staffContract } from '../../../src/contract/staff';
import type { Id } from '../../../src/domain/id';
import {
  CLASS,
  CODE,
  HEAD,
  NAMES,
  openSchool,
  pupilId,
  TABLET,
  TEACHER,
  type TestSchool,
} from '../lan/school';
import { newHandIn, newMessage, say, sendPage, twoNamed } from './room';

const methods = Object.entries(pupilContract).flatMap(([subject, { requests }]) =>
  Object.keys(requests).map((name) => `${subject}.${name}`),
);
/** Input that the contract takes, so that what refuses is the rule behind it. */
function inputFor(
  method: string,
  of: { item: Id<'item'>; pupil?: Id<'pupil'>; handIn?: Id<'handin'>; poll?: Id<'poll'> },
): unknown {
  const pupils = of.pupil ? [of.pupil] : [];
  const inputs: Record<string, unknown> = {
    'door.visit': { code: 'ABCDE' },
    'join.signIn': { pupil: pupilId(0), code: CODE },
    'lesson.activity': { screen: 'home', visible: true },
    'lesson.handUp': { up: true },
    'lesson.battery': { percent: 5, charging: false },
    'lesson.outcome': { item: of.item, outcome: 'done' },
    'lesson.attentionShown': { on: true },
    'lesson.upload': { upload: 'a'.repeat(13), size: 10, type: 'image/png' },
    'lesson.handIn': { id: newHandIn(), item: of.item, pupils, parts: [{ kind: 'text', text: 'x' }] },
    'lesson.collected': { collect: 'x', works: [] },
    'lesson.shareScreen': { codec: 'vp8' },
    'room.share': { of: 2, turn: 1 },
    'room.keep': { item: of.item, pupils, text: 'x' },
    'room.drop': { item: of.item, pupils },
    'room.begun': { item: of.item, pupils },
    'room.page': { item: of.item, pupils, page: 1, from: 0 },
    'notes.open': { id: of.handIn ?? 'handin_aaaaaaaaaaaaa' },
    'poll.answer': { poll: of.poll ?? 'poll_aaaaaaaaaaaaa', question: 0, value: 'yes', n: 1 },
    'talk.write': { id: newMessage(), place: 'teacher', text: 'x' },
    'talk.listened': { state: 'on' },
    'recess.shown': { on: true },
    'clean.done': { left: [] },
    'device.tell': { applications: [{ id: 'geo', name: 'GeoGebra' }] },
    'device.settled': { turn: 1, outcome: 'done', closed: [] },
    'device.ran': { order: 1, outcome: 'done' },
    'check.report': { roundTrip: 1, kbit: 1, clock: 1, secure: true },
    'remote.pair': { code: '123456', pin: '1234', label: 'x', publicKey: {} },
    'remote.enter': { keyId: 'x', signature: 'x' },
    'remote.unlock': { pin: '1234' },
    'remote.attention': { on: true },
    'remote.recess': { on: true },
    'remote.lowerHand': { seat: 'x' },
    'remote.project': { seats: ['x'] },
    'remote.roll': { class: CLASS },
    'remote.writeRoll': {
      class: CLASS,
      half: { day: '2026-11-22', half: 'am' },
      entries: [],
      complete: false,
    },
  };
  return inputs[method] ?? {};
}

async function answersOf(
  client: PupilClient,
  of: Parameters<typeof inputFor>[1],
): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const method of methods.filter((one) => !one.startsWith('door.')))
    said[method] = await say(client, method, inputFor(method, of));
  return said;
}
const named = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const went = (said: Record<string, string>): string[] =>
  Object.keys(said).filter((method) => said[method] === 'ok');

describe('who may say what', () => {
  it('a stranger: nothing but the door’s own words, and no word tells of the lesson', async () => {
    const answers: unknown[] = [];
    for (const mode of ['personal', 'numbered', 'anonymous', 'none'] as const) {
      const school = await openSchool();
      if (mode !== 'none') await school.classroom.open(TEACHER, { class: CLASS, mode });
      const item = mode === 'none' ? ('item_aaaaaaaaaaaaa' as Id<'item'>) : await sendPage(school);
      const client = await school.connect();
      const hello = { ...(await client.hello()), now: 0, challenge: '' };
      const said = await answersOf(client, { item });
      expect(went(said)).toEqual([]);
      answers.push({ hello, said });
    }
    for (const one of answers) expect(one).toEqual(answers[0]);
  });

  it('a visitor: what a stranger with the code on the board needs, by no other door and without a name', async () => {
    const school = await openSchool();
    await named(school);
    const item = await sendPage(school);
    const [a] = await twoNamed(school);
    const poll = await school.classroom.tools.poll.ask(TEACHER, {
      questions: [{ kind: 'yesno', text: '' }],
      anonymous: false,
      to: [a.device],
    });
    const visitor = await connectPupil({
      origin: `http://127.0.0.1:${school.door.plainPort}`,
      capabilities: TABLET,
    });
    await visitor.hello();
    await visitor.request('door.visit', { code: school.classroom.joinCode(TEACHER).code });
    const heard: string[] = [];
    visitor.socket.on('message', (data: Buffer) => heard.push(data.toString()));
    await visitor.request('join.takeSeat', {});
    const seated = await answersOf(visitor, { item, pupil: pupilId(0), poll });
    for (const method of methods.filter((one) =>
      /^(notes|homework|check|remote)\.|room\.(share|keep|drop|begun|page)|join\.(pupils|signIn)|lesson\.(upload|handIn|collected|shareScreen)|talk\.listened/.test(
        one,
      ),
    ))
      expect([method, seated[method]]).not.toEqual([method, 'ok']);
    // The question was for somebody else.
    expect(seated['poll.answer']).not.toBe('ok');
    for (const name of NAMES) expect(heard.join()).not.toContain(name);
  });

  it('a tablet that is in the room and on which nobody has joined: its presence, no part', async () => {
    const school = await openSchool();
    await named(school);
    const item = await sendPage(school);
    const [a] = await twoNamed(school);
    school.classroom.tools.talk.open(TEACHER, [{ name: 'Tous', to: 'all' }]);
    const poll = await school.classroom.tools.poll.ask(TEACHER, {
      questions: [{ kind: 'yesno', text: '' }],
      anonymous: true,
      to: 'all',
    });
    const tablet = await school.enrolled('Tablette 9');
    const heard: string[] = [];
    tablet.client.socket.on('message', (data: Buffer) => heard.push(data.toString()));
    const part = methods.filter((one) =>
      /^(poll|notes)\.|talk\.|room\.(share|keep|drop|begun|page)|lesson\.(upload|handIn|collected|shareScreen|handUp|outcome)/.test(
        one,
      ),
    );
    for (const method of part)
      expect([method, await say(tablet.client, method, inputFor(method, { item, poll }))]).not.toEqual([
        method,
        'ok',
      ]);
    heard.length = 0;
    await a.client.request('talk.write', { id: newMessage(), place: 1, text: 'mon secret' });
    await tablet.client.request('check.ping', {});
    expect(heard.join()).not.toContain('secret');
  });

  it('a child’s tablet: no word of the staff’s contract, none of the remote control', async () => {
    const school = await openSchool({ limits: { framesPerSecond: 1e6, frameBurst: 1e6 } });
    await named(school);
    const [a] = await twoNamed(school);
    const staff = Object.entries(staffContract).flatMap(([subject, { requests }]) =>
      Object.keys(requests).map((name) => `${subject}.${name}`),
    );
    const codes = new Set<string>();
    for (const method of staff.filter((one) => !methods.includes(one)))
      codes.add(await say(a.client, method));
    // A word of the remote control's panel begins as those of a telephone do, and a tablet is none.
    expect([...codes].filter((code) => !['UNKNOWN_METHOD', 'DEVICE_UNKNOWN'].includes(code))).toEqual([]);
    for (const method of methods.filter((one) => one.startsWith('remote.')))
      expect([
        method,
        await say(a.client, method, inputFor(method, { item: 'item_aaaaaaaaaaaaa' as Id<'item'> })),
      ]).toEqual([method, 'DEVICE_UNKNOWN']);
    for (const odd of [
      '__proto__.constructor',
      'constructor.name',
      'toString',
      '',
      '.',
      'poll',
      'poll.',
      'poll.__proto__',
    ])
      expect(await say(a.client, odd)).toBe('UNKNOWN_METHOD');
  }, 60_000);
});

describe('what is another child’s', () => {
  it('work, comments, drafts and tickets of one are nobody else’s, nor another class’s', async () => {
    const school = await openSchool();
    await named(school);
    const item = await sendPage(school);
    const [a, b] = await twoNamed(school);
    const id = newHandIn();
    await a.client.request('lesson.handIn', {
      id,
      item,
      pupils: [pupilId(0)],
      parts: [{ kind: 'text', text: 'à moi' }],
    });
    await a.client.request('room.keep', { item, pupils: [pupilId(0)], text: 'brouillon' });
    expect(await say(b.client, 'notes.open', { id })).toBe('NOT_FOUND');
    expect((await b.client.request('notes.shelf', {})).works).toEqual([]);
    for (const method of ['room.begun', 'room.keep', 'room.drop', 'room.page'])
      expect([
        method,
        await say(b.client, method, { ...(inputFor(method, { item, pupil: pupilId(0) }) as object) }),
      ]).toEqual([method, 'FORBIDDEN']);
    expect(
      await say(b.client, 'lesson.handIn', {
        id,
        item,
        pupils: [pupilId(1)],
        parts: [{ kind: 'text', text: 'volé' }],
      }),
    ).toBe('FORBIDDEN');
    expect(
      await say(b.client, 'lesson.handIn', {
        id: newHandIn(),
        item,
        pupils: [pupilId(0)],
        parts: [{ kind: 'text', text: 'faux' }],
      }),
    ).toBe('FORBIDDEN');
    // A pupil of another class is on no list here.
    expect(await say(b.client, 'join.signIn', { pupil: 'pupil_zzzzzzzzzzzzz', code: CODE })).toBe(
      'NOT_FOUND',
    );
    expect((await a.client.request('room.begun', { item, pupils: [pupilId(0)] })).text).toBe('brouillon');
  });

  it('answers twice, for another’s question, under another’s message: once, or not at all', async () => {
    const school = await openSchool();
    await named(school);
    const [a, b] = await twoNamed(school);
    const ofA = await school.classroom.tools.poll.ask(TEACHER, {
      questions: [{ kind: 'yesno', text: '' }],
      anonymous: false,
      to: [a.device],
    });
    const answer = { poll: ofA, question: 0, value: 'yes', n: 1 };
    await Promise.all(Array.from({ length: 10 }, () => say(a.client, 'poll.answer', answer)));
    expect(await say(b.client, 'poll.answer', answer)).toBe('FORBIDDEN');
    expect(school.classroom.tools.poll.list(TEACHER)[0]?.results[0]?.total).toBe(1);
    school.classroom.tools.talk.open(TEACHER, []);
    const id = newMessage();
    const line = { id, place: 'teacher', text: 'une question' };
    await Promise.all(Array.from({ length: 4 }, () => say(a.client, 'talk.write', line)));
    expect(await say(b.client, 'talk.write', { ...line, text: 'autre' })).toBe('FORBIDDEN');
    expect(school.classroom.tools.talk.view(TEACHER).messages.map(({ text }) => text)).toEqual([
      'une question',
    ]);
    // Of yesterday: the id is taken, and what was written stays as it was.
    await school.classroom.closeLesson(TEACHER);
    await named(school);
    await a.client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    school.classroom.tools.talk.open(TEACHER, []);
    const again = await say(a.client, 'talk.write', { ...line, text: 'récrit' });
    expect(['ok', 'INTERNAL']).not.toContain(again);
    expect(school.classBase.get<{ _id: string; type: string; v: number; text: string }>(id)?.body.text).toBe(
      'une question',
    );
  });

  it('the teacher next door is refused every tool of the lesson', async () => {
    const school = await openSchool();
    await named(school);
    const [a] = await twoNamed(school);
    const { tools } = school.classroom;
    const tries: Record<string, () => unknown> = {
      poll: () => tools.poll.list(HEAD),
      'poll.ask': () =>
        tools.poll.ask(HEAD, { questions: [{ kind: 'yesno', text: '' }], anonymous: false, to: 'all' }),
      talk: () => tools.talk.view(HEAD),
      'talk.say': () => tools.talk.say(HEAD, a.device, 'x'),
      'talk.listen': () => tools.talk.listen(HEAD, 'window', a.device, true),
      room: () => tools.room.state(HEAD),
      'room.swap': () => tools.room.swap(HEAD, a.device, 'visitor-1'),
      show: () => tools.show.start(HEAD, 'window', { what: 'screen' }, 'all'),
      recess: () => tools.recess.start(HEAD),
      clean: () => tools.clean.run(HEAD),
      internet: () => tools.internet.set(HEAD, { mode: 'off', sites: [] }),
      'internet.state': () => tools.internet.state(HEAD),
    };
    for (const [name, attempt] of Object.entries(tries)) {
      const said = await Promise.resolve()
        .then(attempt)
        .then(
          () => 'ok',
          (error: { code?: string }) => error.code,
        );
      expect([name, said]).toEqual([name, 'FORBIDDEN']);
    }
    expect(tools.internet.mode()).toBe('on');
  });
});
