import { createRequire } from 'node:module';
import { connect, createServer as createBridge } from 'node:net';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { DocumentBody } from '../../../src/store/port';
import { answerParent } from '../link/role';
import { schoolDay } from '../school-day';

/** The part of stock PouchDB 9 that is measured. */
export interface Pouch {
  bulkDocs(documents: readonly object[]): Promise<unknown>;
  info(): Promise<{ doc_count: number }>;
  allDocs(options: object): Promise<{ rows: { doc: object }[] }>;
  close(): Promise<void>;
}
export interface PouchConstructor {
  new (name: string, options?: object): Pouch;
  plugin(plugin: unknown): PouchConstructor;
  defaults(options: object): PouchConstructor;
  fetch(url: string, options: unknown): Promise<unknown>;
  replicate(from: Pouch, to: Pouch): Promise<{ ok: boolean }>;
}

// CommonJS packages without declarations: what is used of them is declared above.
const require = createRequire(import.meta.url);
export function stockPouch(...adapters: string[]): PouchConstructor {
  const core = require('pouchdb-core') as PouchConstructor & { default?: PouchConstructor };
  return [...adapters, 'pouchdb-replication'].reduce(
    (pouch, name) => pouch.plugin((require(name) as { default?: unknown }).default ?? require(name)),
    core.default ?? core,
  );
}

/**
 * A CouchDB for stock PouchDB to replicate with: a real one by its address, else express-pouchdb in memory. On a Unix
 * socket where one is named, else on a port of loopback, which is the answer.
 */
export async function stockServer(): Promise<void> {
  answerParent({
    async open({ socket, couchdb }: { socket?: string; couchdb?: string }) {
      if (couchdb) {
        const { hostname, port } = new URL(couchdb);
        const bridge = createBridge((near) => {
          const far = connect({ host: hostname, port: Number(port || 5984) });
          near.pipe(far).pipe(near);
          near.on('error', () => far.destroy());
          far.on('error', () => near.destroy());
        });
        await new Promise<void>((resolve) => bridge.listen(socket, resolve));
        return undefined;
      }
      const pouch = stockPouch('pouchdb-adapter-memory', 'pouchdb-adapter-http').defaults({
        adapter: 'memory',
      });
      const express = require('express') as () => { use(path: string, handler: unknown): void };
      const expressPouch = require('express-pouchdb') as (pouch: unknown, options: object) => unknown;
      const app = express();
      app.use(
        '/',
        expressPouch(pouch, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' }),
      );
      const server = createServer(app as never);
      await new Promise<void>((resolve) =>
        socket === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(socket, resolve),
      );
      const address = server.address();
      return typeof address === 'object' ? address?.port : undefined;
    },
  });
  await Promise.resolve();
}

export interface StockSeen {
  readonly seconds: number;
  readonly requests: number;
  readonly documents: number;
}
export interface StockInput {
  readonly url: string;
  readonly folder: string;
  readonly documents: number;
}

/** The school's side of stock PouchDB: a day in 27 local databases, each replicated with its defaults, one after another. */
export async function stock(): Promise<void> {
  const Constructor = stockPouch('pouchdb-adapter-leveldb', 'pouchdb-adapter-http');
  let requests = 0;
  let at: StockInput | undefined;
  const names: string[] = [];
  const local = new Map<string, Pouch>();
  const nameOf = (audience: string): string => `preau_0951099d_${audience}`;

  async function all(which: 'first' | 'second', way: 'push' | 'pull'): Promise<StockSeen> {
    if (!at) throw new Error('not prepared');
    const counted = (url: string, options: unknown): Promise<unknown> => {
      requests += 1;
      return Constructor.fetch(url, options);
    };
    requests = 0;
    let documents = 0;
    const begun = performance.now();
    for (const name of names) {
      const here = local.get(`${which} ${name}`);
      if (!here) throw new Error(`no ${name}`);
      const there = new Constructor(`${at.url}/${name}`, { fetch: counted });
      const outcome =
        way === 'push' ? Constructor.replicate(here, there) : Constructor.replicate(there, here);
      if (!(await outcome).ok) throw new Error(`replication of ${name} failed`);
      documents += (await here.info()).doc_count;
    }
    return { seconds: (performance.now() - begun) / 1000, requests, documents };
  }

  answerParent({
    async prepare(input: StockInput) {
      at = input;
      const { audiences, documents } = schoolDay(input.documents);
      for (const audience of audiences) {
        names.push(nameOf(audience));
        for (const which of ['first', 'second'])
          local.set(
            `${which} ${nameOf(audience)}`,
            new Constructor(join(input.folder, `${which}-${audience}`), { adapter: 'leveldb' }),
          );
        const bodies: DocumentBody[] = documents
          .filter((one) => one.audience === audience)
          .map(({ body }) => body);
        await local.get(`first ${nameOf(audience)}`)?.bulkDocs(bodies);
      }
    },
    push: () => all('first', 'push'),
    pull: () => all('second', 'pull'),
  });
  await Promise.resolve();
}
