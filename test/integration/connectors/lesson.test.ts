import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCREEN_CODECS } from '../../../src/contract/pupil/frames';
import { idFrom, type Id } from '../../../src/domain/id';
import type { StationBook } from '../../../src/main/classroom/connectors/port';
import { needs } from '../../needs';
import { grab } from '../../peers/rfb/screen';
import { until } from '../../peers/veyon/logind';
import { startVeyonFleet, veyonIsHere, type VeyonFleet, type VeyonPeer } from '../../peers/veyon/fleet';
import { openSchool, TEACHER, type TestSchool } from '../lan/school';

const stationId = (n: number): Id<'device'> => idFrom('device', Buffer.alloc(9, n + 1));

function bookOf(fleet: VeyonFleet, peers: readonly VeyonPeer[], key = fleet.privateKey): StationBook {
  const privateKey = createPrivateKey(key);
  return {
    list: () =>
      peers.map((peer, n) => ({
        id: stationId(n),
        label: `Poste ${n + 1}`,
        kind: 'computer',
        reach: { by: 'veyon', host: peer.address, port: peer.port },
      })),
    key: () => ({ name: fleet.keyName, privateKey }),
    password: () => undefined,
    whereIs: () => Promise.resolve(undefined),
  };
}
const seatOf = (school: TestSchool, n: number) =>
  school.classroom.state(TEACHER).lesson?.seats.find(({ key }) => key === stationId(n));

/** What thirty servers may take on a machine that does something else, ms. */
const MANY = 60_000;
/** A lesson without names in which those PCs take part, all of them there. */
async function lessonWith(school: TestSchool, count: number): Promise<void> {
  await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Salle info' });
  const devices = Array.from({ length: count }, (_, n) => stationId(n));
  await school.classroom.tools.stations.call(TEACHER, devices);
  await until(() => devices.every((_, n) => seatOf(school, n)?.presence === 'here'), MANY);
}

describe('PCs with Veyon in a lesson', needs(veyonIsHere, 'Veyon, Xvnc or root is missing'), () => {
  let fleet: VeyonFleet;
  beforeAll(async () => {
    fleet = await startVeyonFleet(3);
  });
  afterAll(() => fleet.stop());
  const peer = (n: number): VeyonPeer => {
    const found = fleet.peers[n];
    if (!found) throw new Error(`no PC ${n}`);
    return found;
  };

  it('have a seat and a picture, and open the page that is sent', async () => {
    const school = await openSchool({ stations: bookOf(fleet, fleet.peers) });
    await lessonWith(school, 3);
    school.classroom.watch(TEACHER, 'window', [{ seat: stationId(1), width: 300 }]);
    await until(() => school.frames.length > 0);
    const head = 1 + stationId(1).length;
    expect(school.frames[0]?.subarray(1, head).toString()).toBe(stationId(1));
    expect(SCREEN_CODECS[school.frames[0]?.readUInt8(head + 2) ?? 99]).toBe('png');
    school.classroom.watch(TEACHER, 'window', []);

    const address = `http://127.0.0.1:9/lecon-${Date.now()}.html`;
    const item = await school.classroom.send(TEACHER, {
      title: 'La leçon',
      kind: 'page',
      url: address,
      answer: false,
      to: 'all',
    });
    for (const one of fleet.peers) await until(() => one.opened().includes(address));
    await until(() => {
      const sent = school.classroom.state(TEACHER).lesson?.items.find(({ id }) => id === item);
      return sent?.outcomes.every(({ state }) => state === 'done') ?? false;
    });
    await school.classroom.closeLesson(TEACHER);
  });

  it('a lock that the picture does not show is not said to be on (Veyon 4.7.5 on X11)', async () => {
    const school = await openSchool({ stations: bookOf(fleet, fleet.peers) });
    await lessonWith(school, 1);
    const before = await grab(peer(0).display);
    await school.classroom.attention(TEACHER, { on: true, reason: 'Écoutez', to: 'all' });
    await until(() => seatOf(school, 0)?.attention === 'unseen' || seatOf(school, 0)?.attention === 'seen');
    const after = await grab(peer(0).display);
    const differ = after.rgb.filter((byte, at) => byte !== before.rgb[at]).length / after.rgb.length;
    // The word of the connector and the screen of the child agree, whatever this version of Veyon does.
    expect(seatOf(school, 0)?.attention).toBe(differ > 0.5 ? 'seen' : 'unseen');
    await school.classroom.attention(TEACHER, { on: false });
    expect(seatOf(school, 0)?.attention).toBe('free');
    await school.classroom.closeLesson(TEACHER);
  });

  it('tell the pupil once a lesson that the screen may be seen, when the wall begins to look', async () => {
    const school = await openSchool({ stations: bookOf(fleet, fleet.peers) });
    const { stations } = school.classroom.tools;
    const at = stationId(2);
    const look = (width: number) =>
      school.classroom.watch(TEACHER, 'window', width > 0 ? [{ seat: at, width }] : []);
    const differs = async (than: Awaited<ReturnType<typeof grab>>): Promise<number> => {
      const now = await grab(peer(2).display);
      return now.rgb.filter((byte, n) => byte !== than.rgb[n]).length;
    };
    const closeOne = async (): Promise<void> => {
      for (const down of [true, false]) await stations.help(TEACHER, at, { key: 0xff0d, down });
    };
    const calm = await grab(peer(2).display);
    await lessonWith(school, 3);
    expect(await differs(calm)).toBeLessThan(20_000);
    look(300);
    await until(async () => (await differs(calm)) > 20_000);
    await closeOne();
    await until(async () => (await differs(calm)) < 20_000);
    // Seen again in the same lesson: the next message is the only one on the screen.
    look(0);
    look(300);
    await school.classroom.send(TEACHER, {
      title: 'Page',
      kind: 'page',
      url: 'http://127.0.0.1:9/vu.html',
      answer: false,
      to: [at],
    });
    await until(() => peer(2).opened().includes('http://127.0.0.1:9/vu.html'));
    await stations.perform(TEACHER, [at], { do: 'message', text: 'Rangez vos cahiers' });
    await until(async () => (await differs(calm)) > 20_000);
    await closeOne();
    await until(async () => (await differs(calm)) < 20_000);
    await school.classroom.closeLesson(TEACHER);
  });

  it('show a message, start a program, show another one’s screen, switch off: seen on the PC itself', async () => {
    const school = await openSchool({ stations: bookOf(fleet, fleet.peers) });
    const { stations } = school.classroom.tools;
    await lessonWith(school, 3);
    const calm = await grab(peer(0).display);
    const changed = async (n: number, than: Awaited<ReturnType<typeof grab>>): Promise<boolean> => {
      const now = await grab(peer(n).display);
      return now.rgb.filter((byte, at) => byte !== than.rgb[at]).length > 20_000;
    };
    const done = (n: number) => [{ device: stationId(n), outcome: { state: 'done' } }];
    expect(
      await stations.perform(TEACHER, [stationId(0)], { do: 'message', text: 'Rangez vos cahiers' }),
    ).toEqual(done(0));
    await until(() => changed(0, calm));

    const still = await grab(peer(1).display);
    expect(
      await stations.perform(TEACHER, [stationId(1)], {
        do: 'start-app',
        program: '/usr/bin/xterm -geometry 80x40+500+100',
      }),
    ).toEqual(done(1));
    await until(() => changed(1, still));

    const third = await grab(peer(2).display);
    expect(await stations.perform(TEACHER, [stationId(2)], { do: 'demo', from: stationId(1) })).toEqual(
      done(2),
    );
    await until(() => changed(2, third));
    await stations.perform(TEACHER, [stationId(1), stationId(2)], { do: 'demo' });
    await until(async () => !(await changed(2, third)));

    expect(await stations.perform(TEACHER, [stationId(0)], { do: 'power', how: 'off' })).toEqual(done(0));
    await until(() => fleet.logind.log.some((line) => line.includes('PowerOff')));
    await school.classroom.closeLesson(TEACHER);
  });

  it('are found again by a poste that starts anew, with the lesson', async () => {
    const stations = bookOf(fleet, fleet.peers);
    const school = await openSchool({ stations });
    await lessonWith(school, 2);
    await school.stop();
    const again = await openSchool({ stations, folder: school.folder });
    await until(() => [0, 1].every((n) => seatOf(again, n)?.presence === 'here' && seatOf(again, n)?.joined));
    await again.classroom.closeLesson(TEACHER);
  });

  it('are given back what was set on them once they answer, by the poste that set it or by its next start', async () => {
    const stations = bookOf(fleet, fleet.peers);
    const school = await openSchool({ stations });
    await lessonWith(school, 3);
    const calm = await grab(peer(2).display);
    const differs = async (n: number): Promise<boolean> => {
      const now = await grab(peer(n).display);
      return now.rgb.filter((byte, at) => byte !== calm.rgb[at]).length > 40_000;
    };
    // Something to be seen there that is nowhere else.
    fleet.show(peer(1), ['xterm', '-bg', 'yellow', '-geometry', '110x50+200+60']);
    await until(() => differs(1));
    const isShown = (): Promise<boolean> => differs(2);
    const show = async (on: TestSchool): Promise<void> => {
      await on.classroom.tools.stations.perform(TEACHER, [stationId(2)], { do: 'demo', from: stationId(1) });
      await until(isShown);
    };
    const owed = (): unknown =>
      JSON.parse(readFileSync(join(school.folder, 'stations.json'), 'utf8')) as unknown;

    // It hangs when the lesson ends: nothing can be taken off, and the next lesson must not find it.
    await show(school);
    peer(2).freeze();
    await school.classroom.closeLesson(TEACHER);
    peer(2).thaw();
    await until(async () => !(await isShown()));
    await until(() => isDeepStrictEqual(owed(), { version: 1, owed: [] }));

    // The poste goes while it hangs; the next start, without any lesson, gives the screen back.
    await lessonWith(school, 3);
    await show(school);
    peer(2).freeze();
    await school.classroom.closeLesson(TEACHER);
    await school.stop();
    expect(owed()).toMatchObject({ owed: [{ device: stationId(2), what: 'demo' }] });
    peer(2).thaw();
    await openSchool({ stations, folder: school.folder });
    await until(async () => !(await isShown()));
    await until(() => isDeepStrictEqual(owed(), { version: 1, owed: [] }));
  });

  it('refuse another key, and the wall says that they do not answer', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const school = await openSchool({ stations: bookOf(fleet, fleet.peers, other) });
    await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Salle info' });
    const { stations } = school.classroom.tools;
    await stations.call(TEACHER, [stationId(0)]);
    const [said] = await stations.perform(TEACHER, [stationId(0)], { do: 'message', text: 'x' });
    expect(said?.outcome).toEqual({ state: 'impossible', why: 'key-refused' });
    expect(seatOf(school, 0)?.presence).toBe('silent');
    await school.classroom.closeLesson(TEACHER);
  });
});

describe('thirty real PCs', needs(veyonIsHere, 'Veyon, Xvnc or root is missing'), () => {
  let fleet: VeyonFleet;
  beforeAll(async () => {
    fleet = await startVeyonFleet(30);
  }, 120_000);
  afterAll(() => fleet.stop());

  it('are all seen; one that hangs is said so, and the twenty-nine others answer', async () => {
    const school = await openSchool({ stations: bookOf(fleet, fleet.peers) });
    const all = fleet.peers.map((_, n) => stationId(n));
    const began = performance.now();
    await lessonWith(school, 30);
    const connected = performance.now();
    school.classroom.watch(
      TEACHER,
      'window',
      all.map((seat) => ({ seat, width: 220 })),
    );
    const seen = () =>
      new Set(school.frames.map((frame) => frame.subarray(1, 1 + frame.readUInt8(0)).toString()));
    await until(() => seen().size === 30, MANY);
    const shown = performance.now();
    const [first] = fleet.peers;
    first?.freeze();
    const outcomes = await school.classroom.tools.stations.perform(TEACHER, all, {
      do: 'message',
      text: 'Rangez vos cahiers',
    });
    const told = performance.now();
    first?.thaw();
    expect(outcomes.map(({ outcome }) => outcome.state)).toEqual(['no-answer', ...Array(29).fill('done')]);
    expect(seatOf(school, 0)?.presence).toBe('silent');
    process.stdout.write(
      `30 PCs: connected ${Math.round(connected - began)} ms, all pictures ${Math.round(shown - connected)} ms, message to 30 with one frozen ${Math.round(told - shown)} ms\n`,
    );
    await school.classroom.closeLesson(TEACHER);
  }, 180_000);
});
