import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { idFrom, type Id } from '../../../src/domain/id';
import { instant } from '../../../src/domain/time';
import { openAndroidReach } from '../../../src/main/android/open-tablets';
import { systemTimers } from '../../../src/main/cart/timers';
import { createAdb } from '../../../src/main/classroom/connectors/adb/connector';
import { silentLogger } from '../../../src/main/log/logger';
import { needs } from '../../needs';
import { AdbdPeer } from '../../peers/adbd';
import { openAdbRoom, skipReason, type AdbRoom } from '../android/adb';
import { recordedScreen } from '../android/screen-fixture';
import { connectorContract, Told, type ContractBench } from './contract';

const deviceId = (n: number): Id<'device'> => idFrom('device', Buffer.alloc(9, n + 1));

/** Two tablets « on the cable » of a real adb server. */
async function bench(room: AdbRoom): Promise<ContractBench & { readonly peers: readonly AdbdPeer[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-adb-connector-'));
  const peers = await Promise.all(
    ['R52N60A0001', 'R52N60A0002'].map((serial) =>
      AdbdPeer.listen({ serial, model: 'Tab A7', sdk: 30, screen: recordedScreen }),
    ),
  );
  const serials = new Map(peers.map((peer, n) => [deviceId(n), peer.props['ro.serialno'] ?? '']));
  for (const peer of peers) await room.plug(peer);
  const bridge = room.bridge();
  const reach = await openAndroidReach({
    platform: { dataFolder: folder, clock: () => Date.now(), log: silentLogger },
    bridge,
    timers: systemTimers,
    poste: 'k3zq',
    serialOf: (device) => serials.get(device),
    deviceOf: (serial) => [...serials].find(([, one]) => one === serial)?.[0],
  });
  await reach.tablets.look();
  const told = new Told();
  const connector = createAdb({
    clock: () => Date.now(),
    timers: systemTimers,
    events: told.events,
    tablets: reach.school,
  });
  const [device, other] = peers.map((peer, n) => {
    connector.keep(deviceId(n));
    return {
      id: deviceId(n),
      die: () => peer.unplug(),
      async revive() {
        await peer.replug();
        await room.plug(peer);
      },
      freeze: () => peer.freeze(),
      thaw: () => peer.thaw(),
    };
  });
  if (!device || !other) throw new Error('two tablets are needed');
  let stopped: Promise<void> | undefined;
  return {
    peers,
    connector,
    device,
    other,
    told,
    stop: () =>
      (stopped ??= (async () => {
        await connector.close();
        await reach.close();
        await bridge.dispose();
        await Promise.all(peers.map((peer) => peer.close()));
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      })()),
  };
}

describe('adb: two tablets of a real adb server', needs(skipReason === '', skipReason), () => {
  let room: AdbRoom;
  beforeAll(async () => {
    room = await openAdbRoom();
  });
  afterAll(() => room.close());
  connectorContract(
    () => bench(room),
    {
      screen: ['done'],
      lock: ['done'],
      message: ['done'],
      'open-page': ['done'],
      'open-file': ['impossible'],
      'start-app': ['done'],
      'stop-app': ['done'],
      demo: ['impossible'],
      power: ['done'],
      wake: ['impossible'],
      proxy: ['done'],
      clean: ['done'],
      help: ['impossible'],
    },
    { program: 'com.android.chrome' },
  );

  it('cleans what a lesson made, voices and long films too, and leaves what is older', async () => {
    const { peers, connector, device, stop } = await bench(room);
    onTestFinished(stop);
    const [peer] = peers;
    const now = Math.floor(Date.now() / 1000);
    const put = (path: string, mtime: number, size = 10): unknown =>
      peer?.files.set(`/sdcard/${path}`, { bytes: Buffer.alloc(10), size, mode: 0o660, mtime });
    put('DCIM/Camera/IMG_1.jpg', now);
    put('Recordings/voix.m4a', now);
    put('Movies/film.mp4', now, 90 * 1024 * 1024);
    put('Download/exercice.pdf', now);
    put('DCIM/Camera/IMG_0.jpg', now - 86_400);
    const since = instant((now - 3_600) * 1_000);
    expect(await connector.perform(device.id, { do: 'clean', since })).toEqual({ state: 'done' });
    expect([...(peer?.files.keys() ?? [])]).toEqual(['/sdcard/DCIM/Camera/IMG_0.jpg']);
  });
});
