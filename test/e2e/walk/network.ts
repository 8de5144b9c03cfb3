import { createServer, type AddressInfo } from 'node:net';

/** The school's network played on this computer: any free port, nothing announced. */
export const REHEARSAL = JSON.stringify({ secure: 0, plain: 0 });

/**
 * Ports that were free a moment ago. A browser's storage belongs to one origin, so a poste that is started again must
 * find its own ports; each test process takes others.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
