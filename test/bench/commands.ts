/**
 * What a teacher tells thirty devices at once: attention, and a document. See docs/performance.md.
 *
 * Attention: the product's own window and host, the wall running; four true pupil apps in Chromium, 11 computers that replay a
 * recorded screen and 15 tablets that show none. From the click until the wall says so: by the lock's code found in the tile
 * where there is a picture (`seen`), by the device's word elsewhere (`shown`); said apart. Documents: the host's LAN door and
 * the devices each in a network namespace, 50 Mbit/s between them (tbf), clean and with 1 % of packets lost each way (nft);
 * bytes of the document only, TLS and heads not counted. This machine's kernel has no netem: the room's 20 ms are not added.
 * Options: --app=<folder> --only=attention|documents --rounds=12
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { optionOf, tenth, type BenchContext, type Figure } from './bench';
import { attentionRound, openCommandPeer, type TileTime } from './commands/attention';
import { layRoom, roomMissing, type RoomLine } from './commands/line';
import {
  devicesRole,
  folderOf,
  posteRole,
  type DoorAt,
  type Downloaded,
  type Manner,
} from './commands/roles';
import { roleArguments, roleOf, type Role } from './link/role';
import { median } from './start/pupils';
import { prepareSchool, type BenchSchool } from './start/school';
import { staffWindow } from './start/windows';
import { openPupils } from './wall/pupils';
import { teacherAt } from './wall/teacher';

export { devicesRole, posteRole };

const REAL = 4;
const COMPUTERS = 11;
const TABLETS = 15;
const DOCUMENT = 5 * 1024 * 1024;
const LINE_MBIT = 50;

type Say = (name: string, value: number, unit: string, reach?: string) => void;

export default async function commands({
  root,
  temporaryFolder,
  say,
  args,
}: BenchContext): Promise<Figure[]> {
  const option = optionOf(args);
  const app = option('app') ?? root;
  const only = option('only');
  const pupilFolder = join(app, 'out', 'renderer', 'pupil');
  const figures: Figure[] = [];
  const figure: Say = (name, value, unit, reach) => {
    const kept = unit === '' ? Math.round(value * 1_000) / 1_000 : tenth(value);
    figures.push({ name, value: kept, unit, ...(reach ? { reach } : {}) });
    say(`  ${name} ${kept} ${unit}`);
  };
  figure('load_average', loadavg()[0] ?? NaN, '');
  const school = await prepareSchool(join(temporaryFolder, 'data'), pupilFolder, 1_000);
  if (only !== 'documents') await attention(app, school, Number(option('rounds') ?? 12), figure, say);
  if (only !== 'attention') await documents(school, pupilFolder, figure, say);
  figure('load_average_after', loadavg()[0] ?? NaN, '');
  return figures;
}

async function attention(
  app: string,
  school: BenchSchool,
  rounds: number,
  figure: Say,
  say: BenchContext['say'],
): Promise<void> {
  const window = await staffWindow(app, school);
  const teacher = await teacherAt(window.page);
  const peers: { close(): Promise<void> }[] = [];
  try {
    await teacher.ask('classroom.open', { mode: 'numbered', title: 'Mesure' });
    const { url, plainUrl } = await teacher.ask<{ url: string; plainUrl: string }>('classroom.joinInfo', {});
    const door = { origin: new URL(url).origin, root: await authorityOf(plainUrl) };
    const code = async (label: string, kind: string): Promise<string> =>
      (await teacher.ask<{ code: string }>('devices.startEnrolment', { label, kind })).code;
    const codes: string[] = [];
    for (let n = 1; n <= REAL; n += 1) codes.push(await code(`Ordinateur ${n}`, 'computer'));
    const pupils = await openPupils(door.root, door.origin, codes);
    try {
      for (let n = REAL + 1; n <= REAL + COMPUTERS + TABLETS; n += 1) {
        const capture = n <= REAL + COMPUTERS;
        const label = capture ? `Ordinateur ${n}` : `Tablette ${n}`;
        const enrolment = await code(label, capture ? 'computer' : 'tablet');
        peers.push(await openCommandPeer({ ...door, code: enrolment, capture, index: n }));
      }
      const all = REAL + COMPUTERS + TABLETS;
      await teacher.openWall(REAL + COMPUTERS);
      await pause(3);
      const times: TileTime[] = [];
      let missed = 0;
      for (let round = 0; round < rounds; round += 1) {
        const told = await attentionRound(window.page, all);
        missed += all - told.length;
        const slowest = told.reduce((most, one) => Math.max(most, one.ms), 0);
        const absent = Array.from({ length: all }, (_, n) => `N° ${n + 1}`).filter(
          (label) => !told.some((one) => one.label.trim() === label),
        );
        say(
          `Round ${round + 1}: ${told.length} of ${all}, slowest ${Math.round(slowest)} ms ${absent.join(', ')}`,
        );
        times.push(...told);
        await pause(1);
      }
      // Who never confirmed is slower than any figure.
      const of = (some: readonly TileTime[], lost = 0): number =>
        lost > 0
          ? NaN
          : at(
              some.map((one) => one.ms),
              0.99,
            );
      const real = new Set(Array.from({ length: REAL }, (_, n) => `N° ${n + 1}`));
      figure('attention_p99_ms', of(times, missed), 'ms', '<=500');
      figure(
        'attention_median_ms',
        at(
          times.map((one) => one.ms),
          0.5,
        ),
        'ms',
      );
      figure('attention_seen_real_p99_ms', of(times.filter((one) => real.has(one.label.trim()))), 'ms');
      figure('attention_seen_p99_ms', of(times.filter((one) => one.state === 'seen')), 'ms');
      figure('attention_shown_p99_ms', of(times.filter((one) => one.state === 'shown')), 'ms');
      figure('attention_not_confirmed', missed, 'tiles', '==0');
    } finally {
      await pupils.close();
    }
    // The same school is opened for the documents: a lesson left open would go on there.
    await teacher.ask('classroom.close', {});
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
    await window.app.close();
  }
}

async function documents(
  school: BenchSchool,
  pupilFolder: string,
  figure: Say,
  say: BenchContext['say'],
): Promise<void> {
  const missing = roomMissing();
  if (missing !== undefined) {
    say(`No documents: ${missing}`);
    figure('document_link_use', NaN, '', '>=0.9');
    figure('document_over_iperf', NaN, '', '>=0.9');
    return;
  }
  const line = layRoom();
  try {
    await over(line, 15, school, pupilFolder, figure, say);
  } finally {
    line.close();
  }
}

async function over(
  line: RoomLine,
  count: number,
  school: BenchSchool,
  pupilFolder: string,
  figure: Say,
  say: BenchContext['say'],
): Promise<void> {
  const start = (side: 'poste' | 'devices', role: string): Role =>
    roleOf(line.spawn(side, process.execPath, roleArguments(import.meta.url, role)));
  const poste = start('poste', 'posteRole');
  const devices = start('devices', 'devicesRole');
  const good: Manner[] = Array.from({ length: count }, () => 'good');
  const send = async (manners: readonly Manner[]): Promise<number> => {
    const downloading = devices.ask<Downloaded>('download', { manners });
    const begun = await poste.ask<number>('send', { bytes: DOCUMENT });
    const { at: ends, bytes } = await downloading;
    const seconds = (Math.max(...ends) - begun) / 1_000;
    const mbit = (bytes * 8) / 1e6 / seconds;
    say(`${bytes / 1e6} MB in ${seconds.toFixed(1)} s: ${mbit.toFixed(1)} Mbit/s`);
    return mbit;
  };
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

    const clean: number[] = [];
    for (let round = 0; round < 3; round += 1) clean.push(await send(good));
    figure('document_link_use', median(clean) / LINE_MBIT, '', '>=0.9');
    const cleanIperf = await line.iperf(count, 8);
    figure('iperf_clean_mbit', cleanIperf, 'Mbit/s');

    line.lose(1);
    const [ours, theirs]: [number[], number[]] = [[], []];
    // In turns: a machine that gets busier slows the one as the other.
    for (let round = 0; round < 3; round += 1) {
      ours.push(await send(good));
      theirs.push(await line.iperf(count, 10));
    }
    say(`Lossy: ours ${ours.map(tenth).join(' ')}, iperf3 ${theirs.map(tenth).join(' ')} Mbit/s`);
    figure('document_lossy_mbit', median(ours), 'Mbit/s');
    figure('iperf_lossy_mbit', median(theirs), 'Mbit/s');
    figure('document_over_iperf', median(ours) / median(theirs), '', '>=0.9');

    const locked = await poste.ask<number[]>('attention', { rounds: 10 });
    figure('attention_lossy_p99_ms', locked.length < 10 * count ? NaN : at(locked, 0.99), 'ms');

    line.lose(0);
    const manners: Manner[] = [...good.slice(2), 'slow', 'flapping'];
    const bad = await send(manners);
    figure('document_link_use_one_slow_one_flapping', bad / LINE_MBIT, '');
  } finally {
    await devices.close();
    await poste.close();
  }
}

const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1_000));

/** The value below which that share of them lies. */
function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** The school's root as the plain page hands it out. */
async function authorityOf(plainUrl: string): Promise<string> {
  const answer = await fetch(new URL('/ecole.crt', plainUrl));
  const lines =
    Buffer.from(await answer.arrayBuffer())
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
