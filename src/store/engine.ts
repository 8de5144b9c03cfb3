import { dirname } from 'node:path';
import { mkdir } from 'node:fs/promises';
import type { Bytes, Operation } from 'abstract-leveldown';
import leveldown from 'leveldown';
import levelAdapter from 'pouchdb-adapter-leveldb';
import PouchDB, { type PouchInstance, type PouchRow, type RevisionTree } from 'pouchdb-core';
import { PreauError } from '../domain/errors';
import { compactWhole, lastSweep, noteSweep } from './compaction';
import type { DatabaseKeys } from './database-keys';
import { EncryptedLevelDown } from './encrypted-leveldown';
import type { StoredRow } from './mirror';
import type { Revision } from './port';
import { storageError } from './storage-errors';

/**
 * PouchDB over one encrypted LevelDB. Nothing above this file knows either. PouchDB keeps the revision trees; rows are
 * read from its by-sequence store directly, one pass without a look-up for each document, which is what makes 50,000
 * documents open in about two seconds. The layout is that of `pouchdb-adapter-leveldb-core` 9, the last of its line
 * (the adapter goes in PouchDB 11), and test/integration/store compares the two readings.
 */
PouchDB.plugin(levelAdapter);

const BY_SEQUENCE = '\u00ffby-sequence\u00ff';
const BY_SEQUENCE_END = '\u00ffby-sequence\u00ff\uffff';
const DOCUMENTS = '\u00ffdocument-store\u00ff';
/** Ancestors kept for each document: what an exchange carries, and one more. */
export const REVS_LIMIT = 51;

export interface EngineOptions {
  readonly folder: string;
  /** Null leaves values readable, for one test. */
  readonly keys: DatabaseKeys | null;
  readonly onPut: (seq: number, row: StoredRow) => void;
  readonly onDrop: (seq: number) => void;
}

const sequenceOf = (key: Bytes): number | undefined => {
  const text = key.toString();
  return text.startsWith(BY_SEQUENCE) ? Number(text.slice(BY_SEQUENCE.length)) : undefined;
};

export class Engine {
  private constructor(
    private readonly pouch: PouchInstance,
    private readonly level: EncryptedLevelDown,
  ) {}

  /** @throws PreauError `KEY_WRONG`, `KEY_MISSING`, `STORE_LOCKED`, `DISK_FULL` */
  static async open(options: EngineOptions): Promise<Engine> {
    await mkdir(dirname(options.folder), { recursive: true });
    const committed = (operations: readonly Operation[]): void => {
      for (const one of operations) {
        const seq = sequenceOf(one.key);
        if (seq === undefined) continue;
        if (one.type === 'put') options.onPut(seq, JSON.parse(one.value.toString()) as StoredRow);
        else options.onDrop(seq);
      }
    };
    let level: EncryptedLevelDown | undefined;
    let failure: unknown;
    const pouch = new PouchDB(options.folder, {
      adapter: 'leveldb',
      db: (location) => {
        const opened = new EncryptedLevelDown(leveldown(location), { keys: options.keys, committed });
        const open = opened._open.bind(opened);
        // PouchDB wraps the reason away; it is kept here.
        opened._open = (how, callback) => open(how, (error) => callback((failure = error)));
        return (level = opened);
      },
      auto_compaction: true,
      revs_limit: REVS_LIMIT,
      migrate: false,
      // Ciphertext does not shrink; documents are read once and kept in memory, so 27 databases of 8 MB cache would
      // be 216 MB for nothing.
      compression: false,
      cacheSize: 256 * 1024,
      writeBufferSize: 1024 * 1024,
    });
    try {
      await pouch.info();
    } catch (error) {
      throw storageError(failure ?? error);
    }
    if (!level) throw new Error('PouchDB opened without a database');
    if (level.failure) {
      // PouchDB does not ask whether what it writes at every opening was written.
      await pouch.close();
      throw level.failure;
    }
    return new Engine(pouch, level);
  }

  /** True once a write has failed: nothing is written any more before it is opened again. */
  get hasFailed(): boolean {
    return this.level.failure !== undefined;
  }

  /**
   * Reads every row in order. Rows that do not open are left out.
   * @returns their sequence numbers
   */
  async load(onRow: (seq: number, row: StoredRow) => void): Promise<readonly number[]> {
    const damaged: number[] = [];
    // The inner iterator: a row that does not open must not end the walk.
    await walk(this.level, BY_SEQUENCE, BY_SEQUENCE_END, (key, value) => {
      const seq = sequenceOf(key);
      if (seq === undefined) return;
      try {
        onRow(seq, JSON.parse(this.level.unseal(key, value).toString()) as StoredRow);
      } catch {
        damaged.push(seq);
      }
    });
    return damaged;
  }

  /** Identifiers of the documents that own these rows; a document whose tree does not open either is named too. */
  async ownersOf(rows: readonly number[]): Promise<ReadonlySet<string>> {
    const wanted = new Set(rows);
    const owners = new Set<string>();
    await walk(this.level, DOCUMENTS, `${DOCUMENTS}\uffff`, (key, value) => {
      const id = key.toString().slice(DOCUMENTS.length);
      try {
        const tree = JSON.parse(this.level.unseal(key, value).toString()) as {
          rev_map: Record<string, number>;
        };
        if (Object.values(tree.rev_map).some((seq) => wanted.has(seq))) owners.add(id);
      } catch {
        owners.add(id);
      }
    });
    return owners;
  }

  /** One durable batch: on the disk when it resolves. @throws PreauError `DISK_FULL`, `DOCUMENT_TAMPERED` */
  async write(rows: PouchRow[]): Promise<void> {
    try {
      const failed = await this.pouch.bulkDocs(rows, { new_edits: false });
      if (failed.length > 0) throw new Error(`PouchDB refused a row: ${JSON.stringify(failed[0])}`);
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Ancestors of a leaf, newest first, 50 at most. @throws PreauError `DOCUMENT_TAMPERED` when its tree does not open */
  async ancestors(id: string, rev: Revision): Promise<readonly Revision[]> {
    const paths = await new Promise<readonly { pos: number; ids: RevisionTree }[]>((resolve, reject) => {
      this.pouch._getRevisionTree(id, (error, tree) =>
        error || !tree
          ? reject(new PreauError('DOCUMENT_TAMPERED', { id }, { cause: error }))
          : resolve(tree),
      );
    });
    for (const { pos, ids } of paths) {
      const found = pathTo(ids, pos, rev);
      if (found) return found.slice(0, REVS_LIMIT - 1);
    }
    throw new PreauError('DOCUMENT_TAMPERED', { id });
  }

  /** @throws PreauError `DISK_FULL` */
  compact(): Promise<void> {
    return compactWhole(this.level);
  }

  /** The day of the last sweep whose leavings are off the disk. */
  lastSweep(): Promise<string | undefined> {
    return lastSweep(this.level);
  }

  noteSweep(day: string): Promise<void> {
    return noteSweep(this.level, day);
  }

  async close(): Promise<void> {
    await this.pouch.close();
  }
}

/** The revisions above `rev` in this tree, newest first; undefined when it is not there. */
function pathTo(tree: RevisionTree, pos: number, rev: Revision): Revision[] | undefined {
  // Trees are deep and thin; a stack keeps a long one from exhausting the call stack.
  const stack: { node: RevisionTree; pos: number; above: Revision[] }[] = [{ node: tree, pos, above: [] }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const own = `${next.pos}-${next.node[0]}`;
    if (own === rev) return next.above;
    for (const child of next.node[2])
      stack.push({ node: child, pos: next.pos + 1, above: [own, ...next.above] });
  }
  return undefined;
}

/** Rows in key order, still sealed. */
async function walk(
  level: EncryptedLevelDown,
  gt: string,
  lt: string,
  visit: (key: Bytes, value: Bytes) => void,
): Promise<void> {
  const iterator = level.inner.iterator({
    gt,
    lt,
    keyAsBuffer: true,
    valueAsBuffer: true,
    fillCache: false,
    highWaterMark: 256 * 1024,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const step = (): void => {
        iterator.next((error, key, value) => {
          if (error) return reject(storageError(error));
          if (key === undefined || value === undefined) return resolve();
          visit(key, value);
          step();
        });
      };
      step();
    });
  } finally {
    await new Promise<void>((resolve) => iterator.end(() => resolve()));
  }
}
