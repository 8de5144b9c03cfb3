import nano from 'nano';
import { GATEWAY_ROLE } from '../rules/author-roles';
import { parcelsDatabase } from '../school-record';
import { couchDocuments } from './couch/couch-documents';
import { statusOf } from './couch/couch-errors';
import { couchShelf } from './couch/couch-shelf';
import { couchTokens, type Holder } from './couch/tokens';
import { NotProvisioned, type GatewayStore, type ShelfDocument } from './shelf';

export const SETTINGS_DATABASE = 'preau_gateway';

export interface CouchOptions {
  /** Without user or password: the gateway has none. */
  readonly url: string;
  /** CouchDB's `[jwt_keys] hmac:_default`, at least 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * A commune's store in CouchDB 3.x, or whatever speaks its protocol. Reads and keeps parcels under the gateway's own
 * role, writes documents under their author's; creates and destroys nothing.
 */
export function couchStore({ url, secret }: CouchOptions): GatewayStore {
  const token = couchTokens(secret);
  const here = new Set<string>();
  const GATEWAY: Holder = { name: 'preau-gateway', roles: [GATEWAY_ROLE] };

  const server = async (holder: Holder): Promise<nano.ServerScope> =>
    nano({ url, headers: { authorization: `Bearer ${await token(holder)}` } });
  const open = async <T>(name: string, holder: Holder = GATEWAY): Promise<nano.DocumentScope<T>> =>
    (await server(holder)).use<T>(name);

  /** A base is there for the gateway when it may read it: a new one is closed until its `_security` stands. */
  async function isHere(name: string): Promise<boolean> {
    if (here.has(name)) return true;
    try {
      await (await server(GATEWAY)).db.get(name);
      here.add(name);
      return true;
    } catch (error) {
      if (statusOf(error) === 404 || statusOf(error) === 403) return false;
      throw error;
    }
  }
  const shelf = (name: string) => couchShelf(() => open<ShelfDocument>(name));

  return {
    async settings() {
      if (!(await isHere(SETTINGS_DATABASE))) throw new NotProvisioned(SETTINGS_DATABASE);
      return shelf(SETTINGS_DATABASE);
    },
    school: async (uai) => ((await isHere(parcelsDatabase(uai))) ? shelf(parcelsDatabase(uai)) : undefined),
    async createSchool(uai) {
      if (!(await isHere(parcelsDatabase(uai)))) throw new NotProvisioned(uai);
      return shelf(parcelsDatabase(uai));
    },
    documents: async (database) =>
      (await isHere(database)) ? couchDocuments((writer) => open(database, writer)) : undefined,
    destroy(database) {
      here.delete(database);
      return Promise.resolve(false);
    },
    open: 0,
    check: async () => void (await (await server(GATEWAY)).info()),
    close: () => Promise.resolve(),
  };
}
