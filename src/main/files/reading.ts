import { open } from 'node:fs/promises';
import { PreauError } from '../../domain/errors';
import { chunkName, unpackChunk } from '../../exchange/files';
import type { Container } from './container';
import type { Containers } from './containers';
import type { FootChunk } from './foot';
import { FramesBroken, readFoot, readFrames } from './frames';

/** A container and those it leans on, open while they are read and kept from being collected. */
export class ChunkReader {
  readonly #others = new Map<string, { container: Container; offsets: Map<string, number> }>();

  private constructor(
    private readonly containers: Containers,
    private readonly container: Container,
    private readonly release: () => void,
  ) {}

  /** @returns undefined for a file of the former layout @throws PreauError `NOT_FOUND`; FramesBroken */
  static async open(containers: Containers, sha256: string): Promise<ChunkReader | undefined> {
    const name = containers.fileName(sha256);
    const container = await containers.open(name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new PreauError('NOT_FOUND', { kind: 'file' });
      throw error;
    });
    if (!container) return undefined;
    if (container.foot.sha256 !== sha256) {
      await container.close();
      throw new FramesBroken('another file');
    }
    return new ChunkReader(containers, container, containers.pin([name, ...container.foot.others]));
  }

  get size(): number {
    return this.container.foot.size;
  }

  get chunks(): readonly FootChunk[] {
    return this.container.foot.chunks;
  }

  /** The packed chunk at a position. @throws FramesBroken */
  async packed(position: number): Promise<Buffer> {
    const chunk = this.chunks[position];
    if (!chunk) throw new FramesBroken('no such chunk');
    const packed =
      'offset' in chunk.at
        ? await this.container.read(chunk.at.offset)
        : await this.#elsewhere(chunk.at.other, chunk.name);
    if (!chunkName(packed).equals(chunk.name)) throw new FramesBroken('another chunk');
    return packed;
  }

  async #elsewhere(other: number, name: Buffer): Promise<Buffer> {
    const expected = this.container.foot.others[other] ?? '';
    const there = await this.#recordIn(expected, name);
    // It may have been stored anew since, in another container.
    const holder = there ? undefined : (await this.containers.index()).holderOf(name);
    const packed = there ?? (holder === undefined ? undefined : await this.#recordIn(holder, name));
    if (!packed) throw new FramesBroken('a chunk this file leans on is gone');
    return packed;
  }

  async #recordIn(holder: string, name: Buffer): Promise<Buffer | undefined> {
    let found = this.#others.get(holder);
    if (!found) {
      const container = await this.containers.tryOpen(holder);
      if (!container) return undefined;
      const offsets = new Map<string, number>();
      for (const chunk of container.foot.chunks)
        if ('offset' in chunk.at) offsets.set(chunk.name.toString('latin1'), chunk.at.offset);
      found = { container, offsets };
      this.#others.set(holder, found);
    }
    const offset = found.offsets.get(name.toString('latin1'));
    if (offset === undefined) return undefined;
    try {
      return await found.container.read(offset);
    } catch (error) {
      if (error instanceof FramesBroken) await this.containers.sawDamaged(holder);
      throw error;
    }
  }

  /** Content from `start` to `end` (excluded). @throws FramesBroken */
  async *content(start: number, end: number): AsyncGenerator<Buffer> {
    let first = 0;
    for (const [position, { length }] of this.chunks.entries()) {
      const last = first + length;
      if (first >= end) return;
      if (last > start) {
        const bytes = unpackChunk(await this.packed(position));
        if (bytes?.length !== length) throw new FramesBroken('a chunk of another length');
        yield bytes.subarray(Math.max(0, start - first), Math.min(length, end - first));
      }
      first = last;
    }
  }

  async close(): Promise<void> {
    this.release();
    for (const { container } of this.#others.values()) await container.close();
    this.#others.clear();
    await this.container.close();
  }
}

/** What is read of a file, and what to do when nobody reads on. */
export interface OpenContent {
  readonly content: AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Content of a stored file of either layout, from `start` to `end` (excluded). @throws PreauError `NOT_FOUND`; FramesBroken */
export async function openContent(
  containers: Containers,
  sha256: string,
  rangeOf: (size: number) => { readonly start: number; readonly end: number },
): Promise<OpenContent> {
  const reader = await ChunkReader.open(containers, sha256);
  if (reader) {
    const { start, end } = rangeOf(reader.size);
    return { content: reader.content(start, end), close: () => reader.close() };
  }
  const key = containers.sealingKey();
  const handle = await open(containers.pathOf(containers.fileName(sha256)), 'r');
  try {
    const foot = await readFoot(handle, key, sha256);
    const { start, end } = rangeOf(foot.size);
    return { content: readFrames(handle, key, foot, start, end), close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
