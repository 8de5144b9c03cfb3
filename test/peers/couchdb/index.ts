import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * A peer that speaks the CouchDB protocol: express-pouchdb 4.2.0 on Express 4, in memory, in its
 * `minimumForPouchDB` mode, in a process of its own. Never in the product (DESIGN 9); it has no `_security`, no users
 * and no `validate_doc_update`: what it cannot prove is tried against a real CouchDB (COUCHDB_URL).
 */
export interface CouchPeer {
  readonly url: string;
  close(): Promise<void>;
}

export async function couchPeer(): Promise<CouchPeer> {
  const child = fork(join(import.meta.dirname, 'peer.mjs'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const [port] = (await once(child, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
