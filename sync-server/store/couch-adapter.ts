import nano from 'nano';
import { batches, type GatewayStore, type Shelf, type ShelfDocument } from './shelf';

const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;

/** CouchDB refuses a document by its rules with one of these, row by row; the whole request is 201 all the same. */
const BY_RULE: readonly string[] = ['forbidden', 'unauthorized'];

export interface CouchOptions {
  /** With user and password in the address, as nano takes it. */
  readonly url: string;
  /** The gateway may create missing databases (small installations); else provisioning has done it. */
  readonly creates?: boolean;
}

/** A commune's store in CouchDB 3.x, or whatever speaks its protocol. */
export function couchStore(options: CouchOptions): GatewayStore {
  const server = nano(options.url);
  const ready = new Map<string, Promise<void>>();
  const seen = new Set<string>();

  async function create(name: string): Promise<void> {
    try {
      await server.db.create(name);
    } catch (error) {
      // 412: it is there already, perhaps made by another gateway a moment ago.
      if (statusOf(error) !== 412) throw error;
    }
  }

  return {
    async open(name) {
      if (options.creates !== false) {
        const making = ready.get(name) ?? create(name);
        ready.set(name, making);
        making.catch(() => ready.delete(name));
        await making;
      }
      return couchShelf(server.use<ShelfDocument>(name));
    },
    async has(name) {
      if (ready.has(name) || seen.has(name)) return true;
      try {
        await server.db.get(name);
        seen.add(name);
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    },
    check: async () => void (await server.info()),
    close: () => Promise.resolve(),
  };
}

function couchShelf(database: nano.DocumentScope<ShelfDocument>): Shelf {
  return {
    async get(id) {
      try {
        return await database.get(id);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async put(document) {
      try {
        await database.insert({ ...document });
        return true;
      } catch (error) {
        if (statusOf(error) === 409) return false;
        throw error;
      }
    },
    async remove(document) {
      await database.destroy(document._id, document._rev ?? '');
    },
    async range(from, to, limit) {
      const options = { startkey: from, endkey: to, inclusive_end: false, include_docs: true };
      const { rows } = await database.list(limit === undefined ? options : { ...options, limit });
      return rows.flatMap((row) => ('doc' in row && row.doc ? [row.doc] : []));
    },
    async writeRevisions(rows) {
      const refused: string[] = [];
      for (const batch of batches(rows)) {
        // Under new_edits:false the reply lists only what was refused (DESIGN 9).
        const reply: unknown = await database.bulk({
          docs: batch,
          new_edits: false,
        } as nano.BulkModifyDocsWrapper);
        for (const row of reply as { id?: string; error?: string }[]) {
          if (!row.error || !row.id) continue;
          if (!BY_RULE.includes(row.error)) throw new Error(`bulk_docs: ${row.error}`);
          refused.push(row.id);
        }
      }
      return refused;
    },
  };
}
