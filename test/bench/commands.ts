/**
 * What a teacher tells thirty devices at once: attention, and a document. See docs/performance.md.
 *
 * Attention: the product's own window and host, the wall running; four true pupil apps in Chromium, 11 computers that replay a
 * recorded screen and 15 tablets that show none. From the click until the wall says so: by the lock's code found in the tile
 * where there is a picture (`seen`), by the device's word elsewhere (`shown`); said apart. Beside it, in the same run, thirty real
 * `veyon-server`s told to lock by Veyon's own `veyon-cli webapi`, until its flag says so.
 *
 * Documents and locks over a room's network: the host's LAN door and 15 or 30 devices each in a network namespace, 50 Mbit/s
 * between them (tbf), clean and with 1 % of packets lost each way (nft), one device dead and one that comes and goes; bytes of the
 * document only, TLS and heads not counted. This machine's kernel has no netem: 20 ms of jitter are added by a program between the
 * two (link/emulate.py), whose own processor time counts against us.
 * Options: --app=<folder> --only=attention|veyon|documents --rounds=12
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { figuresTo, optionOf, quantile, type BenchContext, type Figure, type Say } from './bench';
import { attentionRound, openCommandPeer, type TileTime } from './commands/attention';
import { inTheRoom } from './commands/documents';
import { roomMissing } from './commands/line';
import { devicesRole, posteRole } from './commands/roles';
import { veyonLocks } from './commands/veyon';
import { prepareSchool, type BenchSchool } from './start/school';
import { staffWindow } from './start/windows';
import { openPupils } from './wall/pupils';
import { teacherAt } from './wall/teacher';

export { devicesRole, posteRole };

const REAL = 4;
const COMPUTERS = 11;
const TABLETS = 15;
const VEYON_PCS = 30;

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
  const figure = figuresTo(figures, say);
  figure('load_average', loadavg()[0] ?? NaN, '');
  const school = await prepareSchool(join(temporaryFolder, 'data'), pupilFolder, 1_000);
  const wants = (part: string): boolean => only === undefined || only === part;
  const rounds = Number(option('rounds') ?? 12);
  if (wants('attention')) await attention(app, school, rounds, figure, say);
  if (wants('veyon')) await veyon(temporaryFolder, figure, say);
  if (wants('documents')) {
    const missing = roomMissing();
    if (missing === undefined)
      await inTheRoom({ bundle: import.meta.url, root, school, pupilFolder, figure, say });
    else {
      say(`No documents: ${missing}`);
      figure('document_link_use', NaN, '', '>=0.9');
      figure('document_over_iperf', NaN, '', '>=0.9');
    }
  }
  figure('load_average_after', loadavg()[0] ?? NaN, '');
  return figures;
}

async function veyon(folder: string, figure: Say, say: BenchContext['say']): Promise<void> {
  const locks = await veyonLocks(folder, VEYON_PCS, 6, 11_081);
  if (!locks) return say('Veyon is not installed: nothing to stand beside');
  figure('veyon_lock_flag_median_ms', quantile(locks.times, 0.5), 'ms');
  figure('veyon_lock_flag_p99_ms', quantile(locks.times, 0.99), 'ms');
  figure('veyon_lock_never_said_percent', locks.neverPercent, '%');
  figure('veyon_lock_shown_percent', locks.shownPercent, '%');
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
          : quantile(
              some.map((one) => one.ms),
              0.99,
            );
      const real = new Set(Array.from({ length: REAL }, (_, n) => `N° ${n + 1}`));
      figure('attention_p99_ms', of(times, missed), 'ms', '<=500');
      figure(
        'attention_median_ms',
        quantile(
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

const pause = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1_000));

/** The school's root as the plain page hands it out. */
async function authorityOf(plainUrl: string): Promise<string> {
  const answer = await fetch(new URL('/ecole.crt', plainUrl));
  const lines =
    Buffer.from(await answer.arrayBuffer())
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
