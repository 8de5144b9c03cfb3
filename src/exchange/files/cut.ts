import { createChunker, finalize, nextBlock } from '@huggingface/xetchunk-wasm';
import { CHUNK_TARGET_BYTES } from './limits';

/** Content is handed to the cutter in blocks of so many bytes at the most: what is held does not depend on the source. */
const BLOCK_BYTES = 1024 * 1024;

/**
 * Cuts content where the content says so (gear hash, 64 KiB aimed at, 8 to 128 KiB): after an insertion the cuts are soon the
 * same again. Where the source's pieces end does not matter. Holds about a block.
 */
export async function* cutChunks(content: AsyncIterable<Uint8Array | string>): AsyncGenerator<Buffer> {
  const cutter = createChunker(CHUNK_TARGET_BYTES);
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of content) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    for (let from = 0; from < bytes.length; from += BLOCK_BYTES) {
      const block = bytes.subarray(from, from + BLOCK_BYTES);
      held = held.length === 0 ? Buffer.from(block) : Buffer.concat([held, block]);
      let start = 0;
      for (const { length } of nextBlock(cutter, block)) {
        yield held.subarray(start, start + length);
        start += length;
      }
      held = held.subarray(start);
    }
  }
  if (finalize(cutter)) yield held;
}
