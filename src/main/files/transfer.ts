import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Audience } from '../../domain/audience';
import { writeAtomically } from '../../store/atomic-file';
import { seal, SealBroken, unseal } from '../../store/seal';
import { storageError } from '../../store/storage-errors';
import {
  bodyOf,
  ChunkList,
  chunkName,
  FileRefused,
  packedOf,
  unpackChunk,
  type FileKeys,
  type GivenFile,
  type TakenFile,
} from '../../exchange/files';
import { ContainerWriter, type RecordOffset } from './container';
import type { Containers } from './containers';
import { Draft } from './draft';
import { ChunkReader } from './reading';
import type { Shares } from './shares';

/** What is being fetched, and for whom. */
export interface Wanted {
  readonly audience: Audience;
  readonly sha256: string;
  /** Bytes, as the document says. */
  readonly size: number;
}

/** A chunk that stands in another file of the same audience: an earlier version, most often. */
interface Elsewhere {
  readonly sha256: string;
  readonly position: number;
}

/**
 * A file on its way in: its list, what came so far as records of a container without a foot, and the started bodies. All of it is
 * found again after a kill; a kill costs the body that was under way, a cut of the line nothing.
 */
export class Transfer implements TakenFile, GivenFile {
  readonly #held = new Map<number, RecordOffset>();
  readonly #parts = new Map<number, Buffer[]>();
  readonly #first: readonly number[];
  #readers = new Map<string, ChunkReader>();

  private constructor(
    private readonly containers: Containers,
    private readonly path: string,
    private readonly wanted: Wanted,
    readonly list: ChunkList,
    private readonly keys: FileKeys | undefined,
    private readonly handle: FileHandle,
    private writer: ContainerWriter,
    private readonly elsewhere: Map<number, Elsewhere>,
  ) {
    const firsts = new Map<string, number>();
    this.#first = Array.from({ length: list.count }, (_, at) => {
      const name = list.name(at);
      const first = firsts.get(name) ?? at;
      firsts.set(name, first);
      return first;
    });
  }

  static pathOf(containers: Containers, { audience, sha256 }: Wanted): string {
    return join(containers.folder, 'transfers', containers.nameOf('transfer', `${audience} ${sha256}`));
  }

  /** The list of a transfer that was begun. */
  static async listOf(containers: Containers, wanted: Wanted): Promise<ChunkList | undefined> {
    const path = `${Transfer.pathOf(containers, wanted)}.list`;
    try {
      return ChunkList.read(unseal(containers.sealingKey(), await readFile(path), LIST_PLACE));
    } catch (error) {
      if (error instanceof SealBroken || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * Begins under a list, or goes on.
   * @throws FileRefused `LIST_WRONG` where the list is not one of that file @throws PreauError `DISK_FULL`
   */
  static async open(
    containers: Containers,
    shares: Shares,
    wanted: Wanted,
    list: ChunkList,
    keys: FileKeys | undefined,
  ): Promise<Transfer> {
    if (list.size !== wanted.size || list.keyId !== (keys?.keyId ?? null))
      throw new FileRefused('LIST_WRONG');
    const path = Transfer.pathOf(containers, wanted);
    try {
      const known = await Transfer.listOf(containers, wanted);
      if (known?.hash !== list.hash) {
        await mkdir(dirname(path), { recursive: true });
        await rm(path, { force: true });
        await writeAtomically(`${path}.list`, seal(containers.sealingKey(), list.bytes, LIST_PLACE));
      }
      const handle = await open(path, 'a+', 0o600).then(async (made) => {
        await made.close();
        return open(path, 'r+');
      });
      const key = containers.sealingKey();
      const held: [number, RecordOffset][] = [];
      const resumed = await ContainerWriter.resume(handle, key, (position, packed, offset) => {
        if (position < list.count && hasName(list, position, bodyOf(packed, keys)))
          held.push([position, offset]);
      });
      const writer = resumed ?? (await ContainerWriter.start(handle, key));
      const elsewhere = await inOtherFiles(shares, wanted, list);
      const transfer = new Transfer(containers, path, wanted, list, keys, handle, writer, elsewhere);
      for (const [position, offset] of held) transfer.#held.set(position, offset);
      await transfer.#findParts();
      return transfer;
    } catch (error) {
      throw storageError(error);
    }
  }

  has(position: number): boolean {
    const first = this.#first[position] ?? -1;
    return this.#held.has(first) || this.elsewhere.has(first);
  }

  lacking(): readonly number[] {
    return this.#first.filter((first, at) => first === at && !this.has(at));
  }

  started(position: number): Promise<number> {
    return Promise.resolve(size(this.#parts.get(position) ?? []));
  }

  /** The first of these whose body is here in part. */
  startedAt(positions: readonly number[]): { readonly position: number; readonly bytes: number } | undefined {
    const wanted = new Set(positions);
    for (const [position, part] of this.#parts)
      if (wanted.has(position) && size(part) > 0) return { position, bytes: size(part) };
    return undefined;
  }

  async take(position: number, offset: number, bytes: Buffer): Promise<'part' | 'whole'> {
    if (position >= this.list.count) throw new FileRefused('CHUNK_WRONG');
    if (this.has(position)) return 'whole';
    const part = this.#part(position);
    const start = size(part);
    const length = this.list.bodyLength(position);
    if (offset > start || offset + bytes.length > length) throw new FileRefused('CHUNK_WRONG');
    part.push(Buffer.from(bytes.subarray(start - offset)));
    if (size(part) < length) return 'part';
    this.#parts.delete(position);
    await rm(this.#partPath(position), { force: true });
    const body = Buffer.concat(part);
    if (!hasName(this.list, position, body)) throw new FileRefused('CHUNK_WRONG');
    const packed = packedOf(body, this.keys);
    // The name is right and the content is not: whoever made the list lied.
    if (!packed || unpackChunk(packed)?.length !== this.list.length(position))
      throw new FileRefused('LIST_WRONG');
    try {
      this.#held.set(position, await this.writer.append(position, packed));
    } catch (error) {
      throw storageError(error);
    }
    return 'whole';
  }

  async read(position: number): Promise<Buffer | undefined> {
    return bodyOf(await this.#packed(position), this.keys);
  }

  async #packed(position: number): Promise<Buffer> {
    const first = this.#first[position] ?? position;
    const offset = this.#held.get(first);
    if (offset !== undefined) return this.writer.read(offset);
    const there = this.elsewhere.get(first);
    if (!there) throw new FileRefused('NOT_FOUND');
    try {
      let reader = this.#readers.get(there.sha256);
      reader ??= await ChunkReader.open(this.containers, there.sha256);
      if (!reader) throw new FileRefused('NOT_FOUND');
      this.#readers.set(there.sha256, reader);
      return await reader.packed(there.position);
    } catch {
      // That file has gone or is damaged: the chunk is lacking after all, and is fetched.
      this.elsewhere.delete(first);
      throw new FileRefused('NOT_FOUND');
    }
  }

  /** Everything that came is on the disk, started bodies too. */
  async pause(): Promise<void> {
    try {
      await this.writer.sync();
      for (const [position, part] of this.#parts)
        if (size(part) > 0)
          await writeAtomically(
            this.#partPath(position),
            seal(this.containers.sealingKey(), Buffer.concat(part), partPlace(this.list, position)),
          );
    } catch (error) {
      throw storageError(error);
    }
  }

  #part(position: number): Buffer[] {
    const part = this.#parts.get(position) ?? [];
    this.#parts.set(position, part);
    return part;
  }

  /** Bodies that a cut left started, from an earlier run. */
  async #findParts(): Promise<void> {
    const start = `${basename(this.path)}.`;
    for (const name of await readdir(dirname(this.path))) {
      const position = Number(name.startsWith(start) ? name.slice(start.length) : NaN);
      if (!Number.isInteger(position) || position >= this.list.count) continue;
      try {
        const sealed = await readFile(this.#partPath(position));
        this.#parts.set(position, [
          unseal(this.containers.sealingKey(), sealed, partPlace(this.list, position)),
        ]);
      } catch (error) {
        if (!(error instanceof SealBroken)) throw error;
        await rm(this.#partPath(position), { force: true });
      }
    }
  }

  #partPath(position: number): string {
    return `${this.path}.${position}`;
  }

  /**
   * The whole file joins the store.
   * @throws FileRefused `LIST_WRONG` where its hash is another: the transfer is gone, and its list's giver to blame
   */
  async finish(shares: Shares): Promise<void> {
    const draft = await Draft.start(this.containers, await this.containers.index()).catch(
      (error: unknown) => {
        throw storageError(error);
      },
    );
    const { sha256, size: length, audience } = this.wanted;
    try {
      const hash = createHash('sha256');
      for (let at = 0; at < this.list.count; at++) {
        const packed = await this.#packed(at);
        const content = unpackChunk(packed);
        if (content) hash.update(content);
        await draft.add(packed, this.list.length(at));
      }
      if (hash.digest('hex') !== sha256) {
        await this.drop();
        throw new FileRefused('LIST_WRONG');
      }
      await draft.finish({ sha256, size: length });
      await this.containers.commit(draft.path, this.containers.fileName(sha256));
      await shares.keep(audience, { sha256, list: this.list });
    } catch (error) {
      throw storageError(error);
    } finally {
      await draft.close();
    }
    await this.drop();
  }

  async drop(): Promise<void> {
    await this.close();
    await rm(this.path, { force: true });
    await rm(`${this.path}.list`, { force: true });
    for (const position of this.#parts.keys()) await rm(this.#partPath(position), { force: true });
  }

  async close(): Promise<void> {
    for (const reader of this.#readers.values()) await reader.close();
    this.#readers = new Map();
    await this.handle.close();
  }
}

const LIST_PLACE = Buffer.from('preau/transfer list/1');
const partPlace = (list: ChunkList, position: number): Buffer =>
  Buffer.from(`preau/transfer part/1|${list.name(position)}`);
const size = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);
const hasName = (list: ChunkList, position: number, body: Buffer): boolean =>
  chunkName(body).toString('hex') === list.name(position);

/** Chunks of a list that other files of the audience have: those of an earlier version. */
async function inOtherFiles(shares: Shares, { audience, sha256 }: Wanted, list: ChunkList) {
  // A chunk that stands twice in a file is looked for once, at its first place.
  const wanted = new Map<string, number>();
  for (let at = list.count - 1; at >= 0; at--) wanted.set(list.name(at), at);
  const found = new Map<number, Elsewhere>();
  for await (const other of shares.ofAudience(audience)) {
    if (other.sha256 === sha256 || other.list.keyId !== list.keyId) continue;
    for (let at = 0; at < other.list.count; at++) {
      const position = wanted.get(other.list.name(at));
      if (position !== undefined) found.set(position, { sha256: other.sha256, position: at });
    }
  }
  return found;
}
