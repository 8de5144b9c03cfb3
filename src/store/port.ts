import type { Audience } from '../domain/audience';
import type { Json } from '../domain/json';

/**
 * The store as the rest of Préau sees it: databases that are audiences, documents held in memory once a database is
 * open, writes that are durable when their promise resolves. PouchDB is behind it and nobody else's business.
 */

/** `3-` and 32 hexadecimal digits: a generation and 128 bits of keyed hash (see revision.ts). */
export type Revision = string;

/** What is written: an id whose prefix names the type, a schema version, and fields. Unknown fields survive. */
export interface DocumentBody {
  readonly _id: string;
  /** Document type, e.g. `rollEntry`. */
  readonly type: string;
  /** Schema version of the type, from 1. A higher one than we know is read-only. */
  readonly v: number;
  readonly [field: string]: Json | undefined;
}

/** A document as held: its winning body, and the other leaves where two postes wrote apart. */
export interface Held<B extends DocumentBody = DocumentBody> {
  readonly rev: Revision;
  readonly body: B;
  /** Losing leaves, never deleted behind anybody's back. Empty in the normal case. */
  readonly conflicts: readonly { readonly rev: Revision; readonly body: B }[];
}

/** One change as an exchange carries it: a revision with its ancestry, newest first. */
export interface RevisionRecord {
  readonly id: string;
  readonly rev: Revision;
  /** Ancestors, newest first, without `rev` itself; at most 50. */
  readonly ancestors: readonly Revision[];
  readonly deleted: boolean;
  readonly body: DocumentBody;
}

export interface Change {
  /** Local order of the change in this database. */
  readonly seq: number;
  readonly id: string;
  readonly rev: Revision;
  readonly deleted: boolean;
  /** True when it came from another poste. */
  readonly foreign: boolean;
}

export interface AudienceDatabase {
  readonly audience: Audience;
  get<B extends DocumentBody = DocumentBody>(id: string): Held<B> | undefined;
  /** All living documents of a type, ordered by id. */
  all<B extends DocumentBody = DocumentBody>(type: string): readonly Held<B>[];
  /**
   * Writes a new document or a new revision. `parent` is the revision the writer read (undefined for a new document).
   * @throws PreauError `CONFLICT` when the document moved on, `NEWER_DATA`, `DISK_FULL`
   */
  put<B extends DocumentBody>(body: B, parent?: Revision): Promise<Held<B>>;
  /** Many new documents in one durable batch (an import). Existing ids with the same body are left as they are. */
  putAll(bodies: readonly DocumentBody[]): Promise<void>;
  remove(id: string, parent: Revision): Promise<void>;
  /** Closes a conflict: the chosen body follows the winner, the other leaves are ended. */
  resolve<B extends DocumentBody>(body: B, leaves: readonly Revision[]): Promise<Held<B>>;

  /** Applies revisions made elsewhere, after recomputing each hash. Idempotent. */
  apply(records: readonly RevisionRecord[]): Promise<void>;
  /** Changes after a local sequence number, oldest first, with their bodies. */
  changesSince(
    seq: number,
    limit: number,
  ): Promise<readonly (Change & { readonly record: RevisionRecord })[]>;
  readonly lastSeq: number;
  /**
   * Retention's sweep: each living revision that the store's `isExpired` names under that day becomes its deterministic
   * tombstone (retention-tombstone.ts), which is not a change of this poste's own; then `compact`.
   * @param day `YYYY-MM-DD`, the school's horizon
   * @returns documents that expired
   * @throws PreauError `DISK_FULL`; what was written stays, the next sweep goes on
   */
  expire(day: string): Promise<number>;
  /** Rewrites LevelDB's files, so that bodies nobody holds any more are not on the disk either. */
  compact(): Promise<void>;
  onChange(listener: (change: Change) => void): () => void;
}

export interface Store {
  /** Opens (creating where needed) and loads a database; the same object on every call. @throws PreauError `KEY_MISSING` */
  open(audience: Audience): Promise<AudienceDatabase>;
  /** Audiences that exist in the data folder, open or not. */
  list(): Promise<readonly Audience[]>;
  /** Closes a database and forgets its documents; its files stay as they are, sealed. */
  release(audience: Audience): Promise<void>;
  /** Closes a database and deletes its files; nothing happens where there is none. */
  forget(audience: Audience): Promise<void>;
  close(): Promise<void>;
}
