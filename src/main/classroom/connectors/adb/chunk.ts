import { SCREEN_CODECS, SCREEN_HEAD } from '../../../../contract/pupil/frames';

const CODEC = SCREEN_CODECS.indexOf('avc1.640028');

/** One picture of a stream of H.264 in the frame format of the wall (docs/lan-door.md). */
export function h264Chunk(
  picture: { readonly whole: boolean; readonly bytes: Uint8Array },
  { width, height }: { readonly width: number; readonly height: number },
  { at, sequence }: { readonly at: number; readonly sequence: number },
): Buffer {
  const head = Buffer.alloc(SCREEN_HEAD);
  head.writeUInt8(picture.whole ? 1 : 0, 1);
  head.writeUInt8(CODEC, 2);
  head.writeUInt16LE(width, 4);
  head.writeUInt16LE(height, 6);
  head.writeUInt32LE(at >>> 0, 8);
  head.writeUInt32LE(sequence >>> 0, 12);
  return Buffer.concat([head, picture.bytes]);
}
