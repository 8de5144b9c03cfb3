import type { Line } from '../net/line';
import { packChunk, type ScreenCodec } from './chunk';
import { createEncoder, type Encoder, type Picture } from './encoder';

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
  stop(): void;
}

/** Faster than that helps nobody to see what a child does (pictures a second). */
const FASTEST = 15;
/** Sides of what is encoded are even: VP8 and VP9 ask for it. */
const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);

/**
 * Sends what the share dialog gave, at the pace and size the door asks. Pictures that the line cannot take are skipped,
 * never queued.
 */
export async function streamScreen(media: MediaStream, line: () => Line | undefined): Promise<ScreenStream> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = media;
  await video.play();
  const start = performance.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  let wanted: Wanted = { width: 0, perSecond: 0, kbit: 0, key: false };
  let sequence = 0;
  let keyNext = true;

  const send = (picture: Picture): void => {
    const bytes = packChunk({ ...picture, codec: encoder.codec, sequence: sequence++ });
    // After a picture that did not leave, the next must stand alone.
    if (!bytes || !line()?.sendBytes(bytes)) keyNext = true;
  };
  const encoder: Encoder = await createEncoder(send);

  const tick = (): void => {
    if (!line() || video.videoWidth === 0 || encoder.busy()) return;
    const width = even(Math.min(wanted.width, video.videoWidth));
    const height = even((width * video.videoHeight) / video.videoWidth);
    encoder.encode(video, {
      width,
      height,
      at: Math.round(performance.now() - start),
      key: keyNext,
      ...pace(),
    });
    keyNext = false;
  };
  const pace = (): { kbit: number; perSecond: number } => ({
    kbit: Math.max(20, wanted.kbit),
    perSecond: Math.min(FASTEST, wanted.perSecond),
  });

  return {
    codec: encoder.codec,
    want(next) {
      wanted = next;
      keyNext ||= next.key;
      clearInterval(timer);
      if (next.perSecond <= 0 || next.width <= 0) return;
      timer = setInterval(tick, 1_000 / pace().perSecond);
      tick();
    },
    stop() {
      clearInterval(timer);
      encoder.close();
      for (const track of media.getTracks()) track.stop();
      video.srcObject = null;
    },
  };
}
