import type { KeyObject } from 'node:crypto';
import { mkdir, open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseAudience, type Audience } from '../../domain/audience';
import { idSchema, sequenceSchema, type Head, type Parcel, type ParcelShelf } from '../../exchange';
import { seal, SealBroken, unseal } from '../../store/seal';
import { storageError } from '../../store/storage-errors';

/**
 * The parcels a poste holds, its own and those it carries: one append-only file an audience, each record flushed to
 * the disk before `keep` resolves. What names a parcel (opaque ids, numbers, a hash) is readable; the parcel itself is
 * sealed, because those of open audiences hold names.
 *
 *     u32 meta length · meta (JSON) · u32 sealed length · sealed bytes
 */
const metaSchema = v.variant('k', [
  v.strictObject({
    k: v.literal('p'),
    origin: idSchema('poste'),
    from: sequenceSchema,
    to: sequenceSchema,
    hash: v.string(),
    applied: v.boolean(),
  }),
  /** The origin's parcels up to there have been opened since. */
  v.strictObject({ k: v.literal('a'), origin: idSchema('poste'), to: sequenceSchema }),
]);
type Meta = v.InferOutput<typeof metaSchema>;

interface Kept {
  readonly from: number;
  readonly to: number;
  readonly hash: string;
  readonly meta: Buffer;
  readonly at: number;
  readonly length: number;
  applied: boolean;
}

interface Log {
  readonly handle: FileHandle;
  readonly chains: Map<string, Kept[]>;
  /** Bytes that are whole records; anything behind is half a write. */
  size: number;
}

export class ParcelLog implements ParcelShelf {
  readonly #logs = new Map<Audience, Promise<Log>>();

  private constructor(
    private readonly folder: string,
    private readonly key: KeyObject,
  ) {}

  /** @param key seals parcels at rest; the same at every start */
  static async open(folder: string, key: KeyObject): Promise<ParcelLog> {
    await mkdir(folder, { recursive: true });
    const shelf = new ParcelLog(folder, key);
    for (const name of await readdir(folder)) {
      const audience = name.replace(/\.log$/, '');
      if (name.endsWith('.log') && parseAudience(audience)) await shelf.#log(audience);
    }
    return shelf;
  }

  async heads(audience: Audience): Promise<ReadonlyMap<string, Head>> {
    const heads = new Map<string, Head>();
    for (const [origin, chain] of (await this.#known(audience))?.chains ?? []) {
      const last = chain.at(-1);
      if (last) heads.set(origin, { to: last.to, hash: last.hash });
    }
    return heads;
  }

  async vectors(): Promise<Record<Audience, Record<string, number>>> {
    const out: Record<Audience, Record<string, number>> = {};
    for (const audience of this.#logs.keys()) {
      const heads = [...(await this.heads(audience))];
      if (heads.length > 0)
        out[audience] = Object.fromEntries(heads.map(([origin, head]) => [origin, head.to]));
    }
    return out;
  }

  async keep(parcel: Parcel, applied: boolean): Promise<void> {
    const { audience, origin, from, to } = parcel.header;
    const log = await this.#log(audience);
    const chain = log.chains.get(origin) ?? [];
    if (chain.at(-1)?.hash === parcel.hash) return;
    const meta: Meta = { k: 'p', origin, from, to, hash: parcel.hash, applied };
    const written = await this.#append(audience, log, meta, parcel.bytes);
    log.chains.set(origin, [...chain, { from, to, hash: parcel.hash, applied, ...written }]);
  }

  async *after(audience: Audience, origin: string, seq: number): AsyncGenerator<Buffer> {
    const log = await this.#known(audience);
    for (const kept of log?.chains.get(origin) ?? []) {
      if (log && kept.from > seq) yield await this.#read(audience, log, kept);
    }
  }

  async get(audience: Audience, origin: string, from: number): Promise<Buffer | undefined> {
    const log = await this.#known(audience);
    const kept = log?.chains.get(origin)?.find((one) => one.from === from);
    return log && kept && this.#read(audience, log, kept);
  }

  async unapplied(audience: Audience): Promise<readonly Buffer[]> {
    const log = await this.#known(audience);
    const waiting = [...(log?.chains.values() ?? [])].flat().filter((kept) => !kept.applied);
    return log ? Promise.all(waiting.map((kept) => this.#read(audience, log, kept))) : [];
  }

  async markApplied(parcel: Parcel): Promise<void> {
    const { audience, origin, to } = parcel.header;
    const log = await this.#log(audience);
    await this.#append(audience, log, { k: 'a', origin, to }, Buffer.alloc(0));
    for (const kept of log.chains.get(origin) ?? []) if (kept.to <= to) kept.applied = true;
  }

  /** Bytes of parcels held, and how many: for the screen. */
  async size(): Promise<{ readonly parcels: number; readonly bytes: number }> {
    const logs = await Promise.all(this.#logs.values());
    const kept = logs.flatMap((log) => [...log.chains.values()].flat());
    return { parcels: kept.length, bytes: kept.reduce((sum, one) => sum + one.length, 0) };
  }

  async close(): Promise<void> {
    const logs = await Promise.allSettled(this.#logs.values());
    this.#logs.clear();
    for (const log of logs) if (log.status === 'fulfilled') await log.value.handle.close();
  }

  async #known(audience: Audience): Promise<Log | undefined> {
    return this.#logs.get(audience);
  }

  #log(audience: Audience): Promise<Log> {
    const known = this.#logs.get(audience);
    if (known) return known;
    const loading = this.#load(audience);
    this.#logs.set(audience, loading);
    loading.catch(() => this.#logs.delete(audience));
    return loading;
  }

  async #load(audience: Audience): Promise<Log> {
    const path = join(this.folder, `${audience}.log`);
    const handle = await open(path, 'a+', 0o600).catch((error: unknown) => {
      throw storageError(error);
    });
    const bytes = await handle.readFile();
    const log: Log = { handle, chains: new Map(), size: 0 };
    let last: { at: number; meta: Buffer; sealed: Buffer } | undefined;
    for (;;) {
      const record = readRecord(bytes, log.size);
      if (!record) break;
      const { meta, value, at, length } = record;
      if (value.k === 'p') {
        const { origin, from, to, hash, applied } = value;
        log.chains.set(origin, [
          ...(log.chains.get(origin) ?? []),
          { from, to, hash, applied, meta, at, length },
        ]);
      } else
        for (const kept of log.chains.get(value.origin) ?? []) if (kept.to <= value.to) kept.applied = true;
      last = { at: log.size, meta, sealed: bytes.subarray(at, at + length) };
      log.size = at + length;
    }
    // A power cut may leave the last record with its length and without its content.
    if (last && !this.#opens(audience, last.meta, last.sealed)) {
      log.size = last.at;
      for (const [origin, chain] of log.chains) {
        log.chains.set(
          origin,
          chain.filter((kept) => kept.at < last.at),
        );
      }
    }
    if (log.size < bytes.length) await handle.truncate(log.size);
    return log;
  }

  async #append(
    audience: Audience,
    log: Log,
    meta: Meta,
    content: Buffer,
  ): Promise<{ meta: Buffer; at: number; length: number }> {
    const head = Buffer.from(JSON.stringify(meta));
    const sealed = seal(this.key, content, place(audience, head));
    const record = Buffer.concat([u32(head.length), head, u32(sealed.length), sealed]);
    try {
      await log.handle.appendFile(record);
      await log.handle.datasync();
    } catch (error) {
      // Half a record would hide every later one.
      await log.handle.truncate(log.size).catch(() => undefined);
      throw storageError(error);
    }
    const at = log.size + record.length - sealed.length;
    log.size += record.length;
    return { meta: head, at, length: sealed.length };
  }

  async #read(audience: Audience, log: Log, kept: Kept): Promise<Buffer> {
    const bytes = Buffer.alloc(kept.length);
    await log.handle.read(bytes, 0, kept.length, kept.at);
    return unseal(this.key, bytes, place(audience, kept.meta));
  }

  #opens(audience: Audience, meta: Buffer, sealed: Buffer): boolean {
    try {
      unseal(this.key, sealed, place(audience, meta));
      return true;
    } catch (error) {
      if (error instanceof SealBroken) return false;
      throw error;
    }
  }
}

const place = (audience: Audience, meta: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${audience}\n`), meta]);

function u32(value: number): Buffer {
  const out = Buffer.allocUnsafe(4);
  out.writeUInt32BE(value);
  return out;
}

function readRecord(
  bytes: Buffer,
  start: number,
): { meta: Buffer; value: Meta; at: number; length: number } | undefined {
  if (start + 4 > bytes.length) return undefined;
  const metaEnd = start + 4 + bytes.readUInt32BE(start);
  if (metaEnd + 4 > bytes.length) return undefined;
  const length = bytes.readUInt32BE(metaEnd);
  if (metaEnd + 4 + length > bytes.length) return undefined;
  const meta = bytes.subarray(start + 4, metaEnd);
  try {
    const parsed = v.safeParse(metaSchema, JSON.parse(meta.toString('utf8')));
    return parsed.success ? { meta, value: parsed.output, at: metaEnd + 4, length } : undefined;
  } catch {
    return undefined;
  }
}
