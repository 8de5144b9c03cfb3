import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provision } from '../../../sync-server/provision';
import { couchStore } from '../../../sync-server/store/couch-adapter';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import type { GatewayStore } from '../../../sync-server/store/shelf';
import { couchPeer } from '../../peers/couchdb';
import { UAI } from '../sync/poste';

/** One way for the commune to keep what it keeps: the same tests run on each. */
export interface StoreKind {
  readonly name: string;
  readonly skip: boolean;
  open(): Promise<OpenedStore>;
}
export interface OpenedStore {
  readonly store: GatewayStore;
  /** Another gateway's, over the same data; undefined where one process alone may have it open. */
  readonly second?: () => GatewayStore;
  /** Everything that an administrator of the commune can read. */
  readonly dump: () => Promise<string>;
  /** What its administrator's nightly provisioning does; nothing where nobody has to. */
  readonly provision: () => Promise<void>;
  /** What a gateway, or a relay, is told to find the same CouchDB; undefined for the embedded store. */
  readonly env?: NodeJS.ProcessEnv;
}

type Closing = (() => Promise<unknown>)[];

/** @param closing what ends after each test */
export const storeKinds = (closing: Closing): readonly StoreKind[] => [
  {
    name: 'embedded store',
    skip: false,
    async open() {
      const folder = await mkdtemp(join(tmpdir(), 'preau-commune-'));
      closing.push(() => rm(folder, { recursive: true, force: true }));
      return {
        store: embeddedStore(folder),
        dump: () => allBytes(folder),
        provision: () => Promise.resolve(),
      };
    },
  },
  {
    name: 'CouchDB-protocol peer (express-pouchdb)',
    skip: false,
    async open() {
      const peer = await couchPeer();
      closing.push(() => peer.close());
      return couch(peer.adminUrl);
    },
  },
  {
    name: 'CouchDB (COUCHDB_URL)',
    skip: !process.env['COUCHDB_URL'],
    // With its administrator; what this school had there before is removed.
    open: () => couch(process.env['COUCHDB_URL'] ?? '', true),
  },
];

async function couch(adminUrl: string, isShared = false): Promise<OpenedStore> {
  if (isShared) await removeSchool(adminUrl);
  const secret = randomBytes(32);
  const run = async (): Promise<void> =>
    void (await provision({ adminUrl, secret, schools: [UAI], configure: true }));
  await run();
  const url = new URL(adminUrl);
  url.username = url.password = '';
  const plain = url.href.replace(/\/$/, '');
  const open = (): GatewayStore => couchStore({ url: plain, secret });
  const env = { COUCHDB_URL: plain, PREAU_COUCHDB_SECRET: secret.toString('base64') };
  return { store: open(), second: open, dump: () => everythingIn(adminUrl), provision: run, env };
}

/** `fetch` takes no password in an address. */
export function asAdmin(adminUrl: string, path: string, init: RequestInit = {}): Promise<Response> {
  const url = new URL(adminUrl);
  const authorization = `Basic ${Buffer.from(`${url.username}:${url.password}`).toString('base64')}`;
  url.username = url.password = '';
  return fetch(new URL(path, url), {
    ...init,
    headers: { authorization, 'content-type': 'application/json' },
  });
}

async function removeSchool(adminUrl: string): Promise<void> {
  for (const name of (await (await asAdmin(adminUrl, '_all_dbs')).json()) as string[])
    if (name.startsWith('preau_')) await asAdmin(adminUrl, name, { method: 'DELETE' });
}

async function everythingIn(adminUrl: string): Promise<string> {
  const names = (await (await asAdmin(adminUrl, '_all_dbs')).json()) as string[];
  const texts = names.map(async (name) =>
    (await asAdmin(adminUrl, `${name}/_all_docs?include_docs=true`)).text(),
  );
  return (await Promise.all(texts)).join('\n');
}

async function allBytes(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
  return texts.join('\n');
}
