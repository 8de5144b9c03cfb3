import type { AdbSocket } from '@yume-chan/adb';
import type { Timers } from '../cart/timers';
import { H264Reader, type CodedPicture } from './h264';
import { screenSize } from './orders';
import type { TabletShell } from './tablet-shell';

/** How a tile is wanted now; nothing while `perSecond` is 0. */
export interface ScreenShare {
  /** Pixels. */
  readonly width: number;
  readonly perSecond: number;
  readonly kbit: number;
}

/** One tablet's screen, by `screenrecord` (AOSP cmds/screenrecord): small, H.264, and never recorded anywhere. */
export interface TabletScreen {
  watch(share: ScreenShare): void;
  /** Somebody lost the thread, or came late: what was sent since the last whole picture comes once more. */
  whole(): void;
  close(): void;
}
export interface ScreenDeps {
  readonly timers: Timers;
  /** Undefined while the tablet does not answer. */
  readonly shell: (signal: AbortSignal) => Promise<TabletShell | undefined>;
  readonly picture: (
    picture: CodedPicture,
    size: { readonly width: number; readonly height: number },
  ) => void;
}

/** `screenrecord` ends by itself after so long (its kMaxTimeLimitSec), s. */
const TIME_LIMIT = 180;
/** The next one begins that much earlier, and takes over with its first whole picture, ms. */
const OVERLAP = 6_000;
/** What it encodes with at least (kMinBitRate), bit/s. */
const LEAST_BITS = 100_000;
/** Encoders work in blocks of sixteen pixels; some refuse anything else. */
const BLOCK = 16;
/** Without a byte for so long, what has come is a picture: on a still screen no other follows, ms. */
const QUIET = 60;
/** A tablet that ends its screen at once is asked again after so long, ms. */
const AGAIN = [1_000, 3_000, 10_000] as const;
/** A picture is no larger than the wall takes. */
const MOST = 500 * 1024;
/** What is kept to be sent once more to who comes late. Bytes */
const MOST_KEPT = 1024 * 1024;
/** What a tile may take at once above its share: a page turned, s of its share. */
const BURST = 2;

interface Run {
  readonly stop: AbortController;
  /** Handed on; before, it only warms up behind the one that is shown. */
  live: boolean;
  socket: AdbSocket | undefined;
  pid: string | undefined;
  size: { readonly width: number; readonly height: number };
}
/** What was kept is not sent twice within so long, ms: a window that cannot follow asks every second. */
const ONCE_MORE = 2_000;

export function createScreen(deps: ScreenDeps): TabletScreen {
  const { timers } = deps;
  let share: ScreenShare = { width: 0, perSecond: 0, kbit: 0 };
  let shown: Run | undefined;
  let next: Run | undefined;
  let cancelNext: (() => void) | undefined;
  let tries = 0;
  let over = false;
  /** Since the last whole picture, for who comes late. */
  let kept: CodedPicture[] = [];
  let keptBytes = 0;
  /** The tile's part of the ceiling, as bytes that may still go. */
  let credit = 0;
  let countedAt = timers.now();
  let dropping = false;
  let repeatedAt = -Infinity;

  /** A whole picture goes on credit once a full share was saved up: otherwise one larger than that would never come. */
  function pay({ bytes, whole }: CodedPicture): boolean {
    const now = timers.now();
    const perMs = share.kbit / 8;
    const full = perMs * 1_000 * BURST;
    credit = Math.min(credit + (now - countedAt) * perMs, full);
    countedAt = now;
    if (bytes.length > credit && !(whole && credit >= full)) return false;
    credit -= bytes.length;
    return true;
  }
  function hand(run: Run, picture: CodedPicture): void {
    if (run.stop.signal.aborted) return;
    if (!run.live) {
      if (!picture.whole) return;
      // The new one has its first whole picture: it takes the place of the one that is about to end.
      const former = shown;
      shown = run;
      if (next === run) next = undefined;
      run.live = true;
      // Pictures of the new one are understood from here on only.
      dropping = true;
      if (former && former !== run) void end(former);
    }
    // Above its share nothing goes until the next whole picture; the wall keeps the last one.
    if ((dropping && !picture.whole) || !pay(picture)) {
      dropping = true;
      return;
    }
    if (picture.whole) {
      kept = [];
      keptBytes = 0;
      dropping = false;
    }
    keptBytes += picture.bytes.length;
    if (keptBytes <= MOST_KEPT) kept.push(picture);
    deps.picture(picture, run.size);
  }

  async function record(run: Run): Promise<void> {
    const { signal } = run.stop;
    const shell = await deps.shell(signal);
    if (!shell) throw new Error('not there');
    const screen = await screenSize(shell);
    const wanted = fit(screen, share.width);
    const bits = Math.max(LEAST_BITS, share.kbit * 1_000);
    const options = `--output-format=h264 --size ${String(wanted.width)}x${String(wanted.height)} --bit-rate ${String(bits)} --time-limit ${String(TIME_LIMIT)}`;
    // Its number first, so that this one can be ended and no other: on a still screen it would not notice that nobody listens.
    run.socket = await shell.open(`exec:echo $$; exec screenrecord ${options} -`);
    if (signal.aborted) return void (await end(run));
    run.size = wanted;
    await read(run, run.socket);
  }
  async function read(run: Run, socket: AdbSocket): Promise<void> {
    const reader = socket.readable.getReader();
    const units = new H264Reader(MOST);
    let head: Buffer | undefined = Buffer.alloc(0);
    let cancelQuiet: (() => void) | undefined;
    const flush = (): void => units.flush().forEach((picture) => hand(run, picture));
    try {
      for (;;) {
        const part = await reader.read();
        cancelQuiet?.();
        if (!part.value || run.stop.signal.aborted) break;
        let bytes = Buffer.from(part.value.buffer, part.value.byteOffset, part.value.byteLength);
        if (head) {
          head = Buffer.concat([head, bytes]);
          const line = head.indexOf(10);
          if (line < 0 && head.length > 32) throw new RangeError('no number');
          if (line < 0) continue;
          const said = head.toString('latin1', 0, line).trim();
          if (!/^\d{1,10}$/.test(said)) throw new RangeError('no number');
          run.pid = said;
          bytes = head.subarray(line + 1);
          head = undefined;
        }
        for (const picture of units.push(bytes)) hand(run, picture);
        cancelQuiet = timers.after(QUIET, flush);
      }
      flush();
    } finally {
      cancelQuiet?.();
    }
  }
  async function end(run: Run): Promise<void> {
    run.stop.abort();
    const { pid, socket } = run;
    run.pid = undefined;
    try {
      await socket?.close();
      const shell = pid === undefined ? undefined : await deps.shell(AbortSignal.timeout(2_000));
      await shell?.run(['kill', '-2', pid ?? '']);
    } catch {
      // It is gone, and its screen with it; or it ends by itself in less than three minutes.
    }
  }
  function begin(): void {
    if (over || share.perSecond <= 0) return;
    const run: Run = {
      stop: new AbortController(),
      live: shown === undefined,
      socket: undefined,
      pid: undefined,
      size: { width: 0, height: 0 },
    };
    if (run.live) {
      shown = run;
      dropping = true;
    } else next = run;
    const began = timers.now();
    cancelNext?.();
    cancelNext = timers.after(TIME_LIMIT * 1_000 - OVERLAP, begin);
    record(run)
      .catch(() => undefined)
      .then(async () => {
        await end(run);
        if (shown === run) shown = undefined;
        if (next === run) next = undefined;
        // The one that warmed up goes on alone; otherwise it is asked again, and the wall keeps the last picture.
        if (shown || next || over || share.perSecond <= 0) return;
        const lasted = timers.now() - began;
        tries = lasted > 5_000 ? 0 : tries + 1;
        cancelNext?.();
        cancelNext = timers.after(
          lasted > 5_000 ? 0 : (AGAIN[Math.min(tries, AGAIN.length) - 1] ?? 1_000),
          begin,
        );
      })
      .catch(() => undefined);
  }
  function stop(): void {
    cancelNext?.();
    cancelNext = undefined;
    for (const run of [shown, next]) if (run) void end(run);
    shown = undefined;
    next = undefined;
    kept = [];
    keptBytes = 0;
  }

  return {
    watch(wanted) {
      const before = share;
      share = wanted;
      if (wanted.perSecond <= 0) return stop();
      const same = before.perSecond > 0 && before.width === wanted.width;
      if (same) return;
      tries = 0;
      credit = (wanted.kbit / 8) * 1_000 * BURST;
      // Another size: the new one takes over when it has its first picture.
      if (next) void end(next);
      begin();
    },
    whole() {
      if (timers.now() - repeatedAt < ONCE_MORE) return;
      repeatedAt = timers.now();
      for (const picture of shown ? kept : []) deps.picture(picture, shown?.size ?? { width: 0, height: 0 });
      // What was dropped cannot be sent once more: a new one begins with a whole picture.
      if ((dropping || kept.length === 0) && shown && !next) begin();
    },
    close() {
      over = true;
      stop();
    },
  };
}

/** As wide as asked at most, in whole blocks, as high as the screen is. */
function fit(screen: { width: number; height: number }, width: number): { width: number; height: number } {
  const blocks = (pixels: number): number => Math.max(BLOCK, Math.floor(pixels / BLOCK) * BLOCK);
  const across = blocks(Math.min(width, screen.width));
  return { width: across, height: blocks((across * screen.height) / screen.width) };
}
