import { describe, expect, it } from 'vitest';
import { connectPupil } from '../../../src/demo/pupils/client';
import { MAX_VOICE_PIECE, VOICE_HEAD, VOICE_KIND } from '../../../src/contract/pupil/frames';
import type { TalkView } from '../../../src/contract/staff/talk';
import { idFrom } from '../../../src/domain/id';
import { randomBytes } from 'node:crypto';
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

const openLesson = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const talk = (school: TestSchool) => school.classroom.tools.talk;
const newId = () => idFrom('message', randomBytes(9));
async function seated(school: TestSchool, count: number): Promise<Enrolled[]> {
  const devices: Enrolled[] = [];
  for (let n = 0; n < count; n += 1) {
    const device = await school.enrolled(`Tablette ${n + 1}`);
    await device.client.request('join.signIn', { pupil: pupilId(n), code: CODE });
    devices.push(device);
  }
  return devices;
}
async function three(school: TestSchool): Promise<[Enrolled, Enrolled, Enrolled]> {
  const [a, b, c] = await seated(school, 3);
  if (!a || !b || !c) throw new Error('three');
  return [a, b, c];
}
const write = (device: Enrolled, text: string, place: 'teacher' | number = 'teacher', id = newId()) =>
  device.client.request('talk.write', { id, place, text });

describe('the queue of raised hands', () => {
  it('is called in its order, told to the child, and lowered by either', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = await three(school);
    await b.client.request('lesson.handUp', { up: true });
    await a.client.request('lesson.handUp', { up: true });
    talk(school).call(TEACHER);
    expect(await b.client.next('talk.called')).toEqual({ on: true });
    expect((await b.client.request('talk.state', {})).called).toBe(true);
    expect((await a.client.request('talk.state', {})).called).toBe(false);
    expect(talk(school).view(TEACHER).called).toMatchObject([{ seat: b.device }]);
    await b.client.request('lesson.handUp', { up: false });
    expect(talk(school).view(TEACHER).called).toEqual([]);
    talk(school).call(TEACHER);
    await a.client.next('talk.called');
    talk(school).lowerAll(TEACHER);
    await a.client.next('lesson.handLowered');
    expect((await a.client.request('lesson.state', {})).handUp).toBe(false);
    expect((await a.client.request('talk.state', {})).called).toBe(false);
    expect(() => talk(school).lowerAll(HEAD)).toThrow('FORBIDDEN');
  });
});

describe('the discussion', () => {
  it('is closed until the teacher opens it; a private question reaches the teacher alone', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = await three(school);
    await expect(write(a, 'Bonjour')).rejects.toThrow('FORBIDDEN');
    talk(school).open(TEACHER, []);
    expect(await a.client.next('talk.changed')).toMatchObject({ open: true, rooms: [] });
    await write(a, 'Je n’ai pas compris <b>la question</b>');
    const { messages } = talk(school).view(TEACHER);
    expect(messages).toMatchObject([
      { who: 'Léa', to: 'teacher', text: 'Je n’ai pas compris <b>la question</b>' },
    ]);
    expect((await b.client.request('talk.state', {})).talk.lines).toEqual([]);
    await talk(school).say(TEACHER, a.device, 'Je viens te voir');
    expect(
      (await a.client.request('talk.state', {})).talk.lines.map(({ from, text }) => [from.kind, text]),
    ).toEqual([
      ['me', 'Je n’ai pas compris <b>la question</b>'],
      ['teacher', 'Je viens te voir'],
    ]);
    talk(school).shut(TEACHER);
    expect((await a.client.request('talk.state', {})).talk).toEqual({
      open: false,
      rooms: [],
      muted: false,
      lines: [],
    });
  });

  it('in groups: read by the group and the teacher; one is muted, a message taken off', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b, c] = await three(school);
    talk(school).open(TEACHER, [{ name: 'Les loups', to: [a.device, b.device] }]);
    const { rooms } = (await a.client.request('talk.state', {})).talk;
    const room = rooms[0]?.id ?? 0;
    const id = newId();
    await write(a, 'On dessine quoi ?', room, id);
    await write(a, 'On dessine quoi ?', room, id);
    expect((await b.client.request('talk.state', {})).talk.lines).toMatchObject([
      { id, place: room, from: { kind: 'pupil', name: 'Léa' }, text: 'On dessine quoi ?' },
    ]);
    await expect(write(c, 'Moi aussi', room)).rejects.toThrow('FORBIDDEN');
    expect((await c.client.request('talk.state', {})).talk.lines).toEqual([]);
    // The id of somebody else's message does not take its place.
    await expect(write(b, 'autre chose', room, id)).rejects.toThrow('FORBIDDEN');
    talk(school).mute(TEACHER, b.device, true);
    await expect(write(b, 'Un loup', room)).rejects.toThrow('FORBIDDEN');
    await talk(school).remove(TEACHER, id);
    expect((await b.client.request('talk.state', {})).talk).toMatchObject({ muted: true, lines: [] });
    expect(talk(school).view(TEACHER).messages).toMatchObject([
      { id, removed: true, text: 'On dessine quoi ?' },
    ]);
    await school.heard.until<TalkView>('talk.changed', ({ messages }) => messages[0]?.removed === true);
  });

  it('never shows what children write to a stranger with the code, who may ask the teacher', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a] = await three(school);
    const stranger = await connectPupil({
      origin: `http://127.0.0.1:${school.door.plainPort}`,
      root: school.root,
      capabilities: { ...DESKTOP, keys: false },
    });
    await stranger.hello();
    await stranger.request('door.visit', { code: school.classroom.joinCode(TEACHER).code });
    await stranger.request('join.takeSeat', {});
    talk(school).open(TEACHER, [{ name: 'Toute la classe', to: 'all' }]);
    const { rooms } = (await a.client.request('talk.state', {})).talk;
    await write(a, 'Je suis Léa', rooms[0]?.id);
    expect((await stranger.request('talk.state', {})).talk).toMatchObject({
      open: true,
      rooms: [],
      lines: [],
    });
    await expect(
      stranger.request('talk.write', { id: newId(), place: rooms[0]?.id ?? 0, text: 'coucou' }),
    ).rejects.toThrow('FORBIDDEN');
    await stranger.request('talk.write', { id: newId(), place: 'teacher', text: 'Bonjour' });
  });

  it('lasts over a restart for the teacher, and is closed on the tablets', async () => {
    const before = await openSchool();
    await openLesson(before);
    const [a] = await three(before);
    talk(before).open(TEACHER, []);
    await write(a, 'Une question');
    await before.stop();
    const school = await openSchool({ folder: before.folder });
    expect(talk(school).view(TEACHER)).toMatchObject({
      open: false,
      messages: [{ text: 'Une question', who: 'Léa' }],
    });
    const back = await school.connect();
    await back.enter(a.key, a.keyId);
    expect((await back.request('talk.state', {})).talk).toMatchObject({ open: false, lines: [] });
  });

  it('bears a thousand messages of one device: five in ten seconds are kept, the others go on', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [bad, good] = await three(school);
    talk(school).open(TEACHER, []);
    for (const text of ['', '   ', '\u200b', 'x'.repeat(281)])
      await expect(write(bad, text)).rejects.toThrow('BAD_INPUT');
    const flood = Array.from({ length: 1_000 }, (_, n) =>
      write(bad, `n° ${n}`).then(
        () => true,
        () => false,
      ),
    );
    const started = performance.now();
    await write(good, 'Moi, j’ai une question');
    console.log(`a message beside 1,000 of a flood: ${Math.round(performance.now() - started)} ms`);
    const kept = (await Promise.all(flood)).filter(Boolean).length;
    expect(kept).toBeLessThanOrEqual(5);
    expect(await bad.client.closed).toBe(4004);
    const { messages } = talk(school).view(TEACHER);
    expect(messages.filter(({ who }) => who === 'Hugo')).toHaveLength(1);
    expect(messages.length).toBeLessThanOrEqual(6);
  });
});

describe('voice', () => {
  const nextBinary = (device: Enrolled): Promise<Buffer> =>
    new Promise((resolve) => {
      const listener = (data: Buffer, binary: boolean): void => {
        if (!binary) return;
        device.client.socket.off('message', listener);
        resolve(data);
      };
      device.client.socket.on('message', listener);
    });
  const pieceOf = (...bytes: number[]) => Buffer.from([VOICE_KIND, 0, 1, 0, ...bytes]);

  it('of the teacher reaches those it is for, told first, and ends with the window', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = await three(school);
    talk(school).speak(TEACHER, 'window', [a.device]);
    expect(await a.client.next('talk.speaking')).toEqual({ on: true });
    let strayed = 0;
    b.client.socket.on('message', (_data, binary) => (strayed += Number(binary)));
    const heard = nextBinary(a);
    talk(school).voice(TEACHER, 'window', Buffer.from([1, 2, 3]));
    const frame = await heard;
    expect(frame.readUInt8(0)).toBe(VOICE_KIND);
    expect([...frame.subarray(VOICE_HEAD)]).toEqual([1, 2, 3]);
    expect(() => talk(school).voice(TEACHER, 'other', Buffer.from([1]))).toThrow('FORBIDDEN');
    school.classroom.connectionClosed('window');
    expect(await a.client.next('talk.speaking')).toEqual({ on: false });
    await b.client.request('talk.state', {});
    expect(strayed).toBe(0);
  });

  it('of a pupil is sent only once the child was told and the microphone is on; either ends it', async () => {
    const school = await openSchool();
    await openLesson(school);
    const [a, b] = await three(school);
    const send = async (device: Enrolled, piece: Buffer): Promise<void> => {
      device.client.sendScreen(piece);
      await device.client.request('talk.state', {});
    };
    await send(a, pieceOf(9));
    talk(school).listen(TEACHER, 'window', a.device, true);
    expect(await a.client.next('talk.listen')).toEqual({ on: true });
    // Told, not yet on: nothing passes.
    await send(a, pieceOf(9));
    expect(school.frames).toHaveLength(0);
    await a.client.request('talk.listened', { state: 'on' });
    expect(talk(school).view(TEACHER).listening).toEqual({ seat: a.device, state: 'on' });
    await send(b, pieceOf(7));
    await send(a, Buffer.alloc(MAX_VOICE_PIECE + 1, VOICE_KIND));
    await send(a, pieceOf(5, 6));
    expect(school.frames).toHaveLength(1);
    const key = `voice-${a.device}`;
    expect(school.frames[0]?.subarray(1, 1 + key.length).toString()).toBe(key);
    await a.client.request('talk.listened', { state: 'stopped' });
    await send(a, pieceOf(5));
    expect(school.frames).toHaveLength(1);
    talk(school).listen(TEACHER, 'window', b.device, true);
    await b.client.request('talk.listened', { state: 'on' });
    school.classroom.connectionClosed('window');
    expect(await b.client.next('talk.listen')).toEqual({ on: true });
    expect(await b.client.next('talk.listen')).toEqual({ on: false });
    await send(b, pieceOf(5));
    expect(school.frames).toHaveLength(1);
  });
});
