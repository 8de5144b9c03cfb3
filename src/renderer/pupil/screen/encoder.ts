import type { ScreenCodec } from './chunk';

export interface Picture {
  readonly key: boolean;
  readonly width: number;
  readonly height: number;
  readonly at: number;
  readonly data: Uint8Array;
}
export interface Shot {
  readonly width: number;
  readonly height: number;
  readonly at: number;
  readonly key: boolean;
  readonly kbit: number;
  readonly perSecond: number;
}
/** What was captured last. */
export type Source = HTMLVideoElement | VideoFrame;
export interface Encoder {
  readonly codec: ScreenCodec;
  encode(source: Source, shot: Shot): void;
  /** The last picture is not out yet. */
  busy(): boolean;
  close(): void;
}

/** The smallest stream this browser can make: VP9, VP8, or single pictures where it has no WebCodecs (Firefox 115). */
export async function createEncoder(out: (picture: Picture) => void): Promise<Encoder> {
  if (typeof VideoEncoder === 'function' && typeof VideoFrame === 'function')
    for (const codec of ['vp09.00.10.08', 'vp8'] as const) {
      const asked = VideoEncoder.isConfigSupported({ codec, width: 640, height: 360 });
      if (
        await asked.then(
          (answer) => answer.supported,
          () => false,
        )
      )
        return videoEncoder(codec, out);
    }
  return jpegEncoder(out);
}

/**
 * A whole picture costs as much as a minute of typing: one is made only when somebody asks (`key`). Constant bit rate, or a
 * text that scrolls takes three times its share; told that it is text, the encoder keeps letters sharp.
 */
function videoEncoder(codec: 'vp8' | 'vp09.00.10.08', out: (picture: Picture) => void): Encoder {
  const canvas = document.createElement('canvas');
  const brush = canvas.getContext('2d', { alpha: false });
  let set = '';
  const encoder = new VideoEncoder({
    output(chunk) {
      const data = new Uint8Array(chunk.byteLength);
      chunk.copyTo(data);
      const { width, height } = canvas;
      out({ key: chunk.type === 'key', width, height, at: Math.round(chunk.timestamp / 1_000), data });
    },
    error: () => (set = ''),
  });
  return {
    codec,
    busy: () => encoder.encodeQueueSize > 1,
    encode(source, { width, height, at, key, kbit, perSecond }) {
      if (!brush || encoder.state === 'closed') return;
      const wish = `${width}×${height} ${kbit} ${perSecond}`;
      const fresh = wish !== set;
      if (fresh) {
        [canvas.width, canvas.height] = [width, height];
        encoder.configure({
          codec,
          width,
          height,
          bitrate: kbit * 1_000,
          framerate: perSecond,
          latencyMode: 'realtime',
          bitrateMode: 'constant',
          contentHint: 'text',
        });
        set = wish;
      }
      brush.drawImage(source, 0, 0, width, height);
      const frame = new VideoFrame(canvas, { timestamp: at * 1_000 });
      encoder.encode(frame, { keyFrame: key || fresh });
      frame.close();
    },
    close: () => encoder.state !== 'closed' && encoder.close(),
  };
}

function jpegEncoder(out: (picture: Picture) => void): Encoder {
  const canvas = document.createElement('canvas');
  const brush = canvas.getContext('2d', { alpha: false });
  let working = false;
  return {
    codec: 'jpeg',
    busy: () => working,
    encode(source, { width, height, at }) {
      [canvas.width, canvas.height] = [width, height];
      brush?.drawImage(source, 0, 0, width, height);
      working = true;
      canvas.toBlob(
        (blob) =>
          void blob?.arrayBuffer().then((bytes) => {
            working = false;
            out({ key: true, width, height, at, data: new Uint8Array(bytes) });
          }),
        'image/jpeg',
        0.6,
      );
    },
    close: () => undefined,
  };
}
