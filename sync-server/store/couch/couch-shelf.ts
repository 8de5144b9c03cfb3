import type nano from 'nano';
import type { Shelf, ShelfDocument } from '../shelf';
import { statusOf } from './couch-errors';

/** Changes read at a time; a cache that is further behind reads everything again. */
const CHANGES = 2000;

type Database = nano.DocumentScope<ShelfDocument>;

/** @param open the database under a token that still counts */
export function couchShelf(open: () => Promise<Database>): Shelf {
  const putAll = async (documents: readonly ShelfDocument[]): Promise<(string | undefined)[]> => {
    if (documents.length === 0) return [];
    const rows = await (await open()).bulk({ docs: documents.map((one) => ({ ...one })) });
    return rows.map((row) => {
      if (row.error === undefined) return row.rev;
      if (row.error === 'conflict') return undefined;
      throw new Error(`bulk_docs: ${row.error}`);
    });
  };
  return {
    async get(id) {
      try {
        return await (await open()).get(id);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async getAll(ids) {
      if (ids.length === 0) return [];
      const { rows } = await (await open()).fetch({ keys: [...ids] });
      return rows.map((row) => ('doc' in row && row.doc ? row.doc : undefined));
    },
    async put(document) {
      try {
        return (await (await open()).insert({ ...document })).rev;
      } catch (error) {
        if (statusOf(error) === 409) return undefined;
        throw error;
      }
    },
    putAll,
    async removeAll(documents) {
      await putAll(documents.map(({ _id, _rev }) => ({ _id, ...(_rev ? { _rev } : {}), _deleted: true })));
    },
    async range(from, to, limit) {
      const options = { startkey: from, endkey: to, inclusive_end: false, include_docs: true };
      const { rows } = await (await open()).list(limit === undefined ? options : { ...options, limit });
      return rows.flatMap((row) => ('doc' in row && row.doc ? [row.doc] : []));
    },
    async changed(mark) {
      const database = await open();
      if (mark === undefined) return { mark: String((await database.info()).update_seq), ids: 'unknown' };
      const { results, last_seq } = await database.changes({ since: mark, limit: CHANGES });
      const ids = results.length < CHANGES ? results.map(({ id }) => id) : 'unknown';
      return { mark: String(last_seq), ids };
    },
    // CouchDB answers when it is on the disk.
    flush: () => Promise.resolve(),
    compact: () => Promise.resolve(),
  };
}
