import { SCREEN_CODECS, SCREEN_HEAD } from '../../../../contract/pupil/frames';

/** Draws the frames of one show on a canvas; `lost` is called when the next must be whole. */
export function pictureOn(
  canvas: HTMLCanvasElement,
  lost: () => void,
): { take(frame: ArrayBuffer): void; close(): void } {
  const brush = canvas.getContext('2d', { alpha: false });
  let decoder: VideoDecoder | undefined;
  let set = '';
  const draw = (image: CanvasImageSource, width: number, height: number): void => {
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    brush?.drawImage(image, 0, 0);
    canvas.dataset['live'] = 'true';
  };
  function decoderFor(codec: string): VideoDecoder {
    if (decoder?.state === 'configured' && set === codec) return decoder;
    if (decoder && decoder.state !== 'closed') decoder.close();
    const made = new VideoDecoder({
      output(picture) {
        draw(picture, picture.displayWidth, picture.displayHeight);
        picture.close();
      },
      error() {
        decoder = undefined;
        lost();
      },
    });
    made.configure({ codec, optimizeForLatency: true });
    [decoder, set] = [made, codec];
    return made;
  }
  return {
    take(frame) {
      const head = new DataView(frame);
      const codec = SCREEN_CODECS[head.getUint8(2)];
      if (!codec) return;
      const data = new Uint8Array(frame, SCREEN_HEAD);
      if (codec === 'jpeg' || codec === 'png') {
        void createImageBitmap(new Blob([data], { type: `image/${codec}` })).then((image) => {
          draw(image, image.width, image.height);
          image.close();
        }, lost);
        return;
      }
      const whole = (head.getUint8(1) & 1) === 1;
      if (typeof VideoDecoder !== 'function') return;
      if (!whole && decoder?.state !== 'configured') return lost();
      try {
        const timestamp = head.getUint32(8, true) * 1_000;
        decoderFor(codec).decode(new EncodedVideoChunk({ type: whole ? 'key' : 'delta', timestamp, data }));
      } catch {
        decoder = undefined;
        lost();
      }
    },
    close() {
      if (decoder && decoder.state !== 'closed') decoder.close();
    },
  };
}
