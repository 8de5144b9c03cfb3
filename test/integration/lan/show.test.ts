import { describe, expect, it } from 'vitest';
import { SCREEN_HEAD, SHOW_KIND } from '../../../src/contract/pupil/frames';
import type { PupilClient } from '../../../src/demo/pupils/client';
import { DESKTOP, HEAD, handTimers, openSchool, TEACHER, type TestSchool } from './school';

const WINDOW = 'window';
const shows = (school: TestSchool) => school.classroom.tools.show;

function chunk(key: boolean, sequence: number): Buffer {
  const bytes = Buffer.alloc(SCREEN_HEAD + 40, sequence);
  bytes.writeUInt8(0, 0);
  bytes.writeUInt8(key ? 1 : 0, 1);
  bytes.writeUInt8(1, 2);
  return bytes;
}
async function seated(school: TestSchool, label: string, capabilities = DESKTOP) {
  const { client, device } = await school.enrolled(label, capabilities);
  await client.request('join.lesson', {});
  await client.request('join.takeSeat', {});
  const frames: Buffer[] = [];
  const waiting: ((frame: Buffer) => void)[] = [];
  client.socket.on('message', (data: Buffer, binary: boolean) => {
    if (!binary) return;
    frames.push(data);
    waiting.shift()?.(data);
  });
  const nextFrame = (): Promise<Buffer> => new Promise((resolve) => waiting.push(resolve));
  return { client, device, frames, nextFrame };
}
/** The next word about what is shown that satisfies. */
async function told(client: PupilClient, on: boolean): Promise<void> {
  while ((await client.next('show.changed')).on !== on);
}
const open = (school: TestSchool) => school.classroom.open(TEACHER, { mode: 'numbered' });

describe('one screen on many devices', () => {
  it('relays the teacher’s pictures to those who are meant, and to nobody else', async () => {
    const school = await openSchool();
    await open(school);
    const [one, two] = [await seated(school, 'Poste 1'), await seated(school, 'Poste 2')];
    const view = shows(school).start(TEACHER, WINDOW, { what: 'screen' }, [one.device]);
    expect(view.showing?.wanted).toMatchObject({ width: 1280, kbit: 800 });
    await told(one.client, true);
    const coming = one.nextFrame();
    shows(school).picture(TEACHER, WINDOW, chunk(true, 7));
    const frame = await coming;
    expect(frame.readUInt8(0)).toBe(SHOW_KIND);
    expect(frame.subarray(1)).toEqual(chunk(true, 7).subarray(1));
    expect((await two.client.request('show.state', {})).shown).toEqual({ on: false });
    expect(two.frames).toEqual([]);
  });

  it('ends with the window, with the lesson, and when the window falls silent', async () => {
    const timers = handTimers(Date.now());
    const school = await openSchool({ timers });
    await open(school);
    const { client } = await seated(school, 'Poste 1');
    const start = () => shows(school).start(TEACHER, WINDOW, { what: 'screen' }, 'all');
    start();
    await told(client, true);
    school.classroom.connectionClosed(WINDOW);
    await told(client, false);
    start();
    await told(client, true);
    timers.move(1_500);
    shows(school).picture(TEACHER, WINDOW, chunk(true, 1));
    timers.move(1_500);
    expect(shows(school).view(TEACHER).showing).toBeDefined();
    timers.move(600);
    await told(client, false);
    start();
    await told(client, true);
    await school.classroom.closeLesson(TEACHER);
    await told(client, false);
  });

  it('shows a pupil’s screen to the others, tells the pupil, and ends when that pupil leaves', async () => {
    const school = await openSchool();
    await open(school);
    const [one, two] = [await seated(school, 'Poste 1'), await seated(school, 'Poste 2')];
    expect(() => shows(school).start(TEACHER, WINDOW, { what: 'pupil', seat: one.device }, 'all')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    await one.client.request('lesson.shareScreen', { codec: 'vp09.00.10.08' });
    shows(school).start(TEACHER, WINDOW, { what: 'pupil', seat: one.device }, 'all');
    // First it is paused, for nobody looks yet.
    let wanted = await one.client.next('lesson.streamWanted');
    while (wanted.perSecond === 0) wanted = await one.client.next('lesson.streamWanted');
    expect(wanted).toMatchObject({ key: true, perSecond: 4 });
    await told(two.client, true);
    expect((await one.client.request('show.state', {})).shown).toEqual({ on: false, mine: true });
    const coming = two.nextFrame();
    one.client.sendScreen(chunk(true, 9));
    expect((await coming).subarray(1)).toEqual(chunk(true, 9).subarray(1));
    expect(one.frames).toEqual([]);
    await one.client.close();
    await told(two.client, false);
  });

  it('carries the teacher’s lines, also to who comes late', async () => {
    const school = await openSchool();
    await open(school);
    const { client } = await seated(school, 'Poste 1');
    shows(school).start(TEACHER, WINDOW, { what: 'camera' }, 'all');
    const lines = [
      { colour: 'red' as const, points: [[10, 10] as [number, number], [500, 900] as [number, number]] },
    ];
    const drawn = client.next('show.drawn');
    shows(school).draw(TEACHER, lines);
    expect(await drawn).toEqual({ lines });
    const late = await seated(school, 'Poste 2');
    expect(await late.client.request('show.state', {})).toEqual({
      shown: { on: true, what: 'camera' },
      lines,
    });
  });

  it('is refused to another teacher, to another window and to bytes that are no picture', async () => {
    const school = await openSchool();
    await open(school);
    const forbidden = expect.objectContaining({ code: 'FORBIDDEN' });
    shows(school).start(TEACHER, WINDOW, { what: 'screen' }, 'all');
    expect(() => shows(school).start(HEAD, 'other', { what: 'screen' }, 'all')).toThrow(forbidden);
    expect(() => shows(school).picture(TEACHER, 'other', chunk(true, 1))).toThrow(forbidden);
    expect(() =>
      shows(school).picture(TEACHER, WINDOW, Buffer.from('not a picture at all, nor long')),
    ).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => shows(school).stop(HEAD)).toThrow(forbidden);
  });

  it('asks the window for one whole picture however many devices ask, and for none where nothing is shown', async () => {
    const school = await openSchool();
    await open(school);
    const { client } = await seated(school, 'Poste 1');
    await client.request('show.keyFrame', {});
    shows(school).start(TEACHER, WINDOW, { what: 'screen' }, 'all');
    for (let n = 0; n < 20; n += 1) await client.request('show.keyFrame', {});
    expect(school.heard.all.filter(({ name }) => name === 'show.keyWanted')).toHaveLength(1);
  });
});
