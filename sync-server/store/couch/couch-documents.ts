import type nano from 'nano';
import type { UserContext } from '../../rules/rule';
import { ancestorsOf, batches, type RevisionRow, type StoredRevision } from '../revisions';
import type { Documents } from '../shelf';
import { statusOf } from './couch-errors';

/** CouchDB refuses a document by its rules with one of these, row by row; the whole request is 201 all the same. */
const BY_RULE: readonly string[] = ['forbidden', 'unauthorized'];
/** Documents read at a time. */
const PAGE = 500;

type Database = nano.DocumentScope<StoredRevision & { readonly _conflicts?: readonly string[] }>;

/** @param as the database in somebody's name; the gateway's own where nobody is named */
export function couchDocuments(as: (writer?: UserContext) => Promise<Database>): Documents {
  return {
    async writeRevisions(rows, writer) {
      const refused: string[] = [];
      for (const batch of batches(rows)) {
        // Under new_edits:false the reply lists only what was refused (DESIGN 9).
        const docs = { docs: batch as RevisionRow[], new_edits: false } as nano.BulkModifyDocsWrapper;
        const reply: unknown = await (await as(writer)).bulk(docs);
        for (const row of reply as { id?: string; error?: string }[]) {
          if (!row.error || !row.id) continue;
          if (!BY_RULE.includes(row.error)) throw new Error(`bulk_docs: ${row.error}`);
          refused.push(row.id);
        }
      }
      return refused;
    },
    async versions(id) {
      const database = await as();
      try {
        const { _conflicts: others = [], ...winner } = await database.get(id, { conflicts: true });
        return [winner, ...(await Promise.all(others.map((rev) => database.get(id, { rev }))))];
      } catch (error) {
        if (statusOf(error) === 404) return [];
        throw error;
      }
    },
    async *leaves() {
      for (let after: string | undefined; ;) {
        const database = await as();
        const start = after === undefined ? {} : { startkey: after, skip: 1 };
        const options = { include_docs: true, conflicts: true, limit: PAGE, ...start };
        const { rows } = await database.list(options);
        for (const row of rows) {
          if (!('doc' in row) || !row.doc || row.id.startsWith('_')) continue;
          const { _conflicts: others = [], ...winner } = row.doc;
          yield winner;
          for (const rev of others) yield await database.get(row.id, { rev });
        }
        after = rows.at(-1)?.id;
        if (rows.length < PAGE) return;
      }
    },
    ancestors: async (id, rev) => ancestorsOf(await (await as()).get(id, { rev, revs: true })),
  };
}
