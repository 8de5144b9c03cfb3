import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { VOICE_KIND } from '../../../src/contract/pupil/frames';
import { MAX_SEATS } from '../../../src/domain/lesson/model';
import { MAX_MESSAGES, MAX_MESSAGES_OF_ONE } from '../../../src/domain/lesson/talk';
import { CLASS, CODE, openSchool, pupilId, TEACHER, type Enrolled, type TestSchool } from '../lan/school';
import { newHandIn, newMessage, say, sendPage, twoNamed } from './room';

const named = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const heard = (device: Enrolled): string[] => {
  const all: string[] = [];
  device.client.socket.on('message', (data: Buffer) => all.push(data.toString('latin1')));
  return all;
};
const every = (school: TestSchool, types: readonly string[]): { readonly body: unknown }[] =>
  types.flatMap((type) => school.classBase.all<{ _id: string; type: string; v: number }>(type));

describe('an anonymous question', () => {
  it('leaves nothing that leads from an answer to a child: not the base, not its order, not what is told', async () => {
    const school = await openSchool();
    await named(school);
    const children: Enrolled[] = [];
    for (let n = 0; n < 5; n += 1) {
      const device = await school.enrolled(`Tablette ${n}`);
      await device.client.request('join.signIn', { pupil: pupilId(n), code: CODE });
      children.push(device);
    }
    const told = heard(children[4] as Enrolled);
    const poll = await school.classroom.tools.poll.ask(TEACHER, {
      questions: [{ kind: 'word', text: 'Ton secret ?' }],
      anonymous: true,
      to: 'all',
    });
    const ballots: string[] = [];
    for (const [n, { client }] of children.entries()) {
      const { ballot = '' } = (await client.request('poll.state', {})).poll ?? {};
      ballots.push(ballot);
      expect(await say(client, 'poll.answer', { poll, question: 0, value: `secret${n}`, n: 1, ballot })).toBe(
        'ok',
      );
    }
    // The same ballots, said by another: the one answer moves, none is added.
    await say((children[0] as Enrolled).client, 'poll.answer', {
      poll,
      question: 0,
      value: 'volé',
      n: 2,
      ballot: ballots[1],
    });
    const [view] = school.classroom.tools.poll.list(TEACHER);
    expect(view?.results[0]?.total).toBe(5);
    expect(view?.answers).toEqual([]);
    expect(view?.waiting).toEqual([]);
    const answers = every(school, ['lessonPoll']).filter(({ body }) => 'question' in (body as object));
    expect(answers).toHaveLength(5);
    const people = [
      ...children.map(({ device }) => device as string),
      ...children.map((_, n) => pupilId(n) as string),
    ];
    for (const { body } of answers) {
      const text = JSON.stringify(body);
      for (const one of [...people, ...ballots]) expect(text).not.toContain(one);
      expect(Object.keys(body as object).sort()).toEqual(
        ['_id', 'askedAt', 'lesson', 'n', 'part', 'poll', 'question', 'type', 'v', 'value'].sort(),
      );
    }
    const head = every(school, ['lessonPoll']).find(({ body }) => 'ballots' in (body as object));
    const { ballots: marks, given } = head?.body as unknown as { ballots: string[]; given: string[] };
    expect(marks).toEqual([...marks].sort());
    expect(given).toEqual([...given].sort());
    for (const ballot of ballots) expect(marks).not.toContain(ballot);
    // Nobody else’s tablet hears what was said, or by whom.
    expect(told.join()).not.toContain('secret0');
    // Two answers are no class: the bars stay down until there are three.
    for (const { name, payload } of school.heard.all)
      if (name === 'poll.changed') {
        const { poll: seen } = payload as {
          poll: { open: boolean; results: { total: number; rows: unknown[] }[] };
        };
        if (seen.open && (seen.results[0]?.total ?? 0) < 3) expect(seen.results[0]?.rows).toEqual([]);
      }
  });
});

describe('what one child says is not another’s to hear', () => {
  it('a question to the teacher, a voice, a comment given back', async () => {
    const school = await openSchool();
    await named(school);
    const item = await sendPage(school);
    const [a, b] = await twoNamed(school);
    const told = heard(b);
    school.classroom.tools.talk.open(TEACHER, [{ name: 'Moi', to: [a.device] }]);
    await a.client.request('talk.write', { id: newMessage(), place: 'teacher', text: 'confidence-un' });
    await a.client.request('talk.write', { id: newMessage(), place: 1, text: 'confidence-deux' });
    await school.classroom.tools.talk.say(TEACHER, a.device, 'confidence-trois');
    expect(await say(b.client, 'talk.write', { id: newMessage(), place: 1, text: 'x' })).toBe('FORBIDDEN');
    school.classroom.tools.talk.listen(TEACHER, 'window', a.device, true);
    await a.client.request('talk.listened', { state: 'on' });
    const piece = Buffer.concat([Buffer.of(VOICE_KIND, 0, 1, 0), Buffer.from('voix-de-a')]);
    a.client.socket.send(piece);
    // The other one’s microphone was never asked for, whatever it says.
    expect(await say(b.client, 'talk.listened', { state: 'on' })).toBe('ok');
    b.client.socket.send(Buffer.concat([Buffer.of(VOICE_KIND, 0, 1, 0), Buffer.from('voix-de-b')]));
    const id = newHandIn();
    await a.client.request('lesson.handIn', {
      id,
      item,
      pupils: [pupilId(0)],
      parts: [{ kind: 'text', text: 'x' }],
    });
    await school.classroom.tools.notes.save(TEACHER, 'window', {
      handIn: id,
      class: CLASS,
      text: 'confidence-quatre',
      drawings: [],
      again: false,
      voice: 'none',
      give: true,
    });
    await a.client.next('notes.returned');
    await b.client.request('check.ping', {});
    await a.client.request('check.ping', {});
    expect(told.join()).not.toMatch(/confidence|voix-de-a/);
    const window = Buffer.concat(school.frames).toString('latin1');
    expect(window).toContain('voix-de-a');
    expect(window).not.toContain('voix-de-b');
    expect(JSON.stringify((await b.client.request('talk.state', {})).talk.lines)).not.toContain('confidence');
    expect((await b.client.request('notes.shelf', {})).works).toEqual([]);
  });
});

describe('no measure of a child’s activity is kept (CARMO #9.18)', () => {
  it('neither in the base nor in the report, whatever the tablets tell', async () => {
    const school = await openSchool();
    await named(school);
    const item = await sendPage(school);
    const [a] = await twoNamed(school);
    const telling = {
      screen: 'item',
      item,
      page: 7,
      pages: 9,
      strokes: 31_337,
      characters: 27_182,
      visible: false,
    };
    await say(a.client, 'lesson.activity', telling);
    await say(a.client, 'lesson.battery', { percent: 17, charging: true });
    await say(a.client, 'lesson.handUp', { up: true });
    await say(a.client, 'lesson.attentionShown', { on: false });
    await say(a.client, 'check.report', { roundTrip: 54_321, kbit: 1, clock: 1, secure: true });
    await a.client.request('lesson.handIn', {
      id: newHandIn(),
      item,
      pupils: [pupilId(0)],
      parts: [{ kind: 'text', text: 'x' }],
    });
    const lesson = school.classroom.state(TEACHER).lesson?.id;
    if (!lesson) throw new Error('no lesson');
    const report = await school.classroom.tools.report.lesson(TEACHER, lesson, CLASS);
    await school.classroom.closeLesson(TEACHER);
    const kept = JSON.stringify(
      every(school, [
        'lesson',
        'lessonSeat',
        'lessonItem',
        'lessonOutcome',
        'handIn',
        'lessonPoll',
        'talkMessage',
        'workNote',
      ]),
    );
    expect(kept).toContain(item);
    for (const text of [kept, JSON.stringify(report)]) {
      expect(text).not.toMatch(
        /31337|27182|54321|"strokes":\d|characters|visible|battery|percent|attention(Shown|Seen)|handUpAt/,
      );
    }
  });
});

describe('a clean that a child will not do', () => {
  it('is told as such, and a word said before it was asked for counts for nothing', async () => {
    const school = await openSchool();
    await named(school);
    const [a, b] = await twoNamed(school);
    await a.client.request('clean.done', { left: [] });
    await b.client.request('clean.done', { left: [] });
    school.classroom.tools.clean.run(TEACHER);
    await b.client.next('clean.now');
    await b.client.request('clean.done', { left: [] });
    const command = school.classroom.state(TEACHER).lesson?.commands?.find(({ kind }) => kind === 'clean');
    const of = (device: string) => command?.outcomes.find(({ seat }) => seat === device)?.state;
    expect(of(b.device)).toBe('done');
    expect(of(a.device)).not.toBe('done');
  });
});

describe('memory', () => {
  it(
    'one who writes all lesson long leaves the others and the teacher room',
    { timeout: 60_000 },
    async () => {
      let now = Date.now();
      const school = await openSchool({
        clock: () => now,
        limits: { framesPerSecond: 1e6, frameBurst: 1e6 },
      });
      await named(school);
      const [a, b] = await twoNamed(school);
      school.classroom.tools.talk.open(TEACHER, []);
      const write = (device: Enrolled, text: string) =>
        say(device.client, 'talk.write', { id: newMessage(), place: 'teacher', text });
      const said: string[] = [];
      for (let n = 0; n < 130; n += 1) {
        if (n % 5 === 0) now += 10_000;
        said.push(await write(a, `n° ${n}`));
      }
      expect(said.filter((code) => code === 'ok')).toHaveLength(MAX_MESSAGES_OF_ONE);
      expect(said.at(-1)).toBe('TOO_LARGE');
      expect(await write(b, 'moi')).toBe('ok');
      expect(MAX_SEATS * MAX_MESSAGES_OF_ONE).toBeLessThan(MAX_MESSAGES);
    },
  );

  it(
    'does not follow what is thrown at the door: pages asked, names refused, greetings, probes',
    { timeout: 60_000 },
    async () => {
      const school = await openSchool({
        limits: { framesPerSecond: 1e6, frameBurst: 1e6, requestsPerSecond: 1e6, requestBurst: 1e6 },
      });
      await named(school);
      const [a] = await twoNamed(school);
      const stranger = await school.connect();
      const round = async (n: number): Promise<void> => {
        await Promise.all([
          say(a.client, 'room.greeting'),
          say(a.client, 'internet.state'),
          say(a.client, 'lesson.activity', { screen: 'home', visible: n % 2 === 0 }),
          say(a.client, 'check.report', { roundTrip: n, kbit: n, clock: n, secure: true }),
          stranger.hello(`key-${n}`),
          new Promise<void>((over) => {
            request(
              {
                port: school.door.plainPort,
                host: '127.0.0.1',
                path: `/verifier.gif?off=${n}&trust=0`,
                agent: false,
              },
              (answer) => answer.resume().on('end', over),
            )
              .on('error', () => over())
              .end();
          }),
        ]);
      };
      for (let n = 0; n < 100; n += 1) await round(n);
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      const events = school.heard.all.length;
      for (let n = 0; n < 600; n += 1) await round(n);
      globalThis.gc?.();
      const grown = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
      console.log(
        `3,600 requests: ${grown.toFixed(1)} MB more, ${school.heard.all.length - events} events to the window`,
      );
      // Events are kept by the test itself.
      expect(grown).toBeLessThan(60);
      expect(school.heard.all.length - events).toBeLessThan(2_000);
    },
  );
});
