import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A line that is cut: passes bytes both ways and, once `budget` of them have gone through, resets both ends. What is
 * in flight is lost, as on a real line.
 */
export interface CuttingProxy {
  readonly port: number;
  /** Bytes that still pass, both ways together; Infinity for fair weather. */
  budget: number;
  /** Bytes that went through since the last look. */
  passed: number;
  close(): Promise<void>;
}

export async function cuttingProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const proxy = { port: 0, budget: Infinity, passed: 0, close: () => Promise.resolve() };
  const server = createServer((near) => {
    const far = connect(target);
    const both = [near, far];
    for (const socket of both) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => both.forEach((one) => one.destroy()));
    }
    const pass = (to: Socket) => (chunk: Buffer) => {
      const allowed = chunk.subarray(0, Math.max(0, Math.min(chunk.length, proxy.budget)));
      proxy.budget -= chunk.length;
      proxy.passed += allowed.length;
      if (allowed.length > 0) to.write(allowed);
      if (allowed.length < chunk.length) both.forEach((one) => one.destroy());
    };
    near.on('data', pass(far));
    far.on('data', pass(near));
    near.on('end', () => far.end());
    far.on('end', () => near.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.port = (server.address() as AddressInfo).port;
  proxy.close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return proxy;
}
