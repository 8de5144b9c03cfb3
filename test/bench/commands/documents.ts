import { quantile, tenth, type BenchContext, type Say } from '../bench';
import { roleArguments, roleOf, type Role } from '../link/role';
import { median } from '../start/pupils';
import type { BenchSchool } from '../start/school';
import { layRoom, RATE_MBIT, type RoomLine } from './line';
import { folderOf, type DoorAt, type Downloaded, type Manner } from './roles';

const DOCUMENT = 5 * 1024 * 1024;
const LOCKS = 10;
/** Each way; there and back up to twice as much. */
const JITTER_MS = 20;

interface Room {
  /** The bench's own bundle: both sides are processes of it. */
  readonly bundle: string;
  readonly root: string;
  readonly school: BenchSchool;
  readonly pupilFolder: string;
  readonly figure: Say;
  readonly say: BenchContext['say'];
}

/** A document and locks over the room's network, whole and broken, with 15 and with 30 devices. */
export async function inTheRoom(room: Room): Promise<void> {
  const { figure, say } = room;
  await over(room, 0, 15, async ({ send, lock, line }) => {
    figure('document_link_use', median(await times(3, send)) / RATE_MBIT, '', '>=0.9');
    figure('iperf_clean_mbit', await line.iperf(15, 8), 'Mbit/s');
    figure('attention_15_p99_ms', await lock([]), 'ms');

    line.lose(1);
    const { ours, theirs } = await inTurns(send, () => line.iperf(15, 10));
    say(`Lossy: ours ${ours.map(tenth).join(' ')}, iperf3 ${theirs.map(tenth).join(' ')} Mbit/s`);
    figure('document_lossy_mbit', median(ours), 'Mbit/s');
    figure('iperf_lossy_mbit', median(theirs), 'Mbit/s');
    figure('document_over_iperf', median(ours) / median(theirs), '', '>=0.9');
    figure('attention_lossy_p99_ms', await lock([]), 'ms');

    line.lose(0);
    figure('document_link_use_one_slow_one_flapping', (await send(['slow', 'flapping'])) / RATE_MBIT, '');
  });
  await over(room, 0, 30, async ({ send, lock, line, break: broken, calm }) => {
    figure('document_link_use_30', median(await times(2, send)) / RATE_MBIT, '');
    figure('attention_30_p99_ms', await lock([]), 'ms');
    line.lose(1);
    figure('attention_30_lossy_p99_ms', await lock([]), 'ms');
    const labels = await broken();
    figure('attention_30_one_dead_one_flapping_p99_ms', await lock(labels), 'ms');
    await calm();
  });
  await over(room, JITTER_MS, 15, async ({ send, lock, line }) => {
    const { ours, theirs } = await inTurns(send, () => line.iperf(15, 8));
    say(`Jitter: ours ${ours.map(tenth).join(' ')}, iperf3 ${theirs.map(tenth).join(' ')} Mbit/s`);
    figure('document_jitter_over_iperf', median(ours) / median(theirs), '');
    figure('attention_jitter_p99_ms', await lock([]), 'ms');
    line.lose(1);
    figure('attention_jitter_lossy_p99_ms', await lock([]), 'ms');
  });
}

interface Devices {
  readonly line: RoomLine;
  /** A document to all; the last ones take it in other manners. @returns Mbit/s of the document at those who read it */
  send(manners?: readonly Manner[]): Promise<number>;
  /** Locks, ten times. @param without labels of devices nobody waits for @returns the p99 of the others, ms; NaN if one never came */
  lock(without: readonly string[]): Promise<number>;
  /** The last two break, one for good, one again and again. @returns their labels */
  break(): Promise<string[]>;
  calm(): Promise<unknown>;
}

async function over(
  { bundle, root, school, pupilFolder, say }: Room,
  jitterMs: number,
  count: number,
  measure: (devices: Devices) => Promise<void>,
): Promise<void> {
  say(`${count} devices${jitterMs > 0 ? `, up to ${jitterMs} ms of jitter each way` : ''}`);
  const line = await layRoom(root, jitterMs);
  const start = (side: 'poste' | 'devices', role: string): Role =>
    roleOf(line.spawn(side, process.execPath, roleArguments(bundle, role)));
  const poste = start('poste', 'posteRole');
  const devices = start('devices', 'devicesRole');
  try {
    const door = await poste.ask<DoorAt>('open', {
      folder: folderOf(school.dataFolder),
      machineSecret: school.machineSecret.toString('base64'),
      head: school.head,
      pupilFolder,
      address: line.poste,
      devices: count,
    });
    await devices.ask('enter', door);
    await measure({
      line,
      async send(last = []) {
        const good: Manner[] = Array.from({ length: count - last.length }, () => 'good');
        const downloading = devices.ask<Downloaded>('download', { manners: [...good, ...last] });
        const begun = await poste.ask<number>('send', { bytes: DOCUMENT });
        const { at: ends, bytes } = await downloading;
        const seconds = (Math.max(...ends) - begun) / 1_000;
        const mbit = (bytes * 8) / 1e6 / seconds;
        say(`${bytes / 1e6} MB in ${seconds.toFixed(1)} s: ${mbit.toFixed(1)} Mbit/s`);
        return mbit;
      },
      async lock(without) {
        const locked = await poste.ask<number[]>('attention', { rounds: LOCKS, without });
        return locked.length < LOCKS * (count - without.length) ? NaN : quantile(locked, 0.99);
      },
      async break() {
        await devices.ask('break', { dead: count - 1, flaps: count - 2 });
        return [`Tablette ${count}`, `Tablette ${count - 1}`];
      },
      calm: () => devices.ask('calm'),
    });
    await poste.ask('close');
  } finally {
    await devices.close();
    await poste.close();
    await line.close();
  }
}

async function times(count: number, send: Devices['send']): Promise<number[]> {
  const seen: number[] = [];
  for (let round = 0; round < count; round += 1) seen.push(await send());
  return seen;
}

/** One after the other, three times: a machine that gets busier slows the one as the other. */
async function inTurns(
  send: Devices['send'],
  iperf: () => Promise<number>,
): Promise<{ readonly ours: number[]; readonly theirs: number[] }> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round += 1) {
    ours.push(await send());
    theirs.push(await iperf());
  }
  return { ours, theirs };
}
