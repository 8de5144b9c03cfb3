import type { AdbSocket } from '@yume-chan/adb';

/**
 * Sends one file by the `sync:` service (AOSP file_sync_protocol.h: SEND, DATA, DONE, then OKAY or FAIL).
 *
 * Written here rather than taken from `@yume-chan/adb` 2.6.4 because of what happens there when a cable is pulled: the promise
 * of its `Consumable` and the one that writes DONE are rejected with nobody listening, which ends a Node process.
 */

/** SYNC_DATA_MAX. */
const DATA_BYTES = 64 * 1024;
/** A FAIL message is a line; a longer one is not adb. */
const MAX_MESSAGE_BYTES = 4096;

/** The tablet answered, and it said no: `message` is its own wording. */
export class SyncRefused extends Error {
  override readonly name = 'SyncRefused';
}

/** The stream ended before the tablet answered. */
export class SyncEnded extends Error {
  override readonly name = 'SyncEnded';
}

export interface PushedFile {
  readonly remote: string;
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Called with the bytes of each chunk once the adb server has taken it. */
  readonly sent: (bytes: number) => void;
}

function message(id: string, value: number, body: Uint8Array = new Uint8Array()): Uint8Array {
  const out = Buffer.allocUnsafe(8 + body.length);
  out.write(id, 0, 'latin1');
  out.writeUInt32LE(value, 4);
  out.set(body, 8);
  return out;
}

/** Reads until the tablet's verdict. @throws SyncRefused, SyncEnded */
async function verdict(socket: AdbSocket): Promise<void> {
  const reader = socket.readable.getReader();
  let held: Buffer = Buffer.alloc(0);
  for (;;) {
    const part = await reader.read();
    if (!part.value) throw new SyncEnded();
    held = Buffer.concat([held, part.value]);
    if (held.length < 8) continue;
    if (held.toString('latin1', 0, 4) === 'OKAY') return;
    const length = Math.min(held.readUInt32LE(4), MAX_MESSAGE_BYTES);
    if (held.length >= 8 + length) throw new SyncRefused(held.toString('utf8', 8, 8 + length));
  }
}

/**
 * @throws SyncRefused when the tablet says no (its storage is full), SyncEnded when it leaves; whatever `chunks` throws
 */
export async function pushFile(socket: AdbSocket, file: PushedFile): Promise<void> {
  const writer = socket.writable.getWriter();
  writer.closed.catch(() => undefined);
  const answer = verdict(socket);
  const refused = answer.then(() => Promise.reject(new SyncEnded()));
  refused.catch(() => undefined);
  /** A tablet may say no in the middle of the file, and then reads no more of it. */
  const write = (bytes: Uint8Array) => Promise.race([writer.write(bytes), refused]);
  try {
    const path = Buffer.from(`${file.remote},${String(0o100000 | file.mode)}`);
    await write(message('SEND', path.length, path));
    for await (const chunk of file.chunks) {
      for (let at = 0; at < chunk.length; at += DATA_BYTES) {
        const piece = chunk.subarray(at, at + DATA_BYTES);
        await write(message('DATA', piece.length, piece));
      }
      file.sent(chunk.length);
    }
    await write(message('DONE', Math.floor(Date.now() / 1000)));
  } catch (error) {
    // A write that fails because the tablet left says less than what the tablet said before leaving.
    if (error instanceof SyncRefused || !isBrokenPipe(error)) throw error;
    await answer;
    throw new SyncEnded();
  }
  await answer;
}

function isBrokenPipe(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['EPIPE', 'ECONNRESET', 'ECANCELED', 'ERR_STREAM_DESTROYED'].includes(code);
}
