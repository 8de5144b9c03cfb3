import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

/** A body that is larger than its request may have. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** The body as it arrives, decompressed as far as it came. @throws BodyTooLarge past `limit` decompressed bytes */
export async function* bodyChunks(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding'];
  let source: AsyncIterable<Buffer> = request;
  if (encoding === 'br') {
    const brotli = createBrotliDecompress();
    // A cut shows as an error of the iteration below; the pipeline's own promise has nothing to add.
    pipeline(request, brotli).catch(() => undefined);
    source = brotli;
  }
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > limit) throw new BodyTooLarge();
    yield chunk;
  }
}

export async function wholeBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bodyChunks(request, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
