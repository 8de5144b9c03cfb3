import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A line between two sockets: what goes in comes out, no faster than it is read there, until `budget` of bytes have passed; then
 * both ends are closed once the last of them has arrived. Bytes are counted at the sockets, both ways.
 */
export interface Line {
  readonly port: number;
  /** Bytes that still pass; Infinity for fair weather. */
  budget: number;
  /** After each cut, the next budget; the line stays cut where there is none. */
  readonly next: number[];
  up: number;
  down: number;
  /** Connections and cuts so far. */
  connections: number;
  cuts: number;
  close(): Promise<void>;
}

export async function openLine(target: number): Promise<Line> {
  const sockets = new Set<Socket>();
  const line: Line = {
    port: 0,
    budget: Infinity,
    next: [],
    up: 0,
    down: 0,
    connections: 0,
    cuts: 0,
    close: () => Promise.resolve(),
  };
  const server = createServer((near) => {
    line.connections += 1;
    const far = connect(target, '127.0.0.1');
    let cut = false;
    const pass = (from: Socket, to: Socket, way: 'up' | 'down'): void => {
      sockets.add(from);
      from.on('close', () => {
        sockets.delete(from);
        if (!cut) to.destroy();
      });
      from.on('error', () => to.destroy());
      from.on('end', () => to.end());
      from.on('data', (chunk: Buffer) => {
        if (cut) return;
        const allowed = chunk.subarray(0, Math.max(0, Math.min(chunk.length, line.budget)));
        line.budget -= chunk.length;
        line[way] += allowed.length;
        if (allowed.length === chunk.length) {
          if (!to.write(chunk)) {
            from.pause();
            to.once('drain', () => from.resume());
          }
          return;
        }
        cut = true;
        line.cuts += 1;
        line.budget = line.next.shift() ?? line.budget;
        to.end(allowed);
        from.destroy();
        to.resume();
        // The whole line falls, with every connection on it.
        for (const socket of sockets) if (socket !== to) socket.destroySoon();
      });
    };
    pass(near, far, 'up');
    pass(far, near, 'down');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(line, {
    port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
