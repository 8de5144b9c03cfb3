/** The simulated hub on a loopback TCP port: what the demonstration's cart is configured with. */
import { createServer } from 'node:net';
import { HubTerminal } from './terminal';
import type { Socket } from 'node:net';
import type { HubTimers, SimulatedHub } from './hub';

export interface HubServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Pulls every cable without stopping the server: connections are refused no more than a moment. */
  drop(): void;
  close(): Promise<void>;
}

/** @param port 0 for any free port; a fixed one to put the hub back where it was */
export function serveHub(hub: SimulatedHub, timers: HubTimers, port = 0): Promise<HubServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const terminal = new HubTerminal(hub, timers, (bytes) => {
      if (socket.writable) socket.write(bytes);
    });
    socket.on('data', (bytes) => {
      terminal.receive(bytes);
    });
    // A cable pulled in the middle of a write is an error here and the normal case.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      terminal.close();
    });
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') {
        reject(new Error('no port'));
        return;
      }
      resolve({
        host: '127.0.0.1',
        port: address.port,
        drop,
        close: () =>
          new Promise((closed) => {
            drop();
            server.close(() => {
              closed();
            });
          }),
      });
    });
  });
}
