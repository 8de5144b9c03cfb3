import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { CodedPicture } from '../../../src/main/android/h264';
import { systemTimers, type Timers } from '../../../src/main/cart/timers';
import { AdbdPeer } from '../../peers/adbd';
import { needs } from '../../needs';
import { adb, openAdbRoom, skipReason, type AdbRoom } from './adb';
import { openReach, plugged, tabletId } from './reach';
import { recordedScreen } from './screen-fixture';

const FIRST = tabletId(0);

describe('the screen of a tablet', needs(skipReason === '', skipReason), () => {
  let room: AdbRoom;
  beforeAll(async () => {
    room = await openAdbRoom();
  });
  afterAll(() => room.close());

  async function watched(timers?: Timers, limitSeconds = Infinity) {
    const { peers, book } = await plugged(room, 1, { screen: recordedScreen });
    const [peer] = peers;
    if (!peer) throw new Error('no tablet');
    peer.recorders.limitSeconds = limitSeconds;
    const { school } = await openReach(room, book, timers ? { timers } : {});
    const pictures: (CodedPicture & {
      readonly at: number;
      readonly width: number;
      readonly height: number;
    })[] = [];
    const screen = school.screen(FIRST, (picture, size) =>
      pictures.push({ ...picture, ...size, at: performance.now() }),
    );
    onTestFinished(() => screen.close());
    return { peer, screen, pictures };
  }

  it('comes small and moving, begins with a whole picture, and ends on the tablet too', async () => {
    const { peer, screen, pictures } = await watched();
    screen.watch({ width: 456, perSecond: 4, kbit: 400 });
    await expect.poll(() => pictures.length, { timeout: 10_000 }).toBeGreaterThan(8);
    expect(pictures[0]).toMatchObject({ whole: true, width: 448, height: 272 });
    expect(pictures.slice(1, 8).every(({ whole }) => !whole)).toBe(true);
    expect(peer.recorders.started[0]?.join(' ')).toBe(
      '--output-format=h264 --size 448x272 --bit-rate 400000 --time-limit 180 -',
    );
    screen.watch({ width: 0, perSecond: 0, kbit: 0 });
    await expect.poll(() => peer.recorders.running, { timeout: 5_000 }).toBe(0);
    const after = pictures.length;
    expect(peer.recorders.started).toHaveLength(1);
    expect(pictures).toHaveLength(after);
  });

  it('is as the child holds it', async () => {
    const { peer, screen, pictures } = await watched();
    peer.screen = { width: 1200, height: 1920, turned: true };
    screen.watch({ width: 320, perSecond: 4, kbit: 400 });
    await expect.poll(() => pictures.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(pictures[0]).toMatchObject({ width: 320, height: 192 });
  });

  it('goes on past screenrecord’s three minutes: the next one takes over with a whole picture before the first ends', async () => {
    // Time a hundred times faster here and on the tablet: 180 s are 1.8 s.
    const fast: Timers = { now: () => Date.now(), after: (ms, run) => systemTimers.after(ms / 100, run) };
    const { peer, screen, pictures } = await watched(fast, 1.8);
    const began = performance.now();
    screen.watch({ width: 320, perSecond: 4, kbit: 2_000 });
    await expect.poll(() => peer.recorders.started.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(4);
    const times = pictures.map(({ at }) => at);
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? at));
    // The recording has ten pictures a second: nobody sees a hole of three.
    expect(Math.max(...gaps)).toBeLessThan(450);
    expect(pictures.filter(({ whole }) => whole).length).toBeGreaterThanOrEqual(3);
    process.stdout.write(
      `screen over ${peer.recorders.started.length} recordings in ${Math.round(performance.now() - began)} ms: longest gap ${Math.round(Math.max(...gaps))} ms\n`,
    );
  });

  it('keeps to its share of the ceiling: above it nothing comes until a whole picture', async () => {
    const { screen, pictures } = await watched();
    const kbit = 40;
    const began = performance.now();
    screen.watch({ width: 320, perSecond: 1, kbit });
    // The recording begins anew (a whole picture of 9 kB) every 1.2 s: 60 kbit/s and more.
    await expect
      .poll(() => performance.now() - began, { timeout: 20_000, interval: 250 })
      .toBeGreaterThan(8_000);
    const bits = pictures.reduce((sum, { bytes }) => sum + bytes.length * 8, 0);
    const seconds = (performance.now() - began) / 1_000;
    expect(bits / 1_000).toBeLessThanOrEqual(kbit * (seconds + 2.5));
    expect(pictures.length).toBeGreaterThan(3);
  });

  it('who comes late has the picture at once, without another recording', async () => {
    const { peer, screen, pictures } = await watched();
    screen.watch({ width: 320, perSecond: 4, kbit: 1_000 });
    await expect.poll(() => pictures.length, { timeout: 10_000 }).toBeGreaterThan(3);
    const before = pictures.length;
    screen.whole();
    expect(pictures.slice(before).some(({ whole }) => whole)).toBe(true);
    expect(peer.recorders.started).toHaveLength(1);
  });

  it('that is none is not handed on, and asked for again with patience', async () => {
    const { peer, screen, pictures } = await watched();
    peer.recorders.instead = Buffer.alloc(3_000_000, 'Unable to open display\n');
    screen.watch({ width: 320, perSecond: 4, kbit: 400 });
    await expect.poll(() => peer.recorders.started.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(pictures).toEqual([]);
    peer.recorders.instead = undefined;
    await expect.poll(() => pictures.length, { timeout: 15_000 }).toBeGreaterThan(0);
  });
});

describe('the way through the air', needs(skipReason === '', skipReason), () => {
  let room: AdbRoom;
  beforeAll(async () => {
    room = await openAdbRoom();
  });
  afterAll(() => room.close());

  it('is armed at each contact by cable, once, and is lost when the tablet restarts: « une minute sur le câble »', async () => {
    const { peers, book } = await plugged(room, 1);
    const [peer] = peers;
    if (!peer) throw new Error('no tablet');
    // The same tablet, as it listens through the air.
    const air = await AdbdPeer.listen({ serial: 'R52N60A0001', model: 'Tab A7' });
    onTestFinished(() => air.close());
    const reach = await openReach(room, book, { wifiPort: air.port });
    expect(peer.tcpip).toBeUndefined();
    await reach.wifi.want(true);
    peer.unplug();
    await expect.poll(async () => (await reach.tablets.look()).length, { timeout: 10_000 }).toBe(0);
    await peer.replug();
    await room.plug(peer);
    await reach.tablets.look();
    await expect.poll(() => peer.tcpip, { timeout: 5_000 }).toBe(air.port);
    peer.unplug();
    const end = reach.tablets.attend();
    onTestFinished(end);
    await expect
      .poll(() => reach.tablets.here('R52N60A0001') && reach.school.perform(FIRST, { do: 'sleep' }), {
        timeout: 20_000,
      })
      .toMatchObject({ state: 'done' });
    expect(air.awake).toBe(false);
    // It restarts: it listens no more.
    air.unplug();
    await adb(room.port, 'disconnect');
    await expect
      .poll(() => reach.school.perform(FIRST, { do: 'sleep' }), { timeout: 10_000 })
      .toMatchObject({ state: 'no-answer', cause: 'needs-cable' });
    expect(reach.wifi.all()).toEqual([{ serial: 'R52N60A0001', address: `127.0.0.1:${air.port}` }]);
    // Nobody wants it any more: nothing is remembered.
    await reach.wifi.want(false);
    expect(reach.wifi.all()).toEqual([]);
  });
});
