/** A picture with its head, and when it left (ms since the recording's first). */
export interface RecordedChunk<Bytes = Buffer> {
  readonly at: number;
  readonly bytes: Bytes;
}
export type Recorded = readonly RecordedChunk[];

interface PageBench {
  record(ms: number): Promise<RecordedChunk<string>[]>;
  quality(ms: number): Promise<number[]>;
}
declare global {
  interface Window {
    preauBench: PageBench;
  }
}

/**
 * Runs in the pupil's page before the app: looks on what the app captures and sends, changes neither. The app asks for a
 * screen; somebody takes « this tab » in the browser's dialog.
 */
export function recordScreen(): void {
  const HEAD = 16;
  const CODECS = ['vp8', 'vp09.00.10.08', 'jpeg'];
  let source: HTMLVideoElement | undefined;
  let hear: ((bytes: ArrayBuffer) => void) | undefined;

  const ask = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getDisplayMedia = async (options) => {
    const stream = await ask({ ...options, preferCurrentTab: true } as DisplayMediaStreamOptions);
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = stream.clone();
    await video.play();
    source = video;
    return stream;
  };
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (data instanceof ArrayBuffer) hear?.(data.slice(0));
    send.call(this, data);
  };
  const whole = (bytes: ArrayBuffer): boolean => (new DataView(bytes).getUint8(1) & 1) === 1;

  window.preauBench = {
    record: (ms) =>
      new Promise((resolve) => {
        const chunks: { at: number; bytes: string }[] = [];
        let begun: number | undefined;
        hear = (bytes) => {
          if (begun === undefined && !whole(bytes)) return;
          begun ??= performance.now();
          const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
          chunks.push({ at: performance.now() - begun, bytes: btoa(text) });
          if (chunks.length === 1)
            setTimeout(() => {
              hear = undefined;
              resolve(chunks);
            }, ms);
        };
      }),
    async quality(ms) {
      if (!source) throw new Error('nothing is shared');
      const video = source;
      let seen: OffscreenCanvas | undefined;
      const decoder = new VideoDecoder({
        output(frame) {
          seen ??= new OffscreenCanvas(frame.displayWidth, frame.displayHeight);
          if (seen.width !== frame.displayWidth)
            [seen.width, seen.height] = [frame.displayWidth, frame.displayHeight];
          seen.getContext('2d', { willReadFrequently: true })?.drawImage(frame, 0, 0);
          frame.close();
        },
        error: (error) => console.error(error.message),
      });
      let ready = false;
      hear = (bytes) => {
        const view = new DataView(bytes);
        if (!ready && !whole(bytes)) return;
        if (!ready) decoder.configure({ codec: CODECS[view.getUint8(2)] ?? '', optimizeForLatency: true });
        ready = true;
        decoder.decode(
          new EncodedVideoChunk({
            type: whole(bytes) ? 'key' : 'delta',
            timestamp: view.getUint32(8, true) * 1_000,
            data: new Uint8Array(bytes, HEAD),
          }),
        );
      };
      const measured: number[] = [];
      const begun = performance.now();
      while (performance.now() - begun < ms) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        if (!seen) continue;
        const { width, height } = seen;
        const truth = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
        const shown = seen.getContext('2d', { willReadFrequently: true });
        if (!truth || !shown) continue;
        truth.imageSmoothingQuality = 'high';
        truth.drawImage(video, 0, 0, width, height);
        const [a, b] = [
          truth.getImageData(0, 0, width, height).data,
          shown.getImageData(0, 0, width, height).data,
        ];
        let sum = 0;
        for (let at = 0; at < a.length; at += 4) {
          for (let colour = 0; colour < 3; colour += 1)
            sum += ((a[at + colour] ?? 0) - (b[at + colour] ?? 0)) ** 2;
        }
        const error = sum / ((a.length / 4) * 3);
        measured.push(error === 0 ? 99 : 10 * Math.log10(255 ** 2 / error));
      }
      hear = undefined;
      decoder.close();
      return measured;
    },
  };
}
