import { effectScope, onScopeDispose } from 'vue';
import { SCREEN_CODECS, SCREEN_HEAD } from '../../../contract/pupil/frames';
import type { SeatView } from '../../../contract/staff/classroom';
import { useStaff, type StaffClient } from '../client';

type Key = SeatView['key'];

/**
 * Screens of this window, on the wall and in what is projected: who shows a tile gets its pictures, and only tiles that
 * are shown are asked for.
 */
export interface Screens {
  /** Draws that device's screen on the canvas, as wide as `width` CSS pixels. @returns the end of it */
  show(key: Key, canvas: HTMLCanvasElement, width: number): () => void;
  /** Hears of each picture once it is on its tiles. @returns the end of it */
  onDrawn(listener: PictureDrawn): () => void;
  /** Tells what is on the tiles now, of every screen that shows a picture. */
  lookAgain(listener: PictureDrawn): void;
}
export type PictureDrawn = (key: Key, image: CanvasImageSource, width: number, height: number) => void;
const ofClient = new WeakMap<StaffClient, Screens>();

/** One for the whole window: the door knows windows, not what is in them. */
export function useScreens(): Screens {
  return screensOf(useStaff());
}

/** Hears of each picture as long as the component that called it is there. */
export function provideScreens(staff: StaffClient, drawn: PictureDrawn): Screens {
  const screens = screensOf(staff);
  onScopeDispose(screens.onDrawn(drawn));
  return screens;
}

function screensOf(staff: StaffClient): Screens {
  const known = ofClient.get(staff);
  if (known) return known;
  const screens = createScreens(staff);
  ofClient.set(staff, screens);
  return screens;
}

interface Target {
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
}
interface Stream {
  readonly targets: Set<Target>;
  decoder: VideoDecoder | undefined;
  codec: string;
  /** The last picture as pixels: one memory for all of them. */
  pixels: ImageData | undefined;
  copying: boolean;
  /** Came during the copy: the newest of them, so that what is on the glass is never the one before the last. */
  next: VideoFrame | undefined;
}

function createScreens(staff: StaffClient): Screens {
  const listeners = new Set<PictureDrawn>();
  const streams = new Map<Key, Stream>();
  let asked = '';
  let pending: ReturnType<typeof setTimeout> | undefined;
  /** The channel is there: what is asked for before would come to nobody. */
  let open = false;

  /** Tiles come and go together when one scrolls: told once. */
  function tell(): void {
    if (!open) return;
    pending ??= setTimeout(() => {
      pending = undefined;
      const tiles = [...streams].map(([seat, { targets }]) => ({
        seat,
        width: Math.round(Math.min(1920, Math.max(80, ...[...targets].map((target) => target.width)))),
      }));
      const text = JSON.stringify(tiles);
      if (text === asked) return;
      asked = text;
      // A lesson that has just closed watches nothing: there is nobody to tell.
      staff.request('classroom.watch', { tiles }).catch(() => (asked = ''));
    }, 40);
  }
  // The host forgets what a window watched when its page hides behind the lock: the board's screens are asked for again.
  let hidden = false;
  effectScope(true).run(() =>
    staff.on('session.changed', ({ screen }) => {
      const hides = screen?.locked !== undefined && !hidden;
      hidden = screen?.locked !== undefined;
      if (!hides) return;
      asked = '';
      if (streams.size > 0) tell();
    }),
  );
  function fail(key: Key, stream: Stream): void {
    stream.decoder = undefined;
    staff.request('classroom.keyFrame', { seat: key }).catch(() => undefined);
  }
  function decoderOf(key: Key, stream: Stream, codec: string): VideoDecoder {
    if (stream.decoder?.state === 'configured' && stream.codec === codec) return stream.decoder;
    const decoder = new VideoDecoder({
      output: (frame) => void paint(key, stream, frame),
      error: () => fail(key, stream),
    });
    decoder.configure({ codec, optimizeForLatency: true });
    stream.decoder = decoder;
    stream.codec = codec;
    return decoder;
  }
  const tellDrawn: PictureDrawn = (...picture) => {
    for (const drawn of listeners) drawn(...picture);
  };
  /**
   * Pixels are copied, not drawn: without a GPU Chromium keeps what `drawImage` was given of a video frame, half a megabyte for each
   * picture of each tile (seen: 30 tiles, 570 MB after ten seconds). Of those that come during the copy the last is drawn.
   */
  async function paint(key: Key, stream: Stream, frame: VideoFrame): Promise<void> {
    if (stream.copying) {
      stream.next?.close();
      stream.next = frame;
      return;
    }
    stream.copying = true;
    const { displayWidth: width, displayHeight: height } = frame;
    if (stream.pixels?.width !== width || stream.pixels.height !== height)
      stream.pixels = new ImageData(width, height);
    const { pixels } = stream;
    try {
      await frame.copyTo(pixels.data, { format: 'RGBA' });
      for (const { canvas } of stream.targets) {
        fit(canvas, width, height);
        brushOf(canvas)?.putImageData(pixels, 0, 0);
        canvas.dataset['live'] = 'true';
      }
      const [first] = stream.targets;
      if (first) tellDrawn(key, first.canvas, width, height);
    } finally {
      stream.copying = false;
      frame.close();
    }
    const { next } = stream;
    stream.next = undefined;
    if (!next) return;
    if (stream.targets.size === 0) next.close();
    else await paint(key, stream, next);
  }
  function receive(data: ArrayBuffer): void {
    const view = new DataView(data);
    const length = view.getUint8(0);
    const key = String.fromCharCode(...new Uint8Array(data, 1, length)) as Key;
    const stream = streams.get(key);
    const head = 1 + length;
    const codec = SCREEN_CODECS[view.getUint8(head + 2)];
    if (!stream || !codec) return;
    const body = new Uint8Array(data, head + SCREEN_HEAD);
    if (codec === 'jpeg' || codec === 'png') return void drawPicture(key, stream, body, tellDrawn);
    const whole = (view.getUint8(head + 1) & 1) === 1;
    if (!whole && stream.decoder?.state !== 'configured') return;
    const timestamp = view.getUint32(head + 8, true) * 1000;
    try {
      const chunk = new EncodedVideoChunk({ type: whole ? 'key' : 'delta', timestamp, data: body });
      decoderOf(key, stream, codec).decode(chunk);
    } catch {
      fail(key, stream);
    }
  }

  /** The channel lives as long as something is shown. */
  let channel: Promise<() => void> | undefined;
  function join(): void {
    if (channel) return;
    const mine = staff.openMedia(receive);
    channel = mine;
    mine.then(
      () => {
        if (channel !== mine) return;
        open = true;
        tell();
      },
      // The next tile tries again.
      () => {
        if (channel === mine) channel = undefined;
      },
    );
  }
  function leave(): void {
    void channel?.then((close) => close());
    channel = undefined;
    open = false;
    asked = '';
    clearTimeout(pending);
    pending = undefined;
    staff.request('classroom.watch', { tiles: [] }).catch(() => undefined);
  }
  return {
    onDrawn(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lookAgain(listener) {
      for (const [key, { targets }] of streams)
        for (const { canvas } of [...targets].slice(0, 1))
          if (canvas.dataset['live']) listener(key, canvas, canvas.width, canvas.height);
    },
    show(key, canvas, width) {
      const stream = streams.get(key) ?? {
        targets: new Set(),
        decoder: undefined,
        codec: '',
        pixels: undefined,
        copying: false,
        next: undefined,
      };
      const target = { canvas, width };
      stream.targets.add(target);
      streams.set(key, stream);
      join();
      tell();
      return () => {
        stream.targets.delete(target);
        if (stream.targets.size === 0) {
          if (stream.decoder?.state === 'configured') stream.decoder.close();
          if (streams.get(key) === stream) streams.delete(key);
        }
        if (streams.size > 0) tell();
        // A tile that moves goes and comes at once.
        else setTimeout(() => streams.size === 0 && leave(), 200);
      };
    },
  };
}

const brushOf = (canvas: HTMLCanvasElement): CanvasRenderingContext2D | null =>
  canvas.getContext('2d', { willReadFrequently: true });
function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

function draw(canvas: HTMLCanvasElement, image: CanvasImageSource, width: number, height: number): void {
  fit(canvas, width, height);
  brushOf(canvas)?.drawImage(image, 0, 0);
  canvas.dataset['live'] = 'true';
}

async function drawPicture(
  key: Key,
  stream: Stream,
  bytes: Uint8Array<ArrayBuffer>,
  drawn: PictureDrawn,
): Promise<void> {
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).catch(() => undefined);
  if (!image) return;
  for (const { canvas } of stream.targets) draw(canvas, image, image.width, image.height);
  drawn(key, image, image.width, image.height);
  image.close();
}
