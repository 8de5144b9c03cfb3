import { u32 } from './bytes';
import { PARCEL_MAX_BYTES } from './limits';

/**
 * What a request or a reply is made of, one after the other: a letter, a length (u32) and bytes. `P` a parcel, `G` a
 * grant (JSON), `E` the end (JSON). A bundle that is cut is worth all the frames that came whole.
 */
export type FrameKind = 'P' | 'G' | 'E';
export interface Frame {
  readonly kind: FrameKind;
  readonly bytes: Buffer;
}

const KINDS: readonly string[] = ['P', 'G', 'E'];
const HEAD_BYTES = 5;

export const writeFrame = (kind: FrameKind, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(kind), u32(bytes.length), bytes]);

/** Bytes that are no frames: the sender speaks something else. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** Frames out of chunks cut anywhere. Holds one frame at the most. @throws FrameError */
export async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < HEAD_BYTES) break;
      const kind = String.fromCharCode(held[0] ?? 0);
      const length = held.readUInt32BE(1);
      if (!KINDS.includes(kind) || length > PARCEL_MAX_BYTES)
        throw new FrameError(`frame ${kind} of ${length}`);
      if (held.length < HEAD_BYTES + length) break;
      yield { kind: kind as FrameKind, bytes: held.subarray(HEAD_BYTES, HEAD_BYTES + length) };
      held = held.subarray(HEAD_BYTES + length);
    }
  }
  if (held.length > 0) throw new FrameError('cut');
}
