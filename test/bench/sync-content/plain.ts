import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openLine } from '../../integration/files/line';

/** What there is without us: one HTTP server, and clients that resume with Range where they were cut. */
export async function plainDownloads(
  content: Buffer,
  clients: number,
  cuts: readonly number[],
): Promise<{ readonly lineBytes: number }> {
  const server = createServer((request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start });
    response.end(content.subarray(start));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line = await openLine((server.address() as AddressInfo).port);
  [line.budget = Infinity] = cuts;
  line.next.push(...cuts.slice(1), Infinity);
  const download = async (): Promise<void> => {
    const parts: Buffer[] = [];
    let size = 0;
    while (size < content.length) {
      const headers = size > 0 ? { range: `bytes=${size}-` } : {};
      await new Promise<void>((resolve) => {
        get({ host: '127.0.0.1', port: line.port, agent: false, headers }, (response) => {
          response.on('data', (chunk: Buffer) => {
            parts.push(chunk);
            size += chunk.length;
          });
          response.once('close', resolve);
          response.once('error', () => resolve());
        }).once('error', () => resolve());
      });
    }
    if (!Buffer.concat(parts).equals(content)) throw new Error('a plain download is not the file');
  };
  await Promise.all(Array.from({ length: clients }, download));
  await line.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { lineBytes: line.up + line.down };
}
