import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * A peer that speaks the CouchDB protocol, in a process of its own: express-pouchdb 4.2.0 on Express 4, in memory, in its
 * `minimumForPouchDB` mode (never in the product, DESIGN 9), behind what it lacks of CouchDB 3.5: an administrator, tokens
 * (JWT), `_security` that closes a new database, and `validate_doc_update`, under `new_edits: false` too. What it cannot
 * prove is tried against a real CouchDB (COUCHDB_URL).
 */
export interface CouchPeer {
  readonly url: string;
  /** With the administrator's name and password. */
  readonly adminUrl: string;
  close(): Promise<void>;
}

export async function couchPeer(): Promise<CouchPeer> {
  const child = fork(join(import.meta.dirname, 'peer.mjs'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [port] = (await once(child, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    adminUrl: `http://admin:peer@127.0.0.1:${port}`,
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
