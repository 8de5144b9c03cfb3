import { readdir, readFile, rm, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Audience } from '../../domain/audience';
import { writeAtomically } from '../../store/atomic-file';
import { seal, SealBroken, unseal } from '../../store/seal';
import {
  bodyOf,
  ChunkList,
  chunkName,
  fileIdOf,
  Incoming,
  LIST_MAX_BYTES,
  writeHead,
  type ListEntry,
} from '../../exchange/files';
import type { Containers } from './containers';
import type { FileStore } from './port';
import { ChunkReader } from './reading';
import type { FileKeysOf } from './share-keys';

/** A file of this store as an audience knows it: the list under which its chunks travel there. */
export interface Share {
  readonly sha256: string;
  readonly list: ChunkList;
}

const headSchema = v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });

/**
 * Which audiences may have which file from this poste. A file is given in an audience only after it was made there, by a
 * person on this computer, or came through it: who knows a hash, and writes it into a document of their own, gets nothing.
 */
export class Shares {
  readonly #folder: string;

  constructor(
    private readonly containers: Containers,
    private readonly keysOf: FileKeysOf,
  ) {
    this.#folder = join(containers.folder, 'shares');
  }

  #audienceFolder(audience: Audience): string {
    return join(this.#folder, this.containers.nameOf('audience', audience).slice(0, 32));
  }

  #pathOf(audience: Audience, file: string): string {
    return join(this.#audienceFolder(audience), this.containers.nameOf('share', `${audience} ${file}`));
  }

  #place(audience: Audience): Buffer {
    return Buffer.from(`preau/share/1|${audience}`);
  }

  async find(audience: Audience, file: string): Promise<Share | undefined> {
    const share = await this.#read(audience, this.#pathOf(audience, file));
    return share?.list.file === file ? share : undefined;
  }

  /** Under any key that is held. */
  async findBySha(audience: Audience, sha256: string): Promise<Share | undefined> {
    for (const keys of this.keysOf(audience)) {
      const share = await this.find(audience, fileIdOf(sha256, keys));
      if (share) return share;
    }
    return undefined;
  }

  async *ofAudience(audience: Audience): AsyncGenerator<Share> {
    const folder = this.#audienceFolder(audience);
    for (const name of await readdir(folder).catch(() => [])) {
      const share = await this.#read(audience, join(folder, name));
      if (share) yield share;
    }
  }

  async #read(audience: Audience, path: string): Promise<Share | undefined> {
    try {
      const key = this.containers.sealingKey();
      const incoming = new Incoming(once(unseal(key, await readFile(path), this.#place(audience))));
      const head = v.safeParse(headSchema, await incoming.head());
      const list = ChunkList.read(await incoming.rest(LIST_MAX_BYTES));
      return head.success && list ? { sha256: head.output.sha256, list } : undefined;
    } catch (error) {
      // A damaged one is made again by whoever shares the file.
      if (error instanceof SealBroken || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async keep(audience: Audience, share: Share): Promise<void> {
    const key = this.containers.sealingKey();
    const path = this.#pathOf(audience, share.list.file);
    await mkdir(join(path, '..'), { recursive: true });
    const bytes = Buffer.concat([writeHead({ sha256: share.sha256 }), share.list.bytes]);
    await writeAtomically(path, seal(key, bytes, this.#place(audience)));
  }

  /**
   * A file that somebody here put into that audience. @returns undefined where the audience is closed, or the file not here
   * @throws FramesBroken; PreauError `DISK_FULL`
   */
  async make(audience: Audience, sha256: string, store: FileStore): Promise<Share | undefined> {
    const known = await this.findBySha(audience, sha256);
    const open = this.keysOf(audience);
    if (known || open.length === 0 || !(await store.has(sha256))) return known;
    const [keys] = open;
    let reader = await ChunkReader.open(this.containers, sha256);
    // One of the former layout is cut now.
    if (!reader) await store.store(await store.openRead(sha256));
    reader ??= await ChunkReader.open(this.containers, sha256);
    if (!reader) return undefined;
    try {
      const entries: ListEntry[] = [];
      for (const [position, { length }] of reader.chunks.entries()) {
        const body = bodyOf(await reader.packed(position), keys);
        entries.push({ name: chunkName(body), length, body: body.length });
      }
      const list = ChunkList.of(fileIdOf(sha256, keys), keys?.keyId ?? null, entries);
      await this.keep(audience, { sha256, list });
      return { sha256, list };
    } finally {
      await reader.close();
    }
  }

  /** Forgets what is said of files that are gone. */
  async collect(audiences: Iterable<Audience>, store: FileStore): Promise<void> {
    for (const audience of audiences)
      for await (const { sha256, list } of this.ofAudience(audience))
        if (!(await store.has(sha256))) await rm(this.#pathOf(audience, list.file), { force: true });
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
