import leveldb from 'pouchdb-adapter-leveldb';
import PouchDB from 'pouchdb-core';
import { compileRule, RULE_TEXT, type RuledDocument, type UserContext } from '../../rules/rule';
import { ancestorsOf, batches, type RevisionRow, type StoredRevision } from '../revisions';
import type { Level } from './level';
import { PartOfLevel } from './part-of-level';

type Found = StoredRevision & { readonly _conflicts?: readonly string[] };

/** The part of PouchDB that the gateway uses; the store's own declarations name the part a poste uses. */
interface Pouch {
  info(): Promise<unknown>;
  get(id: string, options?: { rev?: string; revs?: true; conflicts?: true }): Promise<Found>;
  allDocs(options: object): Promise<{ rows: { id: string; doc?: Found }[] }>;
  bulkDocs(
    rows: readonly RevisionRow[],
    options: { new_edits: false },
  ): Promise<{ error?: unknown; id?: string }[]>;
  close(): Promise<void>;
}
type PouchConstructor = new (name: string, options: object) => Pouch;

/** Documents read at a time. */
const PAGE = 500;
const Constructor = PouchDB.plugin(leveldb) as unknown as PouchConstructor;
const rule = compileRule(RULE_TEXT);

/** One open base of the embedded store: PouchDB keeps the revision trees, the commune's rule judges as in CouchDB. */
export class PouchDocuments {
  private constructor(private readonly pouch: Pouch) {}

  /** @param name unique in this process */
  static async open(level: Level, name: string, part: string): Promise<PouchDocuments> {
    const pouch = new Constructor(name, {
      adapter: 'leveldb',
      db: () => new PartOfLevel(level, part),
      // What was ended or corrected is not kept in an older revision.
      auto_compaction: true,
      migrate: false,
    });
    await pouch.info();
    return new PouchDocuments(pouch);
  }

  async writeRevisions(rows: readonly RevisionRow[], writer: UserContext): Promise<readonly string[]> {
    const refused: string[] = [];
    for (const batch of batches(rows)) {
      const taken: RevisionRow[] = [];
      for (const row of batch) {
        const before = row._revisions.start > 1 ? await this.#before(row) : null;
        if (rule(row, before, writer) === 'taken') taken.push(row);
        else refused.push(row._id);
      }
      if (taken.length === 0) continue;
      for (const failed of await this.pouch.bulkDocs(taken, { new_edits: false }))
        throw new Error(`bulk_docs: ${JSON.stringify(failed)}`);
    }
    return refused;
  }

  async versions(id: string): Promise<readonly StoredRevision[]> {
    const held = await this.pouch.get(id, { conflicts: true }).catch(missingIsNull);
    if (!held) return [];
    const { _conflicts: others = [], ...winner } = held;
    return [winner, ...(await Promise.all(others.map((rev) => this.pouch.get(id, { rev }))))];
  }

  async *leaves(): AsyncGenerator<StoredRevision> {
    for (let after: string | undefined; ;) {
      const start = after === undefined ? {} : { startkey: after, skip: 1 };
      const { rows } = await this.pouch.allDocs({
        include_docs: true,
        conflicts: true,
        limit: PAGE,
        ...start,
      });
      for (const { id, doc } of rows) {
        if (!doc) continue;
        const { _conflicts: others = [], ...winner } = doc;
        yield winner;
        for (const rev of others) yield await this.pouch.get(id, { rev });
      }
      after = rows.at(-1)?.id;
      if (rows.length < PAGE) return;
    }
  }

  async ancestors(id: string, rev: string): Promise<readonly string[]> {
    return ancestorsOf(await this.pouch.get(id, { rev, revs: true }));
  }

  close(): Promise<void> {
    return this.pouch.close();
  }

  /** What CouchDB shows a rule as the old document: the nearest ancestor that is held. */
  async #before(row: RevisionRow): Promise<RuledDocument | null> {
    const { start, ids } = row._revisions;
    const path = ids.map((hash, index) => `${start - index}-${hash}`);
    const held = await this.pouch.get(row._id).catch(missingIsNull);
    return held && path.includes(held._rev) ? held : null;
  }
}

function missingIsNull(error: unknown): null {
  if (typeof error === 'object' && error !== null && 'status' in error && error.status === 404) return null;
  throw error;
}
