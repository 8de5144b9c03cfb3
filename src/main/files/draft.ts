import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { chunkName } from '../../exchange/files';
import type { ChunkIndex } from './chunk-index';
import { ContainerWriter } from './container';
import type { Containers } from './containers';
import type { FootChunk } from './foot';
import type { StoredFile } from './port';

/** A container in the making: chunks in the order of the file; what the store has already is named, not written again. */
export class Draft {
  readonly #chunks: FootChunk[] = [];
  readonly #others: string[] = [];
  /** Names of the records of each container that was looked at. */
  readonly #holders = new Map<string, ReadonlySet<string>>();
  readonly #own = new Map<string, FootChunk['at']>();
  readonly #release: (() => void)[] = [];

  private constructor(
    private readonly containers: Containers,
    private readonly index: Pick<ChunkIndex, 'holderOf'>,
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly writer: ContainerWriter,
  ) {}

  /** @param index of what may be leant on */
  static async start(containers: Containers, index: Pick<ChunkIndex, 'holderOf'>): Promise<Draft> {
    const path = containers.draftPath();
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'wx+', 0o600);
    try {
      const writer = await ContainerWriter.start(handle, containers.sealingKey());
      return new Draft(containers, index, path, handle, writer);
    } catch (error) {
      await handle.close();
      await rm(path, { force: true });
      throw error;
    }
  }

  /** @param length bytes of content */
  async add(packed: Buffer, length: number): Promise<void> {
    const name = chunkName(packed);
    const key = name.toString('latin1');
    let at = this.#own.get(key);
    if (!at) {
      at =
        (await this.#elsewhere(name)) ??
        ({ offset: await this.writer.append(this.#chunks.length, packed) } as const);
      this.#own.set(key, at);
    }
    this.#chunks.push({ name, length, at });
  }

  async #elsewhere(name: Buffer): Promise<FootChunk['at'] | undefined> {
    const holder = this.index.holderOf(name);
    if (holder === undefined) return undefined;
    const names = this.#holders.get(holder) ?? (await this.#look(holder));
    return names.has(name.toString('latin1')) ? this.#leanOn(holder) : undefined;
  }

  /** Pinned first, looked at then: it may have been collected since the index was asked. */
  async #look(holder: string): Promise<ReadonlySet<string>> {
    this.#release.push(this.containers.pin([holder]));
    const container = await this.containers.tryOpen(holder);
    const own = container?.foot.chunks.filter(({ at }) => 'offset' in at) ?? [];
    await container?.close();
    const names = new Set(own.map(({ name }) => name.toString('latin1')));
    this.#holders.set(holder, names);
    return names;
  }

  #leanOn(holder: string): FootChunk['at'] {
    const known = this.#others.indexOf(holder);
    return { other: known < 0 ? this.#others.push(holder) - 1 : known };
  }

  async finish(file: StoredFile): Promise<void> {
    await this.writer.finish({ ...file, others: this.#others, chunks: this.#chunks });
  }

  /** Lets go of what it leant on, and of the file on the disk where it was not given a name. */
  async close(): Promise<void> {
    for (const release of this.#release.splice(0)) release();
    await this.handle.close().catch(() => undefined);
    await rm(this.path, { force: true });
  }
}
