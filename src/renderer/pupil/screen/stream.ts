import type { Line } from '../net/line';
import { createAllowance } from './allowance';
import { packChunk, type ScreenCodec } from './chunk';
import { createEncoder, type Encoder, type Picture } from './encoder';
import { framesOf, type Frames } from './frames';
import { createPace, FASTEST } from './pace';

export interface Wanted {
  readonly width: number;
  readonly perSecond: number;
  readonly kbit: number;
  readonly key: boolean;
}

export interface ScreenStream {
  readonly codec: ScreenCodec;
  /** As much as the door asks for: 0 a second is a pause. */
  want(wanted: Wanted): void;
  /** What is on the glass matters now: the next pictures leave as they are captured, whatever the pace. */
  hurry(): void;
  stop(): void;
}

/** The rest is for the heads of TLS, WebSocket and ours. */
const OF_THE_SHARE = 0.9;
/** Long enough for a lock to be painted and captured on an old computer, ms. */
const HURRY = 1_500;
/** Pictures that may leave beside pace and share then; they count, and what comes after waits for as much. */
const HURRIED = 6;
/** Sides of what is encoded are even: VP8 and VP9 ask for it. */
const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);

/**
 * Sends what the share dialog gave, at the pace and size the door asks. Pictures that the line cannot take are skipped,
 * never queued; the share is never passed. A screen on which nothing moves costs nothing, once it is sharp.
 */
export async function streamScreen(
  media: MediaStream,
  line: () => Pick<Line, 'sendBytes'> | undefined,
): Promise<ScreenStream> {
  const start = performance.now();
  const now = (): number => performance.now() - start;
  const allowance = createAllowance();
  const pace = createPace();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted: Wanted = { width: 0, perSecond: 0, kbit: 0, key: false };
  let sequence = 0;
  let keyNext = true;
  let hurryUntil = -Infinity;
  let hurried = 0;
  const inHurry = (): boolean => now() < hurryUntil && hurried < HURRIED;

  const send = (picture: Picture): void => {
    const bytes = packChunk({ ...picture, codec: encoder.codec, sequence: sequence++ });
    // After a picture that did not leave, the next must stand alone.
    if (!bytes || !line()?.sendBytes(bytes)) keyNext = true;
    else allowance.left(bytes.byteLength, now());
  };
  const encoder: Encoder = await createEncoder(send);

  function tick(): void {
    clearTimeout(timer);
    if (wanted.perSecond <= 0 || wanted.width <= 0) return;
    // An encoder at a constant rate sharpens what stands still: it is given the same picture again.
    timer = setTimeout(tick, pace.idle(frames.told));
    const due = pace.due(now()) && allowance.mayLeave(now());
    if (!due && !keyNext) {
      if (!inHurry()) return;
      hurried += 1;
    }
    const picture = frames.last;
    if (!picture || !line() || encoder.busy()) return;
    const width = even(Math.min(wanted.width, picture.width));
    const height = even((width * picture.height) / picture.width);
    const at = now();
    pace.left(at);
    encoder.encode(picture.source, {
      width,
      height,
      at: Math.round(at),
      key: keyNext,
      kbit: Math.max(20, wanted.kbit * OF_THE_SHARE),
      perSecond: Math.min(FASTEST, wanted.perSecond),
    });
    keyNext = false;
  }
  const frames: Frames = await framesOf(media, () => {
    if (pace.due(now()) || inHurry()) tick();
  });

  return {
    codec: encoder.codec,
    want(next) {
      if (next.kbit !== wanted.kbit) allowance.share(next.kbit, now());
      wanted = next;
      if (next.perSecond > 0) pace.ask(next.perSecond, now());
      keyNext ||= next.key;
      tick();
    },
    hurry() {
      hurryUntil = now() + HURRY;
      hurried = 0;
    },
    stop() {
      wanted = { width: 0, perSecond: 0, kbit: 0, key: false };
      clearTimeout(timer);
      frames.stop();
      encoder.close();
      for (const track of media.getTracks()) track.stop();
    },
  };
}
