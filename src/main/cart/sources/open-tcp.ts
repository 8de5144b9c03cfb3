/** A hub behind a serial-to-network adapter, or the demonstration's simulated hub. */
import { connect } from 'node:net';
import { endOnce } from './byte-stream';
import type { ByteStream, OpenStream } from './byte-stream';

/** A cable that leads nowhere must not hold the driver: TCP itself would wait two minutes. */
export const TCP_CONNECT_TIMEOUT_MS = 5_000;

/** @param host the caller has checked that it is a loopback or private address */
export const openTcp =
  (host: string, port: number): OpenStream =>
  () =>
    new Promise<ByteStream>((resolve, reject) => {
      const closing = endOnce();
      const socket = connect({ host, port, noDelay: true, keepAlive: true, timeout: TCP_CONNECT_TIMEOUT_MS });
      socket.once('timeout', () => {
        socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        closing.end(error.code ?? 'error');
        reject(error);
      });
      socket.once('close', () => {
        closing.end('closed');
      });
      socket.once('connect', () => {
        // Only the connection is timed here: silence afterwards is the session's business.
        socket.setTimeout(0);
        resolve({
          write: (bytes) => {
            if (socket.writable) socket.write(bytes);
          },
          onData: (listen) => {
            socket.on('data', listen);
          },
          onClose: (listen) => {
            closing.onClose(listen);
          },
          close: () => {
            socket.destroy();
          },
        });
      });
    });
