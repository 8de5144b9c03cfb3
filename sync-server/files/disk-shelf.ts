import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAudience, type Audience } from '../../src/domain/audience';
import {
  ChunkList,
  chunkName,
  FileRefused,
  type FileShelf,
  type GivenFile,
  type TakenFile,
} from '../../src/exchange/files';

/** Whether a document names a file of an open audience. */
export type NamesFile = (audience: Audience, document: string | undefined, file: string) => Promise<boolean>;

const FILE = /^[0-9a-f]{64}$/;
/** How long an offer waits for a put of the same file to end, in milliseconds. */
const PUT_AWAY_MS = 5_000;
const FULL = ['ENOSPC', 'EDQUOT'];

/** Puts of this process, by folder, audience and list: a shelf is opened for each request. */
const putsUnderWay = new Map<string, Promise<void>>();
/** Lists whose chunks were all seen to be there, a file being looked for at each. The newest so many. */
const seenWhole = new Set<string>();
const SEEN_MAX = 2000;

function remember(key: string): void {
  seenWhole.add(key);
  for (const oldest of seenWhole) {
    if (seenWhole.size <= SEEN_MAX) return;
    seenWhole.delete(oldest);
  }
}

/**
 * Files of one school as somebody else keeps them, the commune or a relay: for each audience `lists/<file>`, `bodies/ab/cd…` by
 * chunk name, `parts/` of bodies on their way. Nothing is opened here. Audiences share nothing: naming a chunk of another
 * one gives nobody that chunk.
 */
export class DiskShelf implements FileShelf {
  readonly taker = {
    find: (audience: Audience, file: string, hash: string) => this.#find(audience, file, hash),
    take: (audience: Audience, file: string, hash: string) => this.#take(audience, file, hash),
    begin: (audience: Audience, list: ChunkList) => this.#begin(audience, list),
    renew: (audience: Audience, file: string) => this.#renew(audience, file),
  };

  constructor(
    private readonly folder: string,
    readonly names: NamesFile,
  ) {}

  async give(audience: Audience, file: string): Promise<GivenFile | undefined> {
    const list = await this.list(audience, file);
    if (!list) return undefined;
    const held = await this.#heldOf(audience, list);
    return {
      list,
      has: (position) => held[position] === true,
      read: (position) => readFile(this.#body(audience, list.name(position))).catch(absent),
    };
  }

  async list(audience: Audience, file: string): Promise<ChunkList | undefined> {
    const bytes = await readFile(this.#list(audience, file)).catch(absent);
    return bytes && ChunkList.read(bytes);
  }

  async #find(audience: Audience, file: string, hash: string): Promise<TakenFile | undefined> {
    // A line was cut and its sender is back before the last of what it sent has been put away.
    const coming = putsUnderWay.get(this.#key(audience, hash));
    if (coming)
      await Promise.race([coming, new Promise((resolve) => setTimeout(resolve, PUT_AWAY_MS).unref())]);
    return this.#open(audience, file, hash);
  }

  #key(audience: Audience, hash: string): string {
    return `${this.folder} ${audience} ${hash}`;
  }

  async #take(audience: Audience, file: string, hash: string): Promise<TakenFile | undefined> {
    const key = this.#key(audience, hash);
    let done = (): void => undefined;
    const coming = new Promise<void>((resolve) => (done = resolve));
    putsUnderWay.set(key, coming);
    const end = (): void => {
      if (putsUnderWay.get(key) === coming) putsUnderWay.delete(key);
      done();
    };
    const taken = await this.#open(audience, file, hash).catch((error: unknown) => {
      end();
      throw error;
    });
    if (!taken) end();
    return taken && { ...taken, pause: () => taken.pause().finally(end) };
  }

  async #open(audience: Audience, file: string, hash: string): Promise<TakenFile | undefined> {
    const list = await this.list(audience, file);
    if (!list) return undefined;
    const held = await this.#heldOf(audience, list);
    const whole = held.every((one) => one);
    // Held whole under another list: whoever offers has nothing to bring.
    if (list.hash !== hash) return whole ? nothingLacks : undefined;
    return this.#taken(audience, list, held);
  }

  async #begin(audience: Audience, list: ChunkList): Promise<TakenFile> {
    await this.#write(this.#list(audience, list.file), list.bytes);
    return this.#taken(audience, list, await this.#heldOf(audience, list));
  }

  async #renew(audience: Audience, file: string): Promise<void> {
    const now = Date.now() / 1000;
    await utimes(this.#list(audience, file), now, now).catch(absent);
  }

  #taken(audience: Audience, list: ChunkList, held: boolean[]): TakenFile {
    const names = new Map<string, number[]>();
    for (let at = 0; at < list.count; at++) {
      const name = list.name(at);
      const positions = names.get(name);
      if (positions) positions.push(at);
      else names.set(name, [at]);
    }
    /** Bodies under way in this request. */
    const parts = new Map<number, Buffer[]>();
    const partOf = async (position: number): Promise<Buffer[]> => {
      const known = parts.get(position);
      if (known) return known;
      const kept = await readFile(this.#part(audience, list, position)).catch(absent);
      const part = kept ? [kept] : [];
      parts.set(position, part);
      return part;
    };
    return {
      // A chunk that stands twice in a file is asked for once.
      lacking: () => [...names.values()].flatMap(([first = 0]) => (held[first] ? [] : [first])).sort(order),
      started: async (position) => size(await partOf(position)),
      take: async (position, offset, bytes) => {
        if (position >= list.count) throw new FileRefused('CHUNK_WRONG');
        if (held[position]) return 'whole';
        const part = await partOf(position);
        const start = size(part);
        const length = list.bodyLength(position);
        if (offset > start || offset + bytes.length > length) throw new FileRefused('CHUNK_WRONG');
        part.push(Buffer.from(bytes.subarray(start - offset)));
        if (size(part) < length) return 'part';
        parts.delete(position);
        await rm(this.#part(audience, list, position), { force: true });
        const body = Buffer.concat(part);
        const name = list.name(position);
        if (chunkName(body).toString('hex') !== name) throw new FileRefused('CHUNK_WRONG');
        await this.#write(this.#body(audience, name), body);
        for (const at of names.get(name) ?? []) held[at] = true;
        return 'whole';
      },
      pause: async () => {
        for (const [position, part] of parts)
          if (size(part) > 0) await this.#write(this.#part(audience, list, position), Buffer.concat(part));
      },
    };
  }

  async #heldOf(audience: Audience, list: ChunkList): Promise<boolean[]> {
    const key = this.#key(audience, list.hash);
    if (seenWhole.has(key)) return Array.from({ length: list.count }, () => true);
    const held: boolean[] = [];
    /** A list may name one chunk as often as it likes. */
    const looked = new Map<string, boolean>();
    for (let at = 0; at < list.count; at++) {
      const name = list.name(at);
      const isThere =
        looked.get(name) ??
        (await access(this.#body(audience, name)).then(
          () => true,
          () => false,
        ));
      looked.set(name, isThere);
      held.push(isThere);
    }
    if (held.every((one) => one)) remember(key);
    return held;
  }

  /**
   * Removes lists that nobody has renewed since, and the chunks that no list names. The wait is for postes that are away:
   * 120 days after the last holder offered it (docs/files.md). @returns bytes given back
   */
  async collect(before: number): Promise<number> {
    let freed = 0;
    seenWhole.clear();
    for (const audience of await names(this.folder)) {
      if (!parseAudience(audience)) continue;
      const kept = new Set<string>();
      for (const file of await names(join(this.folder, audience, 'lists'))) {
        const path = this.#list(audience, file);
        const list = await this.list(audience, file);
        if (list && (await stat(path)).mtimeMs >= before)
          for (let at = 0; at < list.count; at++) kept.add(list.name(at));
        else await rm(path, { force: true });
      }
      for (const place of ['bodies', 'parts'])
        for (const start of await names(join(this.folder, audience, place)))
          for (const rest of await names(join(this.folder, audience, place, start))) {
            const path = join(this.folder, audience, place, start, rest);
            const { size: bytes, mtimeMs } = await stat(path);
            if (mtimeMs >= before || (place === 'bodies' && kept.has(start + rest))) continue;
            await rm(path, { force: true });
            freed += bytes;
          }
    }
    return freed;
  }

  #in(audience: Audience, place: string): string {
    if (!parseAudience(audience)) throw new FileRefused('NOT_FOUND');
    return join(this.folder, audience, place);
  }

  #list(audience: Audience, file: string): string {
    if (!FILE.test(file)) throw new FileRefused('NOT_FOUND');
    return join(this.#in(audience, 'lists'), file);
  }

  #body(audience: Audience, name: string): string {
    return join(this.#in(audience, 'bodies'), name.slice(0, 2), name.slice(2));
  }

  #part(audience: Audience, list: ChunkList, position: number): string {
    const name = list.name(position);
    return join(this.#in(audience, 'parts'), name.slice(0, 2), name.slice(2));
  }

  /** Whole or not at all, also across a crash. */
  async #write(path: string, bytes: Buffer): Promise<void> {
    const draft = join(this.folder, `draft-${randomBytes(9).toString('hex')}`);
    try {
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(draft, bytes, { flag: 'wx', mode: 0o600, flush: true });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw roomError(error);
    }
  }
}

const order = (a: number, b: number): number => a - b;

const nothingLacks: TakenFile = {
  lacking: () => [],
  started: () => Promise.resolve(0),
  take: () => Promise.resolve('whole'),
  pause: () => Promise.resolve(),
};

const size = (part: readonly Buffer[]): number => part.reduce((sum, { length }) => sum + length, 0);

const names = async (folder: string): Promise<string[]> => (await readdir(folder).catch(absent)) ?? [];

function absent(error: unknown): undefined {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}

const roomError = (error: unknown): unknown =>
  FULL.includes((error as NodeJS.ErrnoException).code ?? '') ? new FileRefused('NO_ROOM') : error;
