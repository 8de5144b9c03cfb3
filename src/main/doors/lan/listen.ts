import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { AddressBook } from './limits';

/** Listens on the preferred port, or on any free one when another program holds it. @returns the port */
export async function listen(server: HttpServer, host: string, port: number): Promise<number> {
  const attempt = (wanted: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(error);
      server.once('error', failed);
      server.listen({ host, port: wanted }, () => {
        server.off('error', failed);
        resolve((server.address() as AddressInfo).port);
      });
    });
  try {
    return await attempt(port);
  } catch (error) {
    if (port === 0 || !isTaken(error)) throw error;
    return attempt(0);
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');

/** Time-outs and counts that every server of the door shares; `open` lets `close` end what still talks. */
export function protect(server: HttpServer, book: AddressBook, open: Set<Socket>): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 120_000;
  server.keepAliveTimeout = 5_000;
  server.maxHeadersCount = 60;
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (!book.enter(address)) return void socket.destroy();
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      book.leave(address);
    });
    // A peer that resets its line is not an event worth a crash.
    socket.on('error', () => undefined);
  });
  server.on('clientError', (_error, socket) => {
    if (!socket.writable) return void socket.destroy();
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
}
