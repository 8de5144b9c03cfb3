import { connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';

/** Where requests go behind the TLS: a port of the same namespace, or a Unix socket that leads out of it. */
export type Behind = { readonly port: number } | { readonly path: string };

export interface Front {
  readonly port: number;
  /** Bytes of HTTP, heads and bodies, since the start. */
  readonly http: { up: number; down: number; connections: number };
  close(): void;
}

/** One TLS for both sides of the comparison, as a reverse proxy has it; it counts what is inside. */
export async function tlsFront(tls: { cert: string; key: string }, behind: Behind): Promise<Front> {
  const http = { up: 0, down: 0, connections: 0 };
  const sockets = new Set<Socket>();
  const server = createServer({ cert: tls.cert, key: tls.key }, (near) => {
    http.connections += 1;
    const far = connect(behind);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    near.on('data', (bytes: Buffer) => (http.up += bytes.length));
    far.on('data', (bytes: Buffer) => (http.down += bytes.length));
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    http,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
