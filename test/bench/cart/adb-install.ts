/**
 * Fifteen tablets take an application of 60 MB: Préau's way against fifteen `adb install` one after the other, on the same real adb
 * server in the same run. A tablet's storage accepts 20 MB/s, the cart's hub 35 MB/s for all together, the package manager takes 6 s;
 * one cable is pulled in the middle of the file, in both. The device side is `test/peers/adbd`, in this process.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkApk } from '../../../src/main/android/apk';
import type { InstallStep } from '../../../src/main/android/install-one';
import { AdbdPeer } from '../../peers/adbd';
import { adb, openAdbRoom, skipReason } from '../../integration/android/adb';
import { inventedApk } from '../../integration/android/apk-fixture';
import type { BenchContext, Figure } from '../bench';

const TABLETS = 15;
const PACKAGE = 60_000_000;
const STORAGE_PER_S = 20_000_000;
const HUB_PER_S = 35_000_000;
const INSTALL_MS = 6_000;
/** The one whose cable is pulled, and when. */
const CUT = { tablet: 7, after: 30_000_000 };
/** Said of each tablet on its way, at least: progress and not only an end. */
const LEAST_STEPS = 20;

/** A line that carries so many bytes a second, in the order asked. */
function line(perSecond: number): (bytes: number) => Promise<void> {
  let free = performance.now();
  return async (bytes) => {
    free = Math.max(free, performance.now()) + (bytes / perSecond) * 1_000;
    const wait = free - performance.now();
    // Timers are no finer than that; what is owed is waited for with the next bytes.
    if (wait > 4) await new Promise((resolve) => setTimeout(resolve, wait));
  };
}

async function plugAll(room: Awaited<ReturnType<typeof openAdbRoom>>): Promise<AdbdPeer[]> {
  const hub = line(HUB_PER_S);
  return Promise.all(
    Array.from({ length: TABLETS }, async (_, n) => {
      const storage = line(STORAGE_PER_S);
      const peer = await AdbdPeer.listen({
        serial: `R52N60A0${String(n).padStart(3, '0')}`,
        model: 'Tab A7',
        installMs: INSTALL_MS,
        keep: 65_536,
        pace: async (bytes) => void (await Promise.all([hub(bytes), storage(bytes)])),
      });
      if (n === CUT.tablet) peer.cutAfter(CUT.after);
      await room.plug(peer);
      return peer;
    }),
  );
}

/** @returns `adb_time_over_sequence`, and what it is made of; nothing where adb is not installed */
export async function adbInstall({
  temporaryFolder,
  say,
}: Pick<BenchContext, 'temporaryFolder' | 'say'>): Promise<Figure[]> {
  if (skipReason !== '') {
    say(`  adb_time_over_sequence is not measured: ${skipReason}`);
    return [];
  }
  const path = join(temporaryFolder, 'lecture.apk');
  await writeFile(path, inventedApk('fr.ecole.lecture', PACKAGE));
  const apk = await checkApk(path);
  const room = await openAdbRoom();
  try {
    const ours = await together(room, apk, say);
    const theirs = await oneAfterTheOther(room, path, say);
    return [
      { name: 'adb_together_s', value: round(ours.seconds), unit: 's' },
      { name: 'adb_sequence_s', value: round(theirs.seconds), unit: 's' },
      { name: 'adb_installed', value: ours.done, unit: '', reach: `==${TABLETS - 1}` },
      { name: 'adb_sequence_installed', value: theirs.done, unit: '', reach: `==${TABLETS - 1}` },
      { name: 'adb_least_progress_steps', value: ours.leastSteps, unit: '', reach: `>=${LEAST_STEPS}` },
      {
        name: 'adb_time_over_sequence',
        value: Math.round((ours.seconds / theirs.seconds) * 1_000) / 1_000,
        unit: '',
        reach: '<=0.4',
      },
    ];
  } finally {
    await room.close();
  }
}
const round = (value: number): number => Math.round(value * 10) / 10;

async function together(
  room: Awaited<ReturnType<typeof openAdbRoom>>,
  apk: Awaited<ReturnType<typeof checkApk>>,
  say: BenchContext['say'],
) {
  const peers = await plugAll(room);
  const bridge = room.bridge();
  const steps = new Map<string, InstallStep[]>(peers.map((peer) => [peer.wired, []]));
  const began = performance.now();
  const outcomes = await bridge.install({
    links: peers.map((peer) => peer.wired),
    apk,
    signal: new AbortController().signal,
    report: (link, step) => void steps.get(link)?.push(step),
  });
  const seconds = (performance.now() - began) / 1_000;
  const done = [...outcomes.values()].filter(({ step }) => step === 'done').length;
  const cut = outcomes.get(peers[CUT.tablet]?.wired ?? '');
  say(`  together: ${round(seconds)} s, ${done} of ${TABLETS} installed, the cut one ${JSON.stringify(cut)}`);
  const sending = [...outcomes].flatMap(([link, { step }]) =>
    step === 'done' ? [(steps.get(link) ?? []).filter((one) => one.step === 'sending').length] : [],
  );
  await bridge.dispose();
  await Promise.all(peers.map((peer) => peer.close()));
  return { seconds, done, leastSteps: Math.min(...sending) };
}

async function oneAfterTheOther(
  room: Awaited<ReturnType<typeof openAdbRoom>>,
  path: string,
  say: BenchContext['say'],
) {
  const peers = await plugAll(room);
  const began = performance.now();
  let done = 0;
  for (const peer of peers) {
    const { output } = await adb(room.port, '-s', peer.wired, 'install', '-r', path);
    if (output.includes('Success')) done += 1;
  }
  const seconds = (performance.now() - began) / 1_000;
  say(`  adb install, one after the other: ${round(seconds)} s, ${done} of ${TABLETS} installed`);
  await Promise.all(peers.map((peer) => peer.close()));
  return { seconds, done };
}
