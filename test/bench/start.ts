/**
 * The start of the poste and of a pupil's tablet. See docs/performance.md.
 *
 * What « interactive » means here: from the start of the process until « Ma journée » is painted, its big button can be
 * pressed and the host answers the next request, on a real school (`test/bench/start/school.ts`), sign-in included:
 * the form's fields are filled by a script the moment they are there, and Argon2id (a deliberate third of a second) is in the
 * figure. Without a keychain (the stand-in has none) nothing of the store can be opened before that; this is the slower
 * of the two ways to start. What an empty window costs in the same run is taken off; its own figure is printed.
 * Warm: every start but the first. Options: --rounds=5 --app=<folder> --only=staff|pupil|store --keep=<folder>
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { optionOf, tenth, type BenchContext, type Figure } from './bench';
import { hostBelow, residentMb } from './start/processes';
import { measurePupils, median } from './start/pupils';
import { DOCUMENTS, openWholeStore, prepareSchool, type BenchSchool } from './start/school';
import { emptyWindow, staffWindow, walk, type StaffStart } from './start/windows';

const FIVE_SCREENS = ['/appel', '/pour-demain', '/cahier-journal', '/inventaire', '/chariots'];
const REST_MS = 30_000;

export default async function start({ root, temporaryFolder, say, args }: BenchContext): Promise<Figure[]> {
  const option = optionOf(args);
  const only = option('only');
  const rounds = Number(option('rounds') ?? 5);
  const app = option('app') ?? root;
  const pupilFolder = join(app, 'out', 'renderer', 'pupil');
  const figures: Figure[] = [];

  say(
    `Load before: ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}`,
  );
  // Part of what is kept: on a busy machine every duration here is longer, and says so.
  figures.push({ name: 'load_average', value: tenth(loadavg()[0] ?? NaN), unit: '' });
  const school = await prepareSchool(join(temporaryFolder, 'data'), pupilFolder);
  if (!only || only === 'store') {
    const opened = await openWholeStore(school);
    if (opened.documents < DOCUMENTS - 1) throw new Error(`the store holds ${opened.documents} documents`);
    figures.push({ name: 'store_open_ms', value: Math.round(opened.ms), unit: 'ms' });
  }
  if (!only || only === 'staff')
    figures.push(...(await measureStaff(app, school, { temporaryFolder, say, rounds })));
  if (!only || only === 'pupil') {
    const pupils = await measurePupils(school, pupilFolder, temporaryFolder, rounds);
    for (const file of pupils.files) say(`  ${file}`);
    say(`Tablet, each round: ${pupils.rounds.join(' ')} ms`);
    figures.push(
      { name: 'pupil_bundle_kb', value: tenth(pupils.bundleKb), unit: 'kB', reach: '<=150' },
      { name: 'pupil_pdf_kb', value: tenth(pupils.pdfKb), unit: 'kB' },
      { name: 'pupil_interactive_ms', value: Math.round(pupils.interactiveMs), unit: 'ms', reach: '<=1000' },
    );
  }
  say(
    `Load after: ${loadavg()
      .map((one) => one.toFixed(1))
      .join(' ')}`,
  );
  return figures;
}

async function measureStaff(
  app: string,
  school: BenchSchool,
  { temporaryFolder, say, rounds }: Pick<BenchContext, 'temporaryFolder' | 'say'> & { rounds: number },
): Promise<Figure[]> {
  const empty: number[] = [await emptyWindow(temporaryFolder)];
  evict(school.dataFolder);
  const cold = await staffWindow(app, school);
  await cold.app.close();
  const starts: StaffStart[] = [];
  let rss = NaN;
  for (let round = 0; round < rounds; round += 1) {
    // Both in every round: a machine that gets busier slows the one as the other.
    empty.push(await emptyWindow(temporaryFolder));
    const warm = await staffWindow(app, school);
    starts.push(warm.start);
    say(`Round ${round + 1}: empty window ${Math.round(empty.at(-1) ?? NaN)} ms, ${told(warm.start)}`);
    if (round === rounds - 1) {
      await walk(warm.page, FIVE_SCREENS);
      await warm.page.waitForTimeout(REST_MS);
      const pid = hostBelow(warm.app.process().pid ?? 0);
      if (pid !== undefined) rss = residentMb(pid);
    }
    await warm.app.close();
  }
  const window = median(empty);
  const since = (pick: (one: StaffStart) => number): number =>
    Math.round(median(starts.map((one) => pick(one) - one.begun)) - window);
  const figure = (name: string, value: number, reach?: string): Figure => ({
    name,
    value,
    unit: 'ms',
    ...(reach ? { reach } : {}),
  });
  return [
    figure(
      'warm_interactive_ms',
      since((one) => one.usable),
      '<=1500',
    ),
    figure(
      'warm_sign_in_screen_ms',
      since((one) => one.signIn),
    ),
    figure('warm_after_sign_in_ms', Math.round(median(starts.map((one) => one.usable - one.sent)))),
    figure('cold_interactive_ms', Math.round(cold.start.usable - cold.start.begun - window)),
    figure('empty_window_ms', Math.round(window)),
    { name: 'host_rss_mb', value: tenth(rss), unit: 'MB', reach: '<=250' },
  ];
}

const told = ({ begun, signIn, sent, usable }: StaffStart): string =>
  `sign-in screen ${Math.round(signIn - begun)} ms, « Ma journée » ${Math.round(usable - begun)} ms (${Math.round(usable - sent)} ms after the password)`;

/** Asks the system to forget what it read of these files (Linux, `dd`), so that the first start reads the disk. */
function evict(folder: string): void {
  if (process.platform !== 'linux' || !existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) evict(path);
    else execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
  }
}
