import type { KeyObject } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseAudience, type Audience } from '../../domain/audience';
import { chainOf, type DamagedParcel, type Head, type Parcel, type ParcelShelf } from '../../exchange';
import { syncDirectory } from '../../store/atomic-file';
import { writeWhole } from '../../store/write-whole';
import {
  baseRecord,
  enter,
  headIn,
  openRecord,
  readAt,
  readIndex,
  recordLength,
  sealRecord,
  withFile,
  type Draft,
  type Index,
  type Kept,
  type Meta,
  type Sealed,
} from './parcel-log-file';
import { rewriteLog } from './parcel-log-rewrite';

/**
 * The parcels a poste holds, its own and those it carries: one append-only file an audience, each record flushed to the
 * disk before `keep` resolves. In memory there is where each parcel lies, and nothing of what it holds.
 */
export class ParcelLog implements ParcelShelf {
  readonly #logs = new Map<Audience, Promise<Index>>();
  readonly #turns = new Map<Audience, Promise<unknown>>();

  private constructor(
    private readonly folder: string,
    private readonly key: KeyObject,
  ) {}

  /** @param key seals parcels at rest; the same at every start */
  static async open(folder: string, key: KeyObject): Promise<ParcelLog> {
    await mkdir(folder, { recursive: true });
    const shelf = new ParcelLog(folder, key);
    for (const name of await readdir(folder)) {
      // A file that was being written anew when the power went: the old one stands.
      if (name.endsWith('.new')) await rm(join(folder, name), { force: true });
      const audience = name.replace(/\.log$/, '');
      if (name.endsWith('.log') && parseAudience(audience)) await shelf.#index(audience);
    }
    return shelf;
  }

  /** Audiences of which something was ever held. */
  audiences(): readonly Audience[] {
    return [...this.#logs.keys()];
  }

  async heads(audience: Audience): Promise<ReadonlyMap<string, Head>> {
    const heads = new Map<string, Head>();
    for (const [name, chain] of (await this.#known(audience))?.chains ?? []) {
      const head = headIn(chain);
      if (head) heads.set(name, head);
    }
    return heads;
  }

  async vectors(): Promise<Record<Audience, Record<string, number>>> {
    const out: Record<Audience, Record<string, number>> = {};
    for (const audience of this.#logs.keys()) {
      const chains = [...((await this.#known(audience))?.chains ?? [])];
      const ends = chains.map(([name, chain]) => {
        const spoilt = chain.parcels.find((kept) => kept.damaged);
        return [name, spoilt ? spoilt.from - 1 : (headIn(chain)?.to ?? 0)] as const;
      });
      const held = ends.filter(([, to]) => to > 0);
      if (held.length > 0) out[audience] = Object.fromEntries(held);
    }
    return out;
  }

  async damaged(): Promise<readonly DamagedParcel[]> {
    const found: DamagedParcel[] = [];
    for (const [audience, index] of this.#logs)
      for (const [chain, { parcels }] of (await index).chains)
        for (const { from, applied, damaged } of parcels)
          if (damaged) found.push({ audience, chain, from, applied });
    return found;
  }

  /** At its place, in as many bytes as before: a power cut in between leaves it as spoilt as it was. */
  async mend(parcel: Parcel): Promise<boolean> {
    const { audience, from, to } = parcel.header;
    const chain = chainOf(parcel.header);
    const found = (await this.#known(audience))?.chains
      .get(chain)
      ?.parcels.some((kept) => kept.damaged && kept.hash === parcel.hash);
    if (!found) return false;
    return this.#inTurn(audience, async (index) => {
      const kept = index.chains.get(chain)?.parcels.find((one) => one.damaged && one.hash === parcel.hash);
      if (!kept) return false;
      const meta: Meta = { k: 'p', chain, from, to, hash: parcel.hash, applied: kept.written };
      const { bytes } = this.#seal(audience)({ meta, content: parcel.bytes });
      if (bytes.length !== recordLength(kept)) return false;
      await withFile(this.#path(audience), async (handle) => {
        await writeWhole(handle, bytes, kept.start);
        await handle.datasync();
      });
      kept.damaged = false;
      return true;
    });
  }

  async keep(parcel: Parcel, applied: boolean): Promise<void> {
    const { audience, from, to } = parcel.header;
    const chain = chainOf(parcel.header);
    await this.#inTurn(audience, async (index) => {
      if (headIn(index.chains.get(chain))?.hash === parcel.hash) return;
      await this.#append(audience, index, [
        { meta: { k: 'p', chain, from, to, hash: parcel.hash, applied }, content: parcel.bytes },
      ]);
    });
  }

  async *after(audience: Audience, chain: string, seq: number): AsyncGenerator<Buffer> {
    const index = await this.#known(audience);
    for (const kept of [...(index?.chains.get(chain)?.parcels ?? [])]) {
      if (kept.from <= seq) continue;
      const bytes = await this.#read(audience, chain, kept);
      // What follows a parcel that is not there any more, or no longer opens, follows nothing.
      if (!bytes) return;
      yield bytes;
    }
  }

  async get(audience: Audience, chain: string, from: number): Promise<Buffer | undefined> {
    const index = await this.#known(audience);
    const kept = index?.chains.get(chain)?.parcels.find((one) => one.from === from);
    return kept && this.#read(audience, chain, kept);
  }

  async unapplied(audience: Audience): Promise<readonly Buffer[]> {
    const waiting: Buffer[] = [];
    for (const [name, chain] of (await this.#known(audience))?.chains ?? []) {
      for (const kept of chain.parcels) {
        const bytes = kept.applied ? undefined : await this.#read(audience, name, kept);
        if (bytes) waiting.push(bytes);
      }
    }
    return waiting;
  }

  async markApplied(parcel: Parcel): Promise<void> {
    const { audience, from } = parcel.header;
    const meta: Meta = { k: 'a', chain: chainOf(parcel.header), from };
    await this.#inTurn(audience, (index) =>
      this.#append(audience, index, [{ meta, content: Buffer.alloc(0) }]),
    );
  }

  async cover(
    audience: Audience,
    covers: ReadonlyMap<string, Head>,
    dropped: readonly string[],
  ): Promise<void> {
    // Of an audience that this poste does not hold there is nothing to let go.
    if (!this.#logs.has(audience)) return;
    await this.#inTurn(audience, async (index) => {
      const isCovered = (chain: string, kept: Kept): boolean =>
        dropped.includes(chain) || kept.to <= (covers.get(chain)?.to ?? 0);
      const goes = [...index.chains].some(
        ([name, { base, parcels }]) =>
          parcels.some((kept) => isCovered(name, kept)) || (dropped.includes(name) && base !== undefined),
      );
      const moved = [...covers].filter(([chain, { to }]) => to > (index.chains.get(chain)?.base?.to ?? 0));
      if (goes) {
        const work = { path: this.#path(audience), seal: this.#seal(audience), index, isCovered, dropped };
        this.#logs.set(audience, Promise.resolve(await rewriteLog({ ...work, bases: new Map(moved) })));
      } else if (moved.length > 0) await this.#append(audience, index, moved.map(baseRecord));
    });
  }

  /** Ends an audience: its year is over (docs/sync-decisions.md 4), or it is not granted here any more. */
  async forget(audience: Audience): Promise<void> {
    if (!this.#logs.has(audience)) return;
    await this.#inTurn(audience, async () => {
      this.#logs.delete(audience);
      await rm(this.#path(audience), { force: true });
      await syncDirectory(this.folder);
    });
  }

  /** Bytes of parcels held, and how many: of one audience, or of all. */
  async size(audience?: Audience): Promise<{ readonly parcels: number; readonly bytes: number }> {
    const named = audience === undefined ? [...this.#logs.values()] : [this.#logs.get(audience)];
    const indexes = (await Promise.all(named)).filter((index) => index !== undefined);
    const kept = indexes.flatMap((index) => [...index.chains.values()].flatMap((chain) => chain.parcels));
    return { parcels: kept.length, bytes: kept.reduce((sum, one) => sum + one.length, 0) };
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#turns.values());
    this.#logs.clear();
  }

  #path(audience: Audience): string {
    return join(this.folder, `${audience}.log`);
  }

  #seal(audience: Audience): (draft: Draft) => Sealed {
    return (draft) => sealRecord(this.key, audience, draft);
  }

  async #known(audience: Audience): Promise<Index | undefined> {
    return this.#logs.get(audience);
  }

  #index(audience: Audience): Promise<Index> {
    const known = this.#logs.get(audience);
    if (known) return known;
    const loading = this.#load(audience);
    this.#logs.set(audience, loading);
    loading.catch(() => this.#logs.delete(audience));
    return loading;
  }

  /** One reading or writing of a file at a time: a place that was looked up is still the place. */
  #inTurn<T>(audience: Audience, work: (index: Index) => Promise<T>): Promise<T> {
    const before = this.#turns.get(audience) ?? Promise.resolve();
    const run = async (): Promise<T> => work(await this.#index(audience));
    const mine = before.then(run, run);
    this.#turns.set(
      audience,
      mine.catch(() => undefined),
    );
    return mine;
  }

  #load(audience: Audience): Promise<Index> {
    return withFile(this.#path(audience), async (handle) => {
      const { index, last } = await readIndex(handle);
      // A power cut may leave the last record with its length and without its content.
      if (
        last &&
        !openRecord(this.key, audience, await readAt(handle, last.start, recordLength(last)), last)
      ) {
        index.size = last.start;
        for (const chain of index.chains.values())
          chain.parcels = chain.parcels.filter((kept) => kept !== last);
      }
      if (index.size < (await handle.stat()).size) await handle.truncate(index.size);
      return index;
    });
  }

  async #append(audience: Audience, index: Index, records: readonly Draft[]): Promise<void> {
    const path = this.#path(audience);
    const drafts = records.map(this.#seal(audience));
    await withFile(path, async (handle) => {
      try {
        // Written at its place, over what an earlier write may have left there.
        await handle.truncate(index.size);
        await writeWhole(handle, Buffer.concat(drafts.map(({ bytes }) => bytes)), index.size);
        await handle.datasync();
      } catch (error) {
        // Half a record would hide every later one; the next write, or the next start, cuts it off too.
        await handle.truncate(index.size).catch(() => undefined);
        throw error;
      }
    });
    if (index.size === 0) await syncDirectory(dirname(path));
    for (const { meta, metaLength, length } of drafts)
      enter(index, meta, { start: index.size, metaLength, length });
  }

  /** The parcel, or undefined where it was let go meanwhile or its bytes are not what was written. */
  #read(audience: Audience, chain: string, kept: Kept): Promise<Buffer | undefined> {
    return this.#inTurn(audience, async (index) => {
      const now = index.chains.get(chain)?.parcels.find((one) => one.hash === kept.hash);
      if (!now) return undefined;
      const record = await withFile(this.#path(audience), (handle) =>
        readAt(handle, now.start, recordLength(now)),
      );
      const opened = openRecord(this.key, audience, record, now);
      now.damaged = opened === undefined;
      return opened;
    });
  }
}
