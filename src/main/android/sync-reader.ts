import type { AdbSocket } from '@yume-chan/adb';
import { Watch, type AndroidLimits } from './limits';
import { SyncEnded, SyncRefused } from './push';

/** Reads the tablet's half of a `sync:` conversation, or of any stream, in pieces of a known size. */
export interface SyncReader {
  /** Exactly so many bytes. @throws SyncEnded; Unanswered when nothing comes for `stallMs` */
  exactly(bytes: number): Promise<Buffer>;
  /** Whatever comes next, at most `most` bytes; undefined at the end of the stream. */
  some(most: number): Promise<Buffer | undefined>;
  /** « FAIL » was read: its words. @throws always */
  refused(length: number): Promise<never>;
  close(): Promise<void>;
}

/** A FAIL message is a line; a longer one is not adb. */
const MAX_MESSAGE_BYTES = 4096;

export function readSync(socket: AdbSocket, limits: AndroidLimits, signal?: AbortSignal): SyncReader {
  const reader = socket.readable.getReader();
  const watch = new Watch('stallMs', limits.stallMs, signal);
  let held: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let waiting = 0;

  async function more(): Promise<boolean> {
    const part = await watch.race(reader.read());
    if (!part.value) return false;
    watch.alive();
    parts.push(Buffer.from(part.value.buffer, part.value.byteOffset, part.value.byteLength));
    waiting += part.value.byteLength;
    return true;
  }
  function gather(): void {
    if (parts.length === 0) return;
    held = Buffer.concat([held, ...parts]);
    parts = [];
    waiting = 0;
  }
  function take(bytes: number): Buffer {
    gather();
    const taken = held.subarray(0, bytes);
    held = held.subarray(bytes);
    return taken;
  }
  return {
    async exactly(bytes) {
      while (held.length + waiting < bytes) if (!(await more())) throw new SyncEnded();
      return take(bytes);
    },
    async some(most) {
      while (held.length + waiting === 0) if (!(await more())) return undefined;
      gather();
      return take(Math.min(most, held.length));
    },
    async refused(length) {
      const words = await this.exactly(Math.min(length, MAX_MESSAGE_BYTES));
      throw new SyncRefused(words.toString('utf8'));
    },
    async close() {
      watch.end();
      await socket.close();
    },
  };
}
