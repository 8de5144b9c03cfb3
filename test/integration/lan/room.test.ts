import { describe, expect, it } from 'vitest';
import type { ReplyOf } from '../../../src/contract/define';
import type { PupilContract } from '../../../src/contract/pupil';
import type { RoomView } from '../../../src/contract/staff/room';
import type { PupilClient } from '../../../src/demo/pupils/client';
import { ask } from './https';
import { CLASS, CODE, HEAD, openSchool, pupilId, TEACHER, type TestSchool } from './school';

const open = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const room = (school: TestSchool) => school.classroom.tools.room;
const signIn = (client: PupilClient, n: number) =>
  client.request('join.signIn', { pupil: pupilId(n), code: CODE });
const stroke = (at: number) => ({
  colour: 'red' as const,
  width: 3,
  points: [
    [at, 10],
    [at + 5, 20],
  ] as [number, number][],
});
type Strokes = ReplyOf<PupilContract, 'room.page'>['strokes'];
const greet = (client: PupilClient) => client.request('room.greeting', {});
const names = async (client: PupilClient) => (await greet(client)).pupils.map(({ name }) => name);
async function send(school: TestSchool, to: 'all' | `device_${string}`[] = 'all') {
  return school.classroom.send(TEACHER, {
    kind: 'page',
    title: 'Les volcans',
    url: 'https://exemple.fr/',
    answer: true,
    to,
  });
}
/** As far as a door looks: the first bytes of a photo. */
const PHOTO = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
  Buffer.from('JFIF\0'),
  Buffer.alloc(900, 7),
]);
const seat = (school: TestSchool, key: string) =>
  school.classroom.state(TEACHER).lesson?.seats.find((one) => one.key === key);

describe('the second lesson', () => {
  it('greets who sat there last, one, two or three, never a list; not who is absent or in elsewhere', async () => {
    const absent = new Set<string>();
    const school = await openSchool({ attendance: () => ({ absent: [...absent] as never, late: [] }) });
    const seven = await school.enrolled('Tablette 7');
    const eight = await school.enrolled('Tablette 8');
    await open(school);
    expect(await names(seven.client)).toEqual([]);
    await signIn(seven.client, 0);
    await signIn(seven.client, 1);
    await signIn(eight.client, 2);
    await school.classroom.closeLesson(TEACHER);

    await open(school);
    const { pupils } = await greet(seven.client);
    expect(pupils).toEqual([
      { id: pupilId(0), name: 'Léa', symbol: 'fish', present: false },
      { id: pupilId(1), name: 'Hugo', symbol: 'fish', present: false },
    ]);
    // Its picture code is asked all the same.
    await expect(seven.client.request('join.signIn', { pupil: pupilId(0) })).rejects.toThrow(
      'PICTURE_CODE_WRONG',
    );
    absent.add(pupilId(2));
    expect(await names(eight.client)).toEqual([]);
    await signIn(eight.client, 0);
    expect(await names(seven.client)).toEqual(['Hugo']);
    const view = await room(school).state(TEACHER);
    expect(view.absent.map(({ name }) => name)).toEqual(['Inès']);
    // Absent is not missing.
    expect(school.classroom.state(TEACHER).lesson?.missing.map(({ name }) => name)).toEqual([
      'Hugo',
      'Noé',
      'Zoé',
    ]);
    expect((await room(school).last(TEACHER, [CLASS]))[0]).toMatchObject({
      class: CLASS,
      mode: 'personal',
      plan: true,
      greets: 2,
    });
  });

  it('finds the plan of the class again, also after a restart in the middle', async () => {
    const first = await openSchool();
    await open(first);
    const groups = [{ id: 'a', name: 'Les renards', members: [pupilId(0), pupilId(1)] }];
    const places = [{ member: pupilId(0), x: 3, y: 1 }];
    await room(first).groups(TEACHER, {
      groups,
      levels: { [pupilId(0)]: 2 },
      apart: [[pupilId(0), pupilId(2)]],
    });
    await room(first).places(TEACHER, { layout: 'islands', places });
    await first.stop();
    const second = await openSchool({ folder: first.folder });
    expect(await room(second).state(TEACHER)).toMatchObject({
      groups,
      places,
      layout: 'islands',
      kept: true,
    });
    await second.classroom.closeLesson(TEACHER);
    await open(second);
    const again = await room(second).state(TEACHER);
    expect(again).toMatchObject({ groups, places, levels: { [pupilId(0)]: 2 } });
  });
});

describe('a spare', () => {
  it('takes over pupils, what was sent to them and what they drew; the other is put out and told', async () => {
    const school = await openSchool();
    await open(school);
    const old = await school.enrolled('Tablette 7');
    const spare = await school.enrolled('Tablette 12');
    await signIn(old.client, 0);
    const item = await send(school, [old.device]);
    const of = { item, pupils: [pupilId(0)] };
    const strokes = Array.from({ length: 600 }, (_, at) => stroke(at));
    await old.client.request('room.keep', { ...of, page: 2, from: 0, strokes });
    await old.client.request('room.keep', { ...of, text: 'un volcan' });
    // The last gesture is taken back and done again.
    await old.client.request('room.keep', { ...of, page: 2, from: 599, strokes: [stroke(9999)] });
    await old.client.request('lesson.outcome', { item, outcome: 'done' });

    await room(school).swap(TEACHER, old.device, spare.device);
    expect(await old.client.next('room.replaced')).toEqual({ by: 'Tablette 12' });
    expect(await spare.client.next('join.seatChanged')).toMatchObject({ joined: true });
    expect(seat(school, old.device)).toMatchObject({ joined: false, pupils: [] });
    expect(seat(school, spare.device)?.pupils.map(({ name }) => name)).toEqual(['Léa']);
    expect((await spare.client.request('lesson.state', {})).items.map(({ id }) => id)).toEqual([item]);
    expect(await spare.client.request('room.begun', of)).toEqual({
      pages: [{ page: 2, strokes: 600 }],
      text: 'un volcan',
    });
    const back: Strokes = [];
    for (let more = true; more;) {
      const reply = await spare.client.request('room.page', { ...of, page: 2, from: back.length });
      back.push(...reply.strokes);
      more = reply.more;
    }
    expect(back).toEqual([...strokes.slice(0, 599), stroke(9999)]);
    // Who holds the old one does not read what is Léa's any more.
    await expect(old.client.request('room.begun', of)).rejects.toThrow('FORBIDDEN');
    expect(await greet(old.client)).toEqual({ pupils: [], replacedBy: 'Tablette 12' });
  });

  it('holds after a restart, is refused where somebody sits, and is the conductor’s alone', async () => {
    const school = await openSchool();
    await open(school);
    const [one, two, three] = [
      await school.enrolled('Tablette 1'),
      await school.enrolled('Tablette 2'),
      await school.enrolled('Tablette 3'),
    ];
    await signIn(one.client, 0);
    await signIn(two.client, 1);
    await expect(room(school).swap(TEACHER, one.device, two.device)).rejects.toThrow('BAD_INPUT');
    await expect(room(school).swap(HEAD, one.device, three.device)).rejects.toThrow('FORBIDDEN');
    await room(school).swap(TEACHER, one.device, three.device);
    await school.stop();
    const again = await openSchool({ folder: school.folder });
    expect(seat(again, three.device)?.pupils.map(({ name }) => name)).toEqual(['Léa']);
    expect((await room(again).state(TEACHER)).replaced).toEqual([{ seat: one.device, by: three.device }]);
  });

  it('has the photos and voices too: the other gives them before it is put out, and is not waited for where it has none', async () => {
    const school = await openSchool();
    await open(school);
    const old = await school.enrolled('Tablette 7');
    const spare = await school.enrolled('Tablette 12');
    await signIn(old.client, 0);
    const item = await send(school);
    const of = { item, pupils: [pupilId(0)] };
    await old.client.request('room.keep', { ...of, text: 'un volcan', taken: 1 });
    const swapping = room(school).swap(TEACHER, old.device, spare.device);
    const { collect } = await old.client.next('room.handOver');
    const upload = 'a'.repeat(13);
    const announced = { upload, size: PHOTO.length, type: 'image/jpeg' as const };
    const { path } = await old.client.request('lesson.upload', announced);
    await ask(school, `${path}?offset=0`, { method: 'PUT', body: PHOTO });
    await old.client.request('lesson.handIn', {
      id: 'handin_aaaaaaaaaaaaa',
      ...of,
      unfinished: true,
      parts: [{ kind: 'file', upload, name: 'photo 1' }],
    });
    await old.client.request('lesson.collected', { collect, works: 1 });
    await swapping;
    await old.client.next('room.replaced');
    const { text, files = [] } = await spare.client.request('room.begun', of);
    expect([text, files.map(({ type }) => type)]).toEqual(['un volcan', ['image/jpeg']]);
    expect(await ask(school, files[0]?.url ?? '')).toMatchObject({ status: 200, body: PHOTO });
    // Gone on with and handed in over there: what was left behind is of the past.
    await spare.client.request('lesson.handIn', {
      id: 'handin_bbbbbbbbbbbbb',
      ...of,
      parts: [{ kind: 'text', text: 'fini' }],
    });
    expect((await spare.client.request('room.begun', of)).files).toBeUndefined();
    // Nobody else’s, and no more for the one that was put out.
    await expect(old.client.request('room.begun', of)).rejects.toThrow('FORBIDDEN');
  });

  it('in a lesson by number is that number from now on', async () => {
    const school = await openSchool();
    await school.classroom.open(TEACHER, { mode: 'numbered' });
    const old = await school.enrolled('Tablette 4');
    const spare = await school.enrolled('Tablette 9');
    await old.client.request('join.takeSeat', {});
    const item = await send(school);
    await old.client.request('room.keep', { item, pupils: [], text: 'moi' });
    await old.client.request('room.share', { of: 2, turn: 2 });
    await old.client.request('room.keep', { item, pupils: [], turn: 2, text: 'le second' });
    await room(school).swap(TEACHER, old.device, spare.device);
    expect(seat(school, spare.device)).toMatchObject({ number: 4, joined: true });
    expect((await spare.client.request('room.state', {})).share).toEqual({ of: 2, turn: 2 });
    expect((await spare.client.request('room.begun', { item, pupils: [], turn: 2 })).text).toBe('le second');
    expect((await spare.client.request('room.begun', { item, pupils: [] })).text).toBe('moi');
  });
});

describe('workshops', () => {
  it('move all groups on with one word, and give each what its workshop needs; who comes late finds it', async () => {
    const school = await openSchool();
    await open(school);
    const a = await school.enrolled('Tablette 1');
    const b = await school.enrolled('Tablette 2');
    await signIn(a.client, 0);
    await signIn(b.client, 1);
    const item = await send(school, [a.device]);
    await a.client.next('lesson.item');
    await expect(room(school).next(TEACHER)).rejects.toThrow('NOT_FOUND');
    await room(school).groups(TEACHER, {
      groups: [
        { id: 'a', name: 'Renards', members: [pupilId(0)] },
        { id: 'b', name: 'Loups', members: [pupilId(1), pupilId(2)] },
      ],
      levels: {},
      apart: [],
    });
    await room(school).workshops(TEACHER, {
      workshops: [
        { id: '1', name: 'Lecture', text: 'Lis la page 12.' },
        { id: '2', name: 'Volcans', item },
      ],
    });
    expect(await room(school).next(TEACHER)).toEqual({ turn: 0 });
    expect(await b.client.next('lesson.item')).toMatchObject({ id: item });
    expect(await a.client.request('room.state', {})).toMatchObject({
      workshop: { name: 'Lecture', text: 'Lis la page 12.' },
    });
    const late = await school.enrolled('Tablette 3');
    await signIn(late.client, 2);
    expect(await late.client.request('room.state', {})).toMatchObject({ workshop: { name: 'Volcans' } });
    expect(await late.client.next('lesson.item')).toMatchObject({ id: item });
    expect(await room(school).next(TEACHER)).toEqual({ turn: 1 });
    expect(await b.client.request('room.state', {})).toMatchObject({ workshop: { name: 'Lecture' } });
    await room(school).endWorkshops(TEACHER);
    expect((await b.client.request('room.state', {})).workshop).toBeUndefined();
  });
});

describe('a device at the door', () => {
  it('that nobody introduced is counted; a visitor is sent away with the code it came with', async () => {
    const school = await openSchool();
    await open(school);
    const stranger = await school.connect();
    await stranger.hello();
    await school.heard.until<RoomView>('room.changed', ({ unknown }) => unknown === 1);
    const { code } = school.classroom.joinCode(TEACHER);
    await stranger.request('door.visit', { code });
    expect(seat(school, 'visitor-1')).toBeDefined();
    await room(school).sendAway(TEACHER, 'visitor-1');
    school.classroom.turnCode();
    expect(await stranger.next('door.closing')).toMatchObject({ reason: 'stopping' });
    expect(seat(school, 'visitor-1')).toBeUndefined();
    const back = await school.connect();
    await back.hello();
    await expect(back.request('door.visit', { code })).rejects.toThrow('LESSON_CODE_WRONG');
  });

  it('keeps no work of others, no more than a lesson’s worth, and nothing of a visitor', async () => {
    const school = await openSchool({ limits: { framesPerSecond: 10_000, frameBurst: 10_000 } });
    await open(school);
    const { client } = await school.enrolled('Tablette 1');
    await signIn(client, 0);
    const item = await send(school);
    const mine = { item, pupils: [pupilId(0)] };
    const theirs = { item, pupils: [pupilId(1)] };
    await expect(client.request('room.keep', { ...theirs, text: 'x' })).rejects.toThrow('FORBIDDEN');
    await expect(client.request('room.begun', theirs)).rejects.toThrow('FORBIDDEN');
    await expect(client.request('room.keep', { item, pupils: [], text: 'x' })).rejects.toThrow('FORBIDDEN');
    await expect(
      client.request('room.keep', { ...mine, item: 'item_aaaaaaaaaaaaa', text: 'x' }),
    ).rejects.toThrow('NOT_FOUND');
    const strokes = Array.from({ length: 800 }, (_, at) => stroke(at));
    let kept = 0;
    const fill = async (): Promise<void> => {
      for (let page = 1; page < 200; page += 1) {
        await client.request('room.keep', { ...mine, page, from: 0, strokes });
        kept = page;
      }
    };
    await expect(fill()).rejects.toThrow('TOO_LARGE');
    expect(kept).toBeGreaterThan(20);
    // What was kept stays, and the lesson goes on.
    const { strokes: held } = await client.request('room.page', { ...mine, page: 1, from: 0 });
    expect(held).toEqual(strokes.slice(0, held.length));
    const visitor = await school.connect();
    await visitor.hello();
    await visitor.request('door.visit', { code: school.classroom.joinCode(TEACHER).code });
    await expect(visitor.request('room.keep', { ...mine, text: 'x' })).rejects.toThrow('VISITOR_ONLY');
    expect(await greet(visitor)).toEqual({ pupils: [] });
  });

  it('takes turns: what one has handed in is not the other’s', async () => {
    const school = await openSchool();
    await open(school);
    const { client, device } = await school.enrolled('Tablette 1');
    await signIn(client, 0);
    await signIn(client, 1);
    const item = await send(school);
    await client.request('room.share', { of: 2, turn: 1 });
    await client.request('lesson.handIn', {
      id: 'handin_aaaaaaaaaaaaa',
      item,
      pupils: [pupilId(0)],
      parts: [{ kind: 'text', text: 'de Léa' }],
    });
    expect((await client.request('room.share', { of: 2, turn: 2 })).handedIn).toEqual([]);
    expect((await client.request('room.share', { of: 2, turn: 1 })).handedIn).toEqual([{ item, version: 1 }]);
    await school.heard.until<RoomView>('room.changed', ({ turns }) =>
      turns.some((one) => one.seat === device && one.turn === 1),
    );
  });
});
