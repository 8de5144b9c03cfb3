import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { serialBook, type SerialDevice } from '../../../src/main/android/book';
import type { AndroidLimits } from '../../../src/main/android/limits';
import { openAndroidReach, type AndroidReach } from '../../../src/main/android/open-tablets';
import { systemTimers, type Timers } from '../../../src/main/cart/timers';
import { idFrom, type Id } from '../../../src/domain/id';
import { silentLogger } from '../../../src/main/log/logger';
import { AdbdPeer, type AdbdOptions } from '../../peers/adbd';
import type { AdbRoom } from './adb';

export const tabletId = (n: number): Id<'device'> => idFrom('device', Buffer.alloc(9, n + 1));

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-reach-'));
  // What is asked last may still be written down when the test has seen it.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));
  return folder;
}

/** Tablets on the cable of that room, each in the inventory. */
export async function plugged(
  room: AdbRoom,
  count: number,
  options: Partial<AdbdOptions> = {},
): Promise<{ peers: AdbdPeer[]; book: ReturnType<typeof serialBook> }> {
  const peers = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      AdbdPeer.listen({ serial: `R52N60A000${n + 1}`, model: 'Tab A7', ...options }),
    ),
  );
  onTestFinished(async () => {
    await Promise.all(peers.map((peer) => peer.close()));
  });
  await Promise.all(peers.map((peer) => room.plug(peer)));
  const devices: SerialDevice[] = peers.map((peer, n) => ({
    id: tabletId(n),
    label: `Tablette ${n + 1}`,
    kind: 'tablet',
    // As the label on the back has it.
    serial: (peer.props['ro.serialno'] ?? '').replace(/^(R52N)/, '$1-'),
  }));
  return { peers, book: serialBook(() => devices) };
}

export interface ReachOptions {
  readonly folder?: string;
  readonly poste?: string;
  readonly clock?: () => number;
  readonly timers?: Timers;
  readonly limits?: Partial<AndroidLimits>;
  readonly wifiPort?: number;
  readonly heardBattery?: (device: Id<'device'>, percent: number) => void;
}

/** A poste's way to them. */
export async function openReach(
  room: AdbRoom,
  book: ReturnType<typeof serialBook>,
  options: ReachOptions = {},
): Promise<AndroidReach & { readonly folder: string }> {
  const folder = options.folder ?? (await temporaryFolder());
  const bridge = room.bridge(options.limits);
  const reach = await openAndroidReach({
    platform: { dataFolder: folder, clock: options.clock ?? (() => Date.now()), log: silentLogger },
    bridge,
    timers: options.timers ?? systemTimers,
    poste: options.poste ?? 'k3zq',
    ...book,
    ...(options.heardBattery && { heardBattery: options.heardBattery }),
    ...(options.wifiPort !== undefined && { wifiPort: options.wifiPort }),
  });
  onTestFinished(async () => {
    await reach.close();
    await bridge.dispose();
  });
  await reach.tablets.look();
  return { ...reach, folder };
}
