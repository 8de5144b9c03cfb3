import type { RevisionRow, StoredRevision } from './revisions';
import type { UserContext } from '../rules/rule';

/**
 * What the gateway asks of its store, embedded or CouchDB: small documents by id (parcels, heads, grants), and databases
 * of revisions as a replication writes them. Small on purpose: whatever speaks the CouchDB protocol can be behind it.
 */
export interface ShelfDocument {
  readonly _id: string;
  readonly _rev?: string;
  readonly [field: string]: unknown;
}

/** What a cache of a shelf has to read again. */
export interface Changed {
  /** To be given at the next question. */
  readonly mark: string;
  /** Ids written or removed since; 'unknown' where that mark says nothing any more: read everything. */
  readonly ids: readonly string[] | 'unknown';
}

export interface Shelf {
  get(id: string): Promise<ShelfDocument | undefined>;
  /** @returns one answer for each id */
  getAll(ids: readonly string[]): Promise<readonly (ShelfDocument | undefined)[]>;
  /**
   * Writes a document whose `_rev` is the one held (none for a new one).
   * @returns the new `_rev`, or undefined where it has moved on
   */
  put(document: ShelfDocument): Promise<string | undefined>;
  /** The same for several at once, in no order. @returns one answer each, as `put` */
  putAll(documents: readonly ShelfDocument[]): Promise<readonly (string | undefined)[]>;
  /** Ends documents whose `_rev` is the one held; the others are left. */
  removeAll(documents: readonly ShelfDocument[]): Promise<void>;
  /** Documents with `from <= id < to`, in order of id. */
  range(from: string, to: string, limit?: number): Promise<readonly ShelfDocument[]>;
  /** One cheap question: what other gateways over this store (and this one) have written since. */
  changed(mark?: string): Promise<Changed>;
  /** Resolves when everything written before survives a power cut. */
  flush(): Promise<void>;
  /** What was removed or ended leaves the disk. CouchDB does it by itself, in its own time (smoosh). */
  compact(): Promise<void>;
}

/** A database of one open audience. */
export interface Documents {
  /**
   * Writes revisions made elsewhere in a writer's name.
   * @returns ids that a rule of the database refused that writer
   */
  writeRevisions(rows: readonly RevisionRow[], writer: UserContext): Promise<readonly string[]>;
  /** The living leaves of one document: several where two postes wrote apart, none where it is not there. */
  versions(id: string): Promise<readonly StoredRevision[]>;
  /** Every living leaf. */
  leaves(): AsyncIterable<StoredRevision>;
  /** Ancestors of a leaf, newest first. */
  ancestors(id: string, rev: string): Promise<readonly string[]>;
}

/** What only an administrator may do was not done yet: `npm run commune -- provision`. */
export class NotProvisioned extends Error {
  override readonly name = 'NotProvisioned';
}

export interface GatewayStore {
  /** What the gateways over this store share: a secret, the schools that were given a code. */
  settings(): Promise<Shelf>;
  /** Parcels of a school. @returns undefined where nobody made it known: naming one makes no database */
  school(uai: string): Promise<Shelf | undefined>;
  createSchool(uai: string): Promise<Shelf>;
  /** @returns undefined where the database is not there yet and this store may not make it (provisioning will) */
  documents(database: string): Promise<Documents | undefined>;
  /** Destroys a database of documents: a school year that is over. @returns false where this store may not */
  destroy(database: string): Promise<boolean>;
  /** Databases that are open now, for `/health`. */
  readonly open: number;
  /** @throws where the store does not answer */
  check(): Promise<void>;
  close(): Promise<void>;
}
