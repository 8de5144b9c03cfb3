import type { Timers } from '../../main/cart/timers';
import recording from './recording/screen.chunks?url&inline';

/** Replays a real recording at the rate the door wants; a whole picture when one is asked for. */
export interface ScreenPlayer {
  want(stream: { readonly perSecond: number; readonly key: boolean }): void;
  /** Shows that picture instead, until there is none. */
  hold(picture: Buffer | undefined): void;
  stop(): void;
}

/** Twenty seconds of an invented screen (recording/record.mjs), which the bundle carries as a `data:` address. */
const CHUNKS = chunksIn(Buffer.from(recording.slice(recording.indexOf(',') + 1), 'base64'));
/** Pictures a second in the recording; more are not invented. */
const RECORDED_RATE = 4;
const isKey = (chunk: Buffer | undefined): boolean => chunk !== undefined && (chunk.readUInt8(1) & 1) === 1;

export function createScreenPlayer(
  timers: Timers,
  send: (chunk: Buffer) => void,
  first: number,
): ScreenPlayer {
  let at = nextKey(first % CHUNKS.length);
  let rate = 0;
  let sequence = 0;
  let held: Buffer | undefined;
  let cancel: (() => void) | undefined;
  const started = timers.now();

  function play(): void {
    cancel = undefined;
    if (rate === 0) return;
    const chunk = held ?? CHUNKS[at];
    if (chunk) {
      const own = Buffer.from(chunk);
      own.writeUInt32LE((timers.now() - started) >>> 0, 8);
      own.writeUInt32LE(sequence++, 12);
      send(own);
    }
    if (!held) at = (at + 1) % CHUNKS.length;
    // A picture that stands still is sent once a second.
    cancel = timers.after(held ? 1000 : 1000 / rate, play);
  }
  return {
    want({ perSecond, key }) {
      const next = Math.min(perSecond, RECORDED_RATE);
      if (key) at = nextKey(at);
      const starts = rate === 0 && next > 0;
      rate = next;
      // Who asks for a whole picture has it now, also of a screen that stands still.
      if (key && held) cancel?.();
      if ((starts && cancel === undefined) || (key && held)) play();
    },
    hold(picture) {
      held = picture;
      // What was shown before is not known to who looks now: the next picture stands alone.
      if (!picture) at = nextKey(at);
      cancel?.();
      play();
    },
    stop() {
      rate = 0;
      cancel?.();
      cancel = undefined;
    },
  };
}

function nextKey(from: number): number {
  for (let n = 0; n < CHUNKS.length; n += 1) {
    const index = (from + n) % CHUNKS.length;
    if (isKey(CHUNKS[index])) return index;
  }
  return 0;
}

/** Each behind its length. */
function chunksIn(bytes: Buffer): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    chunks.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return chunks;
}
