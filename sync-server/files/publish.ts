import { createHash } from 'node:crypto';
import type { Audience } from '../../src/domain/audience';
import { ChunkList, chunkName, cutChunks, packChunk, type ListEntry } from '../../src/exchange/files';
import type { DiskShelf } from './disk-shelf';

/**
 * The commune puts a file of its own into an open audience (a pack of the catalogue). Takes the content twice: its name stands in
 * front of what it is made of. @returns what a document has to name
 */
export async function publishFile(
  shelf: DiskShelf,
  audience: Audience,
  content: () => AsyncIterable<Uint8Array>,
): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash('sha256');
  const entries: ListEntry[] = [];
  for await (const chunk of cutChunks(content())) {
    hash.update(chunk);
    const body = packChunk(chunk);
    entries.push({ name: chunkName(body), length: chunk.length, body: body.length });
  }
  const sha256 = hash.digest('hex');
  const list = ChunkList.of(sha256, null, entries);
  const taken =
    (await shelf.taker.find(audience, sha256, list.hash)) ?? (await shelf.taker.begin(audience, list));
  const lacking = new Set(taken.lacking());
  let position = 0;
  if (lacking.size > 0)
    for await (const chunk of cutChunks(content())) {
      if (lacking.has(position)) await taken.take(position, 0, packChunk(chunk));
      position += 1;
    }
  return { sha256, size: list.size };
}
