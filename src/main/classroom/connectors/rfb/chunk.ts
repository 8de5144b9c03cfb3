import { SCREEN_CODECS, SCREEN_HEAD } from '../../../../contract/pupil/frames';

/** One whole picture in the frame format of the wall (docs/lan-door.md). */
export function pngChunk(
  png: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { at, sequence }: { readonly at: number; readonly sequence: number },
): Buffer {
  const head = Buffer.alloc(SCREEN_HEAD);
  head.writeUInt8(1, 1);
  head.writeUInt8(SCREEN_CODECS.indexOf('png'), 2);
  head.writeUInt16LE(width, 4);
  head.writeUInt16LE(height, 6);
  head.writeUInt32LE(at >>> 0, 8);
  head.writeUInt32LE(sequence >>> 0, 12);
  return Buffer.concat([head, png]);
}
