import type { RevisionRecord } from '../../src/store/port';
import { generationOf } from '../../src/store/revision';
import type { RuledDocument } from '../rules/rule';

/** One revision with its ancestry, as `new_edits: false` takes it. */
export interface RevisionRow extends RuledDocument {
  readonly _rev: string;
  readonly _revisions: { readonly start: number; readonly ids: readonly string[] };
}

/** A leaf as it is read back. */
export interface StoredRevision extends RuledDocument {
  readonly _rev: string;
}

export function rowOf(record: RevisionRecord): RevisionRow {
  const ids = [record.rev, ...record.ancestors].map((rev) => rev.slice(rev.indexOf('-') + 1));
  return {
    ...record.body,
    _id: record.id,
    _rev: record.rev,
    _revisions: { start: generationOf(record.rev), ids },
    ...(record.deleted ? { _deleted: true } : {}),
  };
}

/** Ancestors of a revision read with `revs`, newest first. */
export function ancestorsOf({ _revisions }: RuledDocument): readonly string[] {
  const { start, ids } = _revisions ?? { start: 0, ids: [] };
  return ids.slice(1).map((hash, index) => `${start - 1 - index}-${hash}`);
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
