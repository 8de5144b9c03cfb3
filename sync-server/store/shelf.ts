/**
 * What the gateway asks of a database, embedded or CouchDB: documents by id, a range of ids, and revisions as a
 * replication writes them. Small on purpose: whatever speaks the CouchDB protocol can be behind it.
 */
export interface ShelfDocument {
  readonly _id: string;
  readonly _rev?: string;
  readonly [field: string]: unknown;
}

/** One revision with its ancestry, as `new_edits: false` takes it. */
export interface RevisionRow extends ShelfDocument {
  readonly _rev: string;
  readonly _revisions: { readonly start: number; readonly ids: readonly string[] };
  readonly _deleted?: boolean;
}

export interface Shelf {
  get(id: string): Promise<ShelfDocument | undefined>;
  /** Writes a document whose `_rev` is the one held (none for a new one). @returns false when it has moved on */
  put(document: ShelfDocument): Promise<boolean>;
  remove(document: ShelfDocument): Promise<void>;
  /** Documents with `from <= id < to`, in order of id. */
  range(from: string, to: string, limit?: number): Promise<readonly ShelfDocument[]>;
  /** Writes revisions made elsewhere. @returns ids that a rule of the database (`validate_doc_update`) refused */
  writeRevisions(rows: readonly RevisionRow[]): Promise<readonly string[]>;
}

export interface GatewayStore {
  /** The database of that name. Created where it is missing, if this store may. */
  open(name: string): Promise<Shelf>;
  /** Whether it is there, without making it: whoever names a school that is not enrolled makes no database. */
  has(name: string): Promise<boolean>;
  /** For `/health`. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * One document at a time in each batch: PouchDB before CouchDB's rule took two leaves of one document in a batch for
 * a conflict (apache/pouchdb#535), so a repeated id starts another batch.
 */
export function batches(rows: readonly RevisionRow[], limit = 500): RevisionRow[][] {
  const out: RevisionRow[][] = [];
  let ids = new Set<string>();
  for (const row of rows) {
    const last = out.at(-1);
    if (!last || last.length >= limit || ids.has(row._id)) {
      out.push([row]);
      ids = new Set([row._id]);
    } else {
      last.push(row);
      ids.add(row._id);
    }
  }
  return out;
}
