import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { AdbServerClient } from '@yume-chan/adb';
import type { Refusal } from '../../contract/staff/android';
import type { CheckedApk } from './apk';
import { openService, runOnTablet } from './link';
import { ANDROID_LIMITS, Unanswered, Watch, type AndroidLimits } from './limits';
import { pushFile, SyncEnded, SyncRefused } from './push';
import { readVerdict, refusal } from './refusal';
import { commandLine } from './shell';

/** Why a tablet fell silent, as far as the adb server can tell. */
export type SilentCause = 'unplugged' | 'unauthorised' | 'offline' | 'stalled';

/** How it ended on one tablet (DESIGN 5: fifteen devices have fifteen outcomes). */
export type InstallOutcome =
  | { readonly step: 'done' }
  | { readonly step: 'refused'; readonly reason: Refusal; readonly code: string }
  | { readonly step: 'silent'; readonly cause: SilentCause }
  | { readonly step: 'cancelled' };

export type InstallStep =
  | InstallOutcome
  | { readonly step: 'waiting' }
  /** Bytes handed to the adb server; at most about a mebibyte of them is not on the tablet yet. */
  | { readonly step: 'sending'; readonly sentBytes: number; readonly totalBytes: number }
  | { readonly step: 'installing' };

export interface InstallJob {
  readonly apk: CheckedApk;
  /** The file stays at that place of the tablet, and nothing is installed. */
  readonly keepAt?: string;
  readonly report: (step: InstallStep) => void;
  /** The person stops: what is being sent ends. */
  readonly signal: AbortSignal;
  /** The poste stops: nothing is waited for any more, not even a tablet that installs. */
  readonly closing?: AbortSignal;
  readonly limits?: AndroidLimits;
  /** Waits for a turn to send; the function it gives ends the turn, and may be called twice. */
  readonly turn: () => Promise<() => void>;
}

/** World-readable is what `adb install` itself uses: the package manager is another user. */
const REMOTE_MODE = 0o644;
const READ_BYTES = 64 * 1024;

/** Reports whole percents only: a gigabyte is a hundred events, not sixteen thousand. */
function percentReporter(total: number, report: InstallJob['report']): (sent: number) => void {
  let shown = -1;
  return (sentBytes) => {
    const percent = Math.floor((sentBytes / total) * 100);
    if (percent === shown) return;
    shown = percent;
    report({ step: 'sending', sentBytes, totalBytes: total });
  };
}

/** One tablet, one package: what every step of an installation needs. */
interface Installation extends InstallJob {
  readonly client: AdbServerClient;
  readonly link: string;
  readonly remote: string;
  readonly limits: AndroidLimits;
}

async function send(job: Installation): Promise<void> {
  const { client, link, remote, limits, signal } = job;
  const watch = new Watch('stallMs', limits.stallMs, signal);
  const chunks = createReadStream(job.apk.path, { highWaterMark: READ_BYTES });
  const progress = percentReporter(job.apk.bytes, job.report);
  let total = 0;
  progress(0);
  const sent = (bytes: number) => {
    total += bytes;
    watch.alive();
    progress(total);
  };
  try {
    const socket = await openService(client, link, 'sync:', limits, signal);
    try {
      await watch.race(pushFile(socket, { remote, mode: REMOTE_MODE, chunks, sent }));
    } finally {
      await socket.close();
    }
  } finally {
    watch.end();
    chunks.destroy();
  }
}

/** What the adb server or the tablet meant. Messages: AOSP adb/transport.cpp, file_sync_client.cpp. */
function explain(error: unknown): InstallOutcome {
  if (error instanceof Unanswered) return { step: 'silent', cause: 'stalled' };
  if (error instanceof SyncEnded) return { step: 'silent', cause: 'unplugged' };
  const words = error instanceof Error ? error.message : '';
  if (error instanceof SyncRefused) return { step: 'refused', ...pick(words) };
  if (/unauthorized|authorizing/i.test(words)) return { step: 'silent', cause: 'unauthorised' };
  if (/not found|no devices|closed|ended|ECONN|EPIPE/i.test(words))
    return { step: 'silent', cause: 'unplugged' };
  if (/offline|connecting/i.test(words)) return { step: 'silent', cause: 'offline' };
  return { step: 'refused', ...pick(words) };
}

function pick(words: string): { reason: Refusal; code: string } {
  const { reason, code } = refusal(words);
  return { reason, code };
}

async function installSent(job: Installation): Promise<InstallOutcome> {
  job.report({ step: 'installing' });
  // `-r`: a newer version replaces the one that is there and keeps its data, which is what « mettre à jour » means.
  // Not cut short when the person stops: the tablet would finish all the same, and we would say that it had not.
  const command = `pm install -r ${job.remote}`;
  const output = await runOnTablet(job.client, job.link, command, job.limits, 'installMs', job.closing);
  const verdict = readVerdict(output);
  if (!verdict) return job.signal.aborted ? { step: 'cancelled' } : { step: 'silent', cause: 'unplugged' };
  if (verdict.ok) return { step: 'done' };
  return { step: 'refused', reason: verdict.reason, code: verdict.code };
}

/**
 * Sends a package to one tablet and has it installed; never throws: what happened is the outcome. Push, then
 * `pm install`, rather than a streamed install: it works from Android 5 on, and tells "sending" from "installing".
 * @param link the name adb gives to the tablet
 */
export async function installOnTablet(
  client: AdbServerClient,
  link: string,
  job: InstallJob,
): Promise<InstallOutcome> {
  const installation: Installation = {
    ...job,
    client,
    link,
    remote: job.keepAt ?? `/data/local/tmp/preau-${randomUUID()}.apk`,
    limits: job.limits ?? ANDROID_LIMITS,
  };
  const endTurn = await job.turn();
  let outcome: InstallOutcome;
  try {
    job.signal.throwIfAborted();
    await sweep(installation);
    await send(installation);
    // The next tablet receives while this one installs.
    endTurn();
    outcome = job.keepAt === undefined ? await installSent(installation) : { step: 'done' };
  } catch (error) {
    outcome = job.signal.aborted ? { step: 'cancelled' } : explain(error);
  } finally {
    endTurn();
  }
  const stays = job.keepAt !== undefined && outcome.step === 'done';
  if (outcome.step !== 'silent' && !stays) await clean(installation);
  return outcome;
}

/** Packages of a day ago, left by a tablet that was unplugged while it installed: sixty megabytes each on a tablet that has few. */
async function sweep({ client, link, limits, signal }: Installation): Promise<void> {
  const words = [
    'find',
    '/data/local/tmp',
    '-name',
    'preau-*.apk',
    '-mtime',
    '+0',
    '-exec',
    'rm',
    '-f',
    '{}',
    '+',
  ];
  try {
    await runOnTablet(client, link, commandLine(...words), limits, 'answerMs', signal);
  } catch {
    // What keeps it from answering is said by the sending itself.
  }
}

/** Takes the sent file off the tablet. */
async function clean({ client, link, remote, limits }: Installation): Promise<void> {
  try {
    await runOnTablet(client, link, commandLine('rm', '-f', remote), limits);
  } catch {
    // It has just left. The next installation after a day takes the file off.
  }
}
