import { inject, onScopeDispose, provide, type InjectionKey } from 'vue';
import { SCREEN_CODECS, SCREEN_HEAD } from '../../../contract/pupil/frames';
import type { SeatView } from '../../../contract/staff/classroom';
import type { StaffClient } from '../client';

type Key = SeatView['key'];

/** Screens of the wall: who shows a tile gets its pictures, and only tiles that are shown are asked for. */
export interface Screens {
  /** Draws that device's screen on the canvas, as wide as `width` CSS pixels. @returns the end of it */
  show(key: Key, canvas: HTMLCanvasElement, width: number): () => void;
}
export type PictureDrawn = (key: Key, image: CanvasImageSource, width: number, height: number) => void;
const SCREENS: InjectionKey<Screens> = Symbol('screens');

interface Target {
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
}
interface Stream {
  readonly targets: Set<Target>;
  decoder: VideoDecoder | undefined;
  codec: string;
}

/** @param drawn hears of each picture once it is on its tiles */
export function provideScreens(staff: StaffClient, drawn?: PictureDrawn): void {
  const streams = new Map<Key, Stream>();
  let asked = '';
  let pending: ReturnType<typeof setTimeout> | undefined;

  /** Tiles come and go together when one scrolls: told once. */
  function tell(): void {
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
    }, 60);
  }
  function fail(key: Key, stream: Stream): void {
    stream.decoder = undefined;
    staff.request('classroom.keyFrame', { seat: key }).catch(() => undefined);
  }
  function decoderOf(key: Key, stream: Stream, codec: string): VideoDecoder {
    if (stream.decoder?.state === 'configured' && stream.codec === codec) return stream.decoder;
    const decoder = new VideoDecoder({
      output(frame) {
        for (const { canvas } of stream.targets) draw(canvas, frame, frame.displayWidth, frame.displayHeight);
        drawn?.(key, frame, frame.displayWidth, frame.displayHeight);
        frame.close();
      },
      error: () => fail(key, stream),
    });
    decoder.configure({ codec, optimizeForLatency: true });
    stream.decoder = decoder;
    stream.codec = codec;
    return decoder;
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
    if (codec === 'jpeg') return void drawPicture(key, stream, body, drawn);
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

  let close: (() => void) | undefined;
  let ended = false;
  void staff.openMedia(receive).then((end) => {
    if (ended) end();
    else close = end;
  });
  onScopeDispose(() => {
    ended = true;
    close?.();
    clearTimeout(pending);
    for (const { decoder } of streams.values()) if (decoder?.state === 'configured') decoder.close();
    staff.request('classroom.watch', { tiles: [] }).catch(() => undefined);
  });
  provide(SCREENS, {
    show(key, canvas, width) {
      const stream = streams.get(key) ?? { targets: new Set(), decoder: undefined, codec: '' };
      const target = { canvas, width };
      stream.targets.add(target);
      streams.set(key, stream);
      tell();
      return () => {
        stream.targets.delete(target);
        if (stream.targets.size === 0) {
          if (stream.decoder?.state === 'configured') stream.decoder.close();
          streams.delete(key);
        }
        tell();
      };
    },
  });
}

export function useScreens(): Screens {
  const screens = inject(SCREENS);
  if (!screens) throw new Error('screens are provided by the classroom page');
  return screens;
}

function draw(canvas: HTMLCanvasElement, image: CanvasImageSource, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  canvas.dataset['live'] = 'true';
}

async function drawPicture(
  key: Key,
  stream: Stream,
  bytes: Uint8Array<ArrayBuffer>,
  drawn?: PictureDrawn,
): Promise<void> {
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' })).catch(() => undefined);
  if (!image) return;
  for (const { canvas } of stream.targets) draw(canvas, image, image.width, image.height);
  drawn?.(key, image, image.width, image.height);
  image.close();
}
