import canonicalize from 'canonicalize';
import type { DocumentBody, Held, Revision } from './port';
import { generationOf } from './revision';
import { upcast, type Versions } from './versions';

/** A revision with its content, as PouchDB keeps one row of it. Bodies are wrapped: no field name is reserved. */
export interface StoredRow {
  readonly b: DocumentBody;
  /** 1 when it came from another poste. */
  readonly f?: 1;
  readonly _rev: Revision;
  readonly _deleted?: boolean;
}

/** One end of a document's revision tree. */
export interface Leaf {
  readonly seq: number;
  readonly rev: Revision;
  readonly deleted: boolean;
  readonly foreign: boolean;
  /** As written, whatever its version: what the revision's hash is about. */
  readonly raw: DocumentBody;
}

interface Entry {
  /** The winner first. */
  leaves: readonly Leaf[];
  held: Held | undefined;
}

/** CouchDB's rule, so that every replica shows the same winner: living first, then longest, then highest hash. */
export function compareLeaves(a: Leaf, b: Leaf): number {
  if (a.deleted !== b.deleted) return a.deleted ? 1 : -1;
  const longer = generationOf(b.rev) - generationOf(a.rev);
  return longer !== 0 ? longer : a.rev < b.rev ? 1 : -1;
}

/**
 * The same content twice: one import made on two postes while a key was being exchanged has a revision under each key. Nobody
 * has anything to choose between them.
 */
export const isTwin = (a: Leaf, b: Leaf): boolean => canonicalize(a.raw) === canonicalize(b.raw);

const NO_CONFLICT: Held['conflicts'] = Object.freeze([]);

function freeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

/**
 * The documents of one database in memory. It repeats PouchDB's by-sequence rows one for one: under automatic
 * compaction these are exactly the leaves, so a row put or dropped is all it needs to know.
 */
export class Mirror {
  readonly #rows = new Map<number, Leaf>();
  readonly #entries = new Map<string, Entry>();
  readonly #types = new Map<string, Map<string, Entry>>();
  readonly #sorted = new Map<string, readonly Held[]>();
  #lastSeq = 0;

  constructor(private readonly versions: Versions = {}) {}

  get lastSeq(): number {
    return this.#lastSeq;
  }

  put(seq: number, row: StoredRow): Leaf {
    const leaf = {
      seq,
      rev: row._rev,
      deleted: row._deleted === true,
      foreign: row.f === 1,
      raw: freeze(row.b),
    };
    this.#rows.set(seq, leaf);
    if (seq > this.#lastSeq) this.#lastSeq = seq;
    const known = this.#entries.get(leaf.raw._id);
    // Most documents have one leaf for ever: no sorting, no second array.
    if (!known) this.#place(leaf.raw._id, [leaf]);
    else
      this.#place(leaf.raw._id, [...known.leaves.filter((one) => one.seq !== seq), leaf].sort(compareLeaves));
    return leaf;
  }

  drop(seq: number): void {
    const leaf = this.#rows.get(seq);
    if (!leaf) return;
    this.#rows.delete(seq);
    const id = leaf.raw._id;
    this.#place(id, this.#entries.get(id)?.leaves.filter((one) => one !== leaf) ?? []);
  }

  #place(id: string, leaves: readonly Leaf[]): void {
    const before = this.#entries.get(id)?.leaves[0];
    if (before) this.#unlist(before.raw.type, id);
    const first = leaves[0];
    if (!first) return void this.#entries.delete(id);
    const entry: Entry = { leaves, held: undefined };
    this.#entries.set(id, entry);
    if (first.deleted) return;
    this.#sorted.delete(first.raw.type);
    let ofType = this.#types.get(first.raw.type);
    if (!ofType) this.#types.set(first.raw.type, (ofType = new Map()));
    ofType.set(id, entry);
  }

  #unlist(type: string, id: string): void {
    if (this.#types.get(type)?.delete(id)) this.#sorted.delete(type);
  }

  /** The ends of a document's tree, the winner first; none for an unknown id. */
  leaves(id: string): readonly Leaf[] {
    return this.#entries.get(id)?.leaves ?? [];
  }

  /** The living document, brought up to date. */
  held(id: string): Held | undefined {
    const entry = this.#entries.get(id);
    return entry && this.#heldOf(entry);
  }

  #heldOf(entry: Entry): Held | undefined {
    const [winner, ...others] = entry.leaves;
    if (!winner || winner.deleted) return undefined;
    return (entry.held ??= {
      rev: winner.rev,
      body: freeze(upcast(this.versions, winner.raw)),
      conflicts:
        others.length === 0
          ? NO_CONFLICT
          : others
              .filter((leaf) => !leaf.deleted && !isTwin(leaf, winner))
              .map((leaf) => ({ rev: leaf.rev, body: freeze(upcast(this.versions, leaf.raw)) })),
    });
  }

  /** Documents of which a leaf is so. */
  ids(which: (leaf: Leaf) => boolean): readonly string[] {
    const found = new Set<string>();
    for (const leaf of this.#rows.values()) if (which(leaf)) found.add(leaf.raw._id);
    return [...found];
  }

  /** All living documents of a type, by id. The same array until one of them changes. */
  all(type: string): readonly Held[] {
    const known = this.#sorted.get(type);
    if (known) return known;
    const list: Held[] = [];
    for (const entry of this.#types.get(type)?.values() ?? []) {
      const held = this.#heldOf(entry);
      if (held) list.push(held);
    }
    list.sort((a, b) => (a.body._id < b.body._id ? -1 : a.body._id > b.body._id ? 1 : 0));
    this.#sorted.set(type, Object.freeze(list));
    return list;
  }

  /** Leaves written after `seq`, oldest first, `limit` at most. */
  since(seq: number, limit: number): Leaf[] {
    const found: Leaf[] = [];
    for (let next = seq + 1; next <= this.#lastSeq && found.length < limit; next++) {
      const leaf = this.#rows.get(next);
      if (leaf) found.push(leaf);
    }
    return found;
  }

  get size(): number {
    return this.#rows.size;
  }
}
