import { connect, type Socket } from 'node:net';
import { CONNECT_DEADLINE } from './port';
import { causeOf, NoAnswer } from './failure';

/** Bytes from a device, read in the order of a protocol; a device that says nothing does not stop who reads. */
export interface Channel {
  /**
   * Exactly so many bytes. `deadline` ms: without one it waits as long as the line stands.
   * @throws NoAnswer `hanging` past the deadline, `cut` when the line ends
   */
  read(bytes: number, deadline?: number): Promise<Buffer>;
  write(bytes: Uint8Array): void;
  /** Bytes received so far. */
  readonly received: number;
  readonly remoteAddress: string;
  close(): void;
  readonly closed: Promise<void>;
}

/** A device that sends more than is read is made to wait. Bytes */
const MOST_WAITING = 8 * 1024 * 1024;

/** @throws NoAnswer with the likely cause */
export async function openChannel(host: string, port: number, deadline = CONNECT_DEADLINE): Promise<Channel> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => fail(new NoAnswer('unreachable')), deadline);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new NoAnswer(causeOf(error)));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve();
    });
  });
  return channelOn(socket);
}

function channelOn(socket: Socket): Channel {
  let parts: Buffer[] = [];
  let held = 0;
  let received = 0;
  let ended = false;
  let waiting:
    { readonly bytes: number; resolve(bytes: Buffer): void; reject(error: Error): void } | undefined;
  let over: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    over = resolve;
  });

  function take(bytes: number): Buffer {
    const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    parts = whole.length > bytes ? [whole.subarray(bytes)] : [];
    held -= bytes;
    if (held < MOST_WAITING) socket.resume();
    return whole.subarray(0, bytes);
  }
  function serve(): void {
    if (!waiting) return;
    const { bytes, resolve, reject } = waiting;
    if (held >= bytes) {
      waiting = undefined;
      resolve(take(bytes));
    } else if (ended) {
      waiting = undefined;
      reject(new NoAnswer('cut'));
    }
  }
  socket.on('data', (part) => {
    parts.push(part);
    held += part.length;
    received += part.length;
    serve();
    if (held >= MOST_WAITING && !waiting) socket.pause();
  });
  const end = (): void => {
    ended = true;
    serve();
    over();
  };
  socket.on('error', () => socket.destroy());
  socket.on('close', end);
  socket.on('end', () => socket.destroy());

  return {
    read(bytes, deadline) {
      return new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined;
        waiting = {
          bytes,
          resolve(found) {
            clearTimeout(timer);
            resolve(found);
          },
          reject(error) {
            clearTimeout(timer);
            reject(error);
          },
        };
        if (deadline !== undefined)
          timer = setTimeout(() => {
            waiting = undefined;
            reject(new NoAnswer('hanging'));
          }, deadline);
        serve();
      });
    },
    write(bytes) {
      // Gone meanwhile: who reads learns it.
      if (!ended) socket.write(bytes);
    },
    get received() {
      return received;
    },
    remoteAddress: socket.remoteAddress ?? '',
    close() {
      socket.destroy();
    },
    closed,
  };
}
