import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { corpusByAudience } from '../corpus';
import { answerParent, roleArguments, roleOf, type Role } from '../link/role';
import { stockPouch } from '../sync-night/stock';

export interface StockPull {
  readonly seconds: number;
  readonly requests: number;
}
interface PullInput {
  readonly url: string;
  readonly documents: number;
  readonly folder: string;
}

/** Stock PouchDB 9 takes the corpus from express-pouchdb over loopback: nothing encrypted, one database after the other. */
export async function stockPull(bundle: string, documents: number, folder: string): Promise<StockPull> {
  const start = (role: string): Role =>
    roleOf(
      spawn(process.execPath, roleArguments(bundle, role), {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    );
  const [server, school] = [start('stockServer'), start('stockPuller')];
  try {
    const port = await server.ask<number>('open', {});
    const input: PullInput = {
      url: `http://127.0.0.1:${port}`,
      documents,
      folder: join(folder, 'stock-first'),
    };
    await school.ask('prepare', input);
    return await school.ask<StockPull>('pull', input);
  } finally {
    await school.close();
    await server.close();
  }
}

/** The child that prepares and pulls. */
export async function stockPuller(): Promise<void> {
  const Constructor = stockPouch('pouchdb-adapter-leveldb', 'pouchdb-adapter-http');
  const names = (documents: number): string[] => [...corpusByAudience(documents).keys()];
  answerParent({
    async prepare({ url, documents, folder }: PullInput) {
      const { mkdir } = await import('node:fs/promises');
      await mkdir(folder, { recursive: true });
      for (const [name, bodies] of corpusByAudience(documents)) {
        const there = new Constructor(`${url}/${name}`);
        for (let at = 0; at < bodies.length; at += 500) await there.bulkDocs(bodies.slice(at, at + 500));
      }
    },
    async pull({ url, documents, folder }: PullInput): Promise<StockPull> {
      let requests = 0;
      const counted = (to: string, options: unknown): Promise<unknown> => {
        requests += 1;
        return Constructor.fetch(to, options);
      };
      let held = 0;
      const begun = performance.now();
      for (const name of names(documents)) {
        const here = new Constructor(join(folder, name), { adapter: 'leveldb' });
        const there = new Constructor(`${url}/${name}`, { fetch: counted });
        if (!(await Constructor.replicate(there, here)).ok) throw new Error(`replication of ${name} failed`);
        held += (await here.info()).doc_count;
      }
      const seconds = (performance.now() - begun) / 1000;
      if (held !== documents) throw new Error(`stock pulled ${held} documents of ${documents}`);
      return { seconds, requests };
    },
  });
  await Promise.resolve();
}
