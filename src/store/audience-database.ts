import type { PouchRow } from 'pouchdb-core';
import type { Audience } from '../domain/audience';
import { isPreauError, PreauError } from '../domain/errors';
import { cleanBody, tombstone } from './body-check';
import type { DatabaseKeys } from './database-keys';
import { Engine } from './engine';
import { isTwin, Mirror, type Leaf, type StoredRow } from './mirror';
import type { AudienceDatabase, Change, DocumentBody, Held, Revision, RevisionRecord } from './port';
import { expiredRecord } from './retention-tombstone';
import { generationOf, isGenuine, revisionOf } from './revision';
import { carryUnknown, isNewer, upcast, type Versions } from './versions';
import { WriteQueue } from './write-queue';

export interface DatabaseOptions {
  readonly audience: Audience;
  readonly folder: string;
  readonly keys: DatabaseKeys;
  /** Values are readable: for one test. */
  readonly readable?: boolean;
  readonly versions: Versions;
  readonly isExpired?: ((body: DocumentBody, day: string) => boolean) | undefined;
  readonly horizon?: (() => string | undefined) | undefined;
  /** After a sweep that ended something: copies made before an upgrade hold it still. */
  readonly onExpired?: () => Promise<void>;
}

/** Revisions of others, or ends of them, written in one durable batch. */
const BATCH = 1000;

/** One audience: PouchDB for durability and revision trees, a mirror in memory for every read. */
export class PouchAudienceDatabase implements AudienceDatabase {
  #engine: Engine | undefined;
  #mirror: Mirror;
  #damaged: ReadonlySet<string> = new Set();
  /** Rows seen by the engine since the last batch was announced. */
  #fresh: Leaf[] = [];
  /** After a failed write the log of LevelDB may end in half a record: it is opened again before the next write. */
  #suspect = false;
  readonly #queue = new WriteQueue(
    (rows) => this.#commit(rows),
    (error) => this.#learnDamage(error),
  );
  readonly #listeners = new Set<(change: Change) => void>();

  private constructor(private readonly options: DatabaseOptions) {
    this.#mirror = new Mirror(options.versions);
  }

  /** @throws PreauError `KEY_WRONG`, `KEY_MISSING`, `STORE_LOCKED`, `DISK_FULL` */
  static async open(options: DatabaseOptions): Promise<PouchAudienceDatabase> {
    const database = new PouchAudienceDatabase(options);
    await database.#start();
    return database;
  }

  async #start(): Promise<void> {
    const mirror = new Mirror(this.options.versions);
    const engine = await Engine.open({
      folder: this.options.folder,
      keys: this.options.readable ? null : this.options.keys,
      onPut: (seq: number, row: StoredRow) => void this.#fresh.push(mirror.put(seq, row)),
      onDrop: (seq: number) => mirror.drop(seq),
    });
    this.#engine = engine;
    const rows = await engine.load((seq, row) => void mirror.put(seq, row));
    this.#damaged = rows.length > 0 ? await engine.ownersOf(rows) : new Set();
    this.#mirror = mirror;
    this.#suspect = false;
  }

  get audience(): Audience {
    return this.options.audience;
  }

  get lastSeq(): number {
    return this.#mirror.lastSeq;
  }

  /** Documents whose bytes on the disk were changed by somebody else than us: shown to a person, restored from a peer. */
  get damaged(): ReadonlySet<string> {
    return this.#damaged;
  }

  get<B extends DocumentBody = DocumentBody>(id: string): Held<B> | undefined {
    if (this.#damaged.has(id)) throw new PreauError('DOCUMENT_TAMPERED', { id });
    // The caller names the type it expects of this id; schemas are checked at the boundary, not here.
    return this.#mirror.held(id) as Held<B> | undefined;
  }

  all<B extends DocumentBody = DocumentBody>(type: string): readonly Held<B>[] {
    return this.#mirror.all(type) as readonly Held<B>[];
  }

  async put<B extends DocumentBody>(body: B, parent?: Revision): Promise<Held<B>> {
    const clean = cleanBody(body);
    const id = clean._id;
    return this.#queue.write(
      [id],
      () => {
        const winner = this.#winnerFor(id, parent);
        const next = winner ? carryUnknown(this.options.versions, winner.raw, clean) : clean;
        return [this.#follow(winner, next, false), ...this.#endTwins(winner)];
      },
      () => this.#held<B>(id),
    );
  }

  async putAll(bodies: readonly DocumentBody[]): Promise<void> {
    const clean = new Map(bodies.map((body) => [body._id, cleanBody(body)] as const));
    const prepare = (): PouchRow[] => {
      const rows: PouchRow[] = [];
      for (const [id, body] of clean) {
        const known = this.#mirror.leaves(id)[0];
        if (known && !known.deleted) {
          if (this.#revision(undefined, false, known.raw) === this.#revision(undefined, false, body))
            continue;
          throw new PreauError('CONFLICT', { id });
        }
        rows.push(this.#follow(this.#winnerFor(id, undefined), body, false));
      }
      return rows;
    };
    await this.#queue.write([...clean.keys()], prepare, () => undefined);
  }

  async remove(id: string, parent: Revision): Promise<void> {
    const prepare = (): PouchRow[] => {
      const winner = this.#winnerFor(id, parent);
      if (!winner) throw new PreauError('CONFLICT', { id });
      return [this.#end(winner), ...this.#endTwins(winner)];
    };
    await this.#queue.write([id], prepare, () => undefined);
  }

  async resolve<B extends DocumentBody>(body: B, leaves: readonly Revision[]): Promise<Held<B>> {
    const clean = cleanBody(body);
    const id = clean._id;
    const prepare = (): PouchRow[] => {
      const [winner, ...losers] = this.#mirror.leaves(id).filter((leaf) => !leaf.deleted);
      const seen = new Set(leaves.filter((rev) => rev !== winner?.rev));
      const shown = losers.filter((leaf) => !winner || !isTwin(leaf, winner));
      // Somebody who did not see a version does not decide about it.
      const same = seen.size === shown.length && shown.every((leaf) => seen.has(leaf.rev));
      if (!winner || !same) throw new PreauError('CONFLICT', { id });
      this.#refuseNewer(winner, clean);
      const next = carryUnknown(this.options.versions, winner.raw, clean);
      return [this.#follow(winner, next, false), ...losers.map((leaf) => this.#end(leaf))];
    };
    return this.#queue.write([id], prepare, () => this.#held<B>(id));
  }

  async apply(records: readonly RevisionRecord[]): Promise<void> {
    const refused = new Set<string>();
    this.options.keys.look();
    for (let start = 0; start < records.length; start += BATCH) {
      const genuine: RevisionRecord[] = [];
      const expired: RevisionRecord[] = [];
      for (const record of records.slice(start, start + BATCH)) {
        const clean = this.#genuine(record);
        if (!clean || this.#damaged.has(clean.id)) refused.add(String(record.id));
        else if (!clean.deleted && this.#isExpired(clean.body, this.options.horizon?.())) expired.push(clean);
        else genuine.push(clean);
      }
      if (expired.length > 0) await this.#bury(() => Promise.resolve(expired));
      const prepare = (): PouchRow[] =>
        genuine
          .filter((record) => !this.#damaged.has(record.id))
          .filter((record) => !this.#mirror.leaves(record.id).some((leaf) => leaf.rev === record.rev))
          .map((record) => this.#foreignRow(record));
      await this.#queue.write([...new Set(genuine.map((one) => one.id))], prepare, () => {
        for (const { id } of genuine) if (this.#damaged.has(id)) refused.add(id);
      });
    }
    if (refused.size > 0) throw new PreauError('DOCUMENT_TAMPERED', { id: [...refused].join(',') });
  }

  /** The record with a clean body when it is what it says it is. */
  #genuine(record: RevisionRecord): RevisionRecord | undefined {
    try {
      const clean = { ...record, body: cleanBody(record.body) };
      return this.options.keys.all.some((key) => isGenuine(key.revision, clean)) ? clean : undefined;
    } catch {
      return undefined;
    }
  }

  async expire(day: string): Promise<number> {
    const ids = this.#mirror.ids((leaf) => !leaf.deleted && this.#isExpired(leaf.raw, day));
    let expired = 0;
    for (let start = 0; start < ids.length; start += BATCH) {
      const some = ids.slice(start, start + BATCH).filter((id) => !this.#damaged.has(id));
      // Looked at again when their turn has come: somebody may have written meanwhile.
      const leaves = (): Leaf[] =>
        some.flatMap((id) =>
          this.#mirror.leaves(id).filter((leaf) => !leaf.deleted && this.#isExpired(leaf.raw, day)),
        );
      expired += await this.#bury(() => Promise.all(leaves().map((leaf) => this.#recordOf(leaf))));
    }
    const engine = await this.#ready();
    if (expired > 0 || (await engine.lastSweep()) !== day) {
      await engine.compact();
      await engine.noteSweep(day);
    }
    if (expired > 0) await this.options.onExpired?.();
    return expired;
  }

  async compact(): Promise<void> {
    await (await this.#ready()).compact();
  }

  #isExpired(raw: DocumentBody, day: string | undefined): boolean {
    if (day === undefined || !this.options.isExpired) return false;
    try {
      return this.options.isExpired(upcast(this.options.versions, raw), day);
    } catch {
      // Somebody else's nonsense is kept: nothing is lost for not being understood.
      return false;
    }
  }

  /**
   * Writes expired revisions as what follows them, so that their bodies never touch the disk.
   * @returns documents that this changed
   */
  #bury(records: () => Promise<readonly RevisionRecord[]>): Promise<number> {
    return this.#queue.exclusive(async () => {
      const keys = this.options.keys.all.map((key) => key.revision);
      const rows = new Map<string, PouchRow>();
      for (const record of await records()) {
        const ended = expiredRecord(keys, record);
        if (ended && !(await this.#isSuperseded(record))) rows.set(ended.rev, this.#foreignRow(ended));
      }
      if (rows.size > 0) await this.#commit([...rows.values()]);
      return new Set([...rows.values()].map((row) => row._id)).size;
    });
  }

  /** True for a revision that something follows here already: its own end, or what was written on it. */
  async #isSuperseded({ id, rev }: RevisionRecord): Promise<boolean> {
    for (const leaf of this.#mirror.leaves(id)) {
      if (leaf.rev !== rev && (await this.#ancestors(leaf)).includes(rev)) return true;
    }
    return false;
  }

  async changesSince(
    seq: number,
    limit: number,
  ): Promise<readonly (Change & { readonly record: RevisionRecord })[]> {
    return this.#queue.exclusive(async () => {
      const changes = [];
      for (const leaf of this.#mirror.since(seq, limit)) {
        changes.push({ ...changeOf(leaf), record: await this.#recordOf(leaf) });
      }
      return changes;
    });
  }

  async #recordOf(leaf: Leaf): Promise<RevisionRecord> {
    const { rev, deleted, raw } = leaf;
    return { id: raw._id, rev, ancestors: await this.#ancestors(leaf), deleted, body: raw };
  }

  /** A first revision has none: most documents are events and need no look-up. */
  async #ancestors({ rev, raw }: Leaf): Promise<readonly Revision[]> {
    return generationOf(rev) === 1 ? [] : (await this.#ready()).ancestors(raw._id, rev);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for the writes under way, then lets go of the files. */
  async close(): Promise<void> {
    await this.#queue.idle();
    this.#suspect = false;
    this.#listeners.clear();
    const engine = this.#engine;
    this.#engine = undefined;
    await engine?.close();
  }

  /** The leaf a write follows. @throws PreauError `CONFLICT`, `NEWER_DATA`, `DOCUMENT_TAMPERED` */
  #winnerFor(id: string, parent: Revision | undefined): Leaf | undefined {
    if (this.#damaged.has(id)) throw new PreauError('DOCUMENT_TAMPERED', { id });
    const winner = this.#mirror.leaves(id)[0];
    if ((winner && !winner.deleted ? winner.rev : undefined) !== parent)
      throw new PreauError('CONFLICT', { id });
    return winner;
  }

  #refuseNewer(parent: Leaf | undefined, body: DocumentBody): void {
    for (const one of parent ? [parent.raw, body] : [body]) {
      if (!isNewer(this.options.versions, one)) continue;
      throw new PreauError('NEWER_DATA', {
        found: one.v,
        known: this.options.versions[one.type]?.current ?? 0,
      });
    }
  }

  #revision(parent: Revision | undefined, deleted: boolean, body: DocumentBody): Revision {
    try {
      return revisionOf(this.options.keys.newest.revision, { parent, deleted, body });
    } catch (cause) {
      // JSON that RFC 8785 cannot write: half a surrogate pair, in practice.
      throw new PreauError('BAD_INPUT', { path: body._id }, { cause });
    }
  }

  #follow(parent: Leaf | undefined, body: DocumentBody, deleted: boolean): PouchRow {
    this.#refuseNewer(parent, body);
    const rev = this.#revision(parent?.rev, deleted, body);
    return rowOf({ id: body._id, rev, ancestors: parent ? [parent.rev] : [], deleted, body });
  }

  #end(leaf: Leaf): PouchRow {
    return this.#follow(leaf, tombstone(leaf.raw), true);
  }

  /** The same content under another key's revision: it is changed and removed together with the one that is shown. */
  #endTwins(winner: Leaf | undefined): PouchRow[] {
    if (!winner || winner.deleted) return [];
    const others = this.#mirror.leaves(winner.raw._id).filter((leaf) => leaf !== winner && !leaf.deleted);
    return others.filter((leaf) => isTwin(leaf, winner)).map((leaf) => this.#end(leaf));
  }

  #foreignRow(record: RevisionRecord): PouchRow {
    return { ...rowOf(record), f: 1 };
  }

  #held<B extends DocumentBody>(id: string): Held<B> {
    const held = this.get<B>(id);
    if (!held) throw new PreauError('CONFLICT', { id });
    return held;
  }

  async #ready(): Promise<Engine> {
    if (this.#suspect || this.#engine?.hasFailed) await this.#reopen();
    if (!this.#engine) throw new PreauError('STOPPING');
    return this.#engine;
  }

  async #commit(rows: PouchRow[]): Promise<void> {
    const engine = await this.#ready();
    try {
      await engine.write(rows);
    } catch (error) {
      // Bytes that do not open were found before anything was written.
      if (!isPreauError(error) || error.code !== 'DOCUMENT_TAMPERED') this.#suspect = true;
      throw error;
    } finally {
      this.#announce();
    }
  }

  /** True when a write failed over a document that nobody knew was damaged: the others may then be tried again. */
  #learnDamage(error: unknown): boolean {
    if (!isPreauError(error) || error.code !== 'DOCUMENT_TAMPERED') return false;
    const id = String(error.params['id']).replace(/^document-store\//, '');
    if (this.#damaged.has(id)) return false;
    this.#damaged = new Set([...this.#damaged, id]);
    return true;
  }

  /**
   * LevelDB goes on writing after half a record when the disk was full, and drops what follows it at the next opening
   * (google/leveldb#1180). So after any failed write the log is replayed and a new one begun; reads go on from memory.
   */
  async #reopen(): Promise<void> {
    const before = this.#mirror.lastSeq;
    this.#suspect = true;
    await this.#engine?.close();
    this.#engine = undefined;
    // Where this fails nothing is lost: the files wait as they are, and the next write tries again.
    await this.#start();
    this.#fresh = this.#mirror.since(before, Number.MAX_SAFE_INTEGER);
    this.#announce();
  }

  #announce(): void {
    // PouchDB hands its batches over in reverse.
    const fresh = this.#fresh.sort((a, b) => a.seq - b.seq);
    this.#fresh = [];
    for (const leaf of fresh) {
      // A listener that throws is its own failure and not that of a write that is already durable.
      for (const listener of this.#listeners) queueMicrotask(() => listener(changeOf(leaf)));
    }
  }
}

function changeOf(leaf: Leaf): Change {
  return { seq: leaf.seq, id: leaf.raw._id, rev: leaf.rev, deleted: leaf.deleted, foreign: leaf.foreign };
}

function rowOf({ rev, ancestors, deleted, body }: RevisionRecord): PouchRow {
  const ids = [rev, ...ancestors].map((one) => one.slice(one.indexOf('-') + 1));
  return {
    _id: body._id,
    _rev: rev,
    _revisions: { start: generationOf(rev), ids },
    b: body,
    ...(deleted && { _deleted: true }),
  };
}
