import type { FileHandle } from 'node:fs/promises';

/**
 * Writes all of it at that place. The system may write a part and call that a success: on a disk that is nearly full it
 * writes what fits, and only the next write fails (POSIX write(2)). `FileHandle.write` hands this on.
 * @throws what the system says, `ENOSPC` say; a part may stand there then
 */
export async function writeWhole(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}
