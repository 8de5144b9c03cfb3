import { MAX_SCREEN_CHUNK, SCREEN_CODECS, SCREEN_HEAD } from '../../../contract/pupil/frames';

export type ScreenCodec = (typeof SCREEN_CODECS)[number];

export interface Chunk {
  readonly codec: ScreenCodec;
  readonly key: boolean;
  readonly width: number;
  readonly height: number;
  /** ms since the stream's start */
  readonly at: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** One encoded picture with its head, as contract/pupil/frames.ts draws it. Nothing for one too large to be taken. */
export function packChunk(chunk: Chunk): ArrayBuffer | undefined {
  const length = SCREEN_HEAD + chunk.data.byteLength;
  if (length > MAX_SCREEN_CHUNK) return undefined;
  const bytes = new ArrayBuffer(length);
  const head = new DataView(bytes, 0, SCREEN_HEAD);
  head.setUint8(0, 0);
  head.setUint8(1, chunk.key ? 1 : 0);
  head.setUint8(2, SCREEN_CODECS.indexOf(chunk.codec));
  head.setUint16(4, chunk.width, true);
  head.setUint16(6, chunk.height, true);
  head.setUint32(8, chunk.at, true);
  head.setUint32(12, chunk.sequence, true);
  new Uint8Array(bytes, SCREEN_HEAD).set(chunk.data);
  return bytes;
}
