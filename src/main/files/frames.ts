import type { KeyObject } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { SEAL_OVERHEAD, unseal } from '../../store/seal';

/**
 * A file as older data folders have it, still read: `PRF1`, a random id of 16 bytes, frames of 64 KiB of content each sealed
 * in its place, and a sealed foot with the content's hash and size.
 */
const MAGIC = Buffer.from('PRF1');
const ID_BYTES = 16;
const HEAD_BYTES = MAGIC.length + ID_BYTES;
/** Content bytes in a frame. */
export const FRAME_BYTES = 64 * 1024;
const SEALED_FRAME = FRAME_BYTES + SEAL_OVERHEAD;
const FOOT_BYTES = 32 + 8 + SEAL_OVERHEAD;

const framePlace = (id: Buffer, index: number): Buffer => Buffer.concat([id, Buffer.from(`frame ${index}`)]);
const footPlace = (id: Buffer): Buffer => Buffer.concat([id, Buffer.from('foot')]);

export class FramesBroken extends Error {
  override readonly name = 'FramesBroken';
}

export async function readExactly(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead !== length) throw new FramesBroken('the file was cut');
  return bytes;
}

/** The foot of a file. @throws FramesBroken when it is cut, changed, or another file */
export async function readFoot(
  handle: FileHandle,
  key: KeyObject,
  sha256: string,
): Promise<{ readonly id: Buffer; readonly size: number }> {
  const { size: onDisk } = await handle.stat();
  if (onDisk < HEAD_BYTES + FOOT_BYTES) throw new FramesBroken('the file was cut');
  const head = await readExactly(handle, 0, HEAD_BYTES);
  const id = head.subarray(MAGIC.length);
  try {
    const foot = unseal(key, await readExactly(handle, onDisk - FOOT_BYTES, FOOT_BYTES), footPlace(id));
    if (foot.subarray(0, 32).toString('hex') !== sha256) throw new FramesBroken('another file');
    return { id, size: Number(foot.readBigUInt64BE(32)) };
  } catch (cause) {
    throw new FramesBroken('the foot does not open', { cause });
  }
}

/** Content from `start` to `end` (excluded), frame by frame. Closes the handle. @throws FramesBroken */
export async function* readFrames(
  handle: FileHandle,
  key: KeyObject,
  { id, size }: { readonly id: Buffer; readonly size: number },
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  try {
    for (let index = Math.floor(start / FRAME_BYTES); index * FRAME_BYTES < end; index++) {
      const first = index * FRAME_BYTES;
      const length = Math.min(FRAME_BYTES, size - first) + SEAL_OVERHEAD;
      const sealed = await readExactly(handle, HEAD_BYTES + index * SEALED_FRAME, length);
      let content: Buffer;
      try {
        content = unseal(key, sealed, framePlace(id, index));
      } catch (cause) {
        throw new FramesBroken('a frame does not open', { cause });
      }
      yield content.subarray(Math.max(0, start - first), Math.min(content.length, end - first));
    }
  } finally {
    await handle.close();
  }
}
