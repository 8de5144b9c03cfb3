import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { optionOf, tenth, type BenchContext, type Figure } from '../bench';
import { layLine, lineMissing, type ThinLine } from '../link';
import { roleArguments, roleOf, type Role } from '../link/role';
import type { CommuneAnswer, CommuneCounts } from './commune';
import type { RunSeen } from './ours';
import type { StockSeen } from './stock';

interface Revised {
  readonly _id: string;
  readonly _rev: string;
}

/** What one way of exchanging cost. */
export interface Cost {
  readonly seconds: number;
  readonly requests: number;
  /** At the IP level, both ways. */
  readonly bytes: number;
  readonly bodies: number;
  /** Heads and bodies of HTTP, inside the TLS. */
  readonly http: number;
}

export const BAD_LINE = { kbit: 256, delayMs: 300, lossPercent: 2 } as const;

/** `--name=value` among a bench's arguments. */
export async function withLine<T>(
  { root, args }: BenchContext,
  work: (line: ThinLine) => Promise<T>,
): Promise<T> {
  const missing = lineMissing();
  if (missing) throw new Error(`The line cannot be laid here: ${missing}.`);
  const line = await layLine({ root, ...BAD_LINE, seed: Number(optionOf(args)('seed') ?? 1) });
  try {
    return await work(line);
  } finally {
    await line.close();
  }
}

const bundle = import.meta.url;
const start = (
  line: ThinLine,
  side: 'school' | 'commune',
  role: string,
  env: NodeJS.ProcessEnv = {},
): Role => {
  Object.assign(process.env, env);
  return roleOf(line.spawn(side, process.execPath, roleArguments(bundle, role)));
};

/** What a piece of work cost, the line's and the gateway's counters read before and after. */
async function cost(
  line: ThinLine,
  server: Role,
  work: () => Promise<{ seconds: number; bodies?: number; requests?: number }>,
): Promise<Cost> {
  const [before, inside] = [await line.traffic(), await server.ask<CommuneCounts>('counts')];
  const done = await work();
  const [after, then] = [await line.traffic(), await server.ask<CommuneCounts>('counts')];
  return {
    seconds: done.seconds,
    requests: done.requests ?? then.requests - inside.requests,
    bytes: after.up.bytes + after.down.bytes - before.up.bytes - before.down.bytes,
    bodies: done.bodies ?? NaN,
    http: then.up + then.down - inside.up - inside.down,
  };
}

export async function measureOurs(
  { temporaryFolder, say }: BenchContext,
  line: ThinLine,
  documents: number,
  until: 'night' | 'idle',
): Promise<{ push: Cost; pull: Cost; idle?: Cost; brotli: number }> {
  const server = start(line, 'commune', 'commune');
  let school = start(line, 'school', 'ours');
  try {
    const opened = await server.ask<CommuneAnswer>('open', { folder: join(temporaryFolder, 'gateway') });
    say('Préau: enrolment, introduction and a first exchange of nothing…');
    const prepare = {
      url: `https://${line.communeAddress}:${opened.port}`,
      ca: opened.ca,
      code: opened.code,
      folder: join(temporaryFolder, 'postes'),
      documents,
    };
    await school.ask('prepare', prepare);
    const run = (name: string) => async (): Promise<RunSeen> => {
      const seen = await school.ask<RunSeen>('run', name);
      if (seen.outcome !== 'done') throw new Error(`the run ended ${seen.outcome}`);
      return seen;
    };
    const push = await cost(line, server, run('first'));
    const pull = await cost(line, server, run('second'));
    const [here, there] = [
      await school.ask<Revised[]>('documents', 'first'),
      await school.ask<Revised[]>('documents', 'second'),
    ];
    // A revision is a keyed hash of the content: equal revisions are equal documents.
    const revisions = (all: readonly Revised[]): string => all.map(({ _rev }) => _rev).join();
    if (here.length < documents || revisions(here) !== revisions(there))
      throw new Error(`the second poste does not hold the same: ${there.length} documents of ${here.length}`);
    const body = Buffer.from(JSON.stringify({ docs: here }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
    const brotli = brotliCompressSync(body, { params }).length;
    if (until === 'night') return { push, pull, brotli };
    // Another process, another connection: nothing is left open from the work before.
    await school.ask('close');
    await school.close();
    school = start(line, 'school', 'ours');
    await school.ask('reopen', prepare);
    return { push, pull, idle: await cost(line, server, run('first')), brotli };
  } finally {
    await school.close();
    await server.close();
  }
}

export async function measureStock(
  { temporaryFolder, say }: BenchContext,
  line: ThinLine,
  documents: number,
  until: 'night' | 'idle',
): Promise<{ push: Cost; pull?: Cost; idle?: Cost }> {
  const socket = join(temporaryFolder, 'couch.sock');
  const couchdb = process.env['COUCHDB_URL'];
  say(
    `Stock PouchDB 9 against ${couchdb ? 'CouchDB (COUCHDB_URL)' : 'express-pouchdb'}; this takes ten to twenty minutes…`,
  );
  const couch = roleOf(
    spawn(process.execPath, roleArguments(bundle, 'stockServer'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
  const server = start(line, 'commune', 'commune');
  let school: Role | undefined;
  try {
    await couch.ask('open', { socket, ...(couchdb ? { couchdb } : {}) });
    const opened = await server.ask<CommuneAnswer>('open', { folder: temporaryFolder, couch: socket });
    const ca = join(temporaryFolder, 'ca.pem');
    writeFileSync(ca, opened.ca);
    school = start(line, 'school', 'stock', { NODE_EXTRA_CA_CERTS: ca });
    const folder = join(temporaryFolder, 'stock');
    mkdirSync(folder, { recursive: true });
    const who = couchdb ? new URL(couchdb) : undefined;
    const login = who?.username ? `${who.username}:${who.password}@` : '';
    await school.ask('prepare', {
      url: `https://${login}${line.communeAddress}:${opened.port}`,
      folder,
      documents,
    });
    const client = school;
    const seen = (ask: string) => async (): Promise<StockSeen> => {
      const done = await client.ask<StockSeen>(ask);
      if (done.documents !== documents) throw new Error(`stock ${ask}: ${done.documents} documents`);
      return done;
    };
    const push = await cost(line, server, seen('push'));
    return until === 'idle'
      ? { push, idle: await cost(line, server, seen('push')) }
      : { push, pull: await cost(line, server, seen('pull')) };
  } finally {
    await school?.close();
    await server.close();
    await couch.close();
  }
}

export const ratio = (a: number, b: number): number => Math.round((a / b) * 10_000) / 10_000;
export const told = ({ seconds, requests, bytes, http }: Cost): string =>
  `${tenth(seconds)} s, ${requests} requests, ${bytes} bytes at the IP level (${http} of HTTP)`;

export const costFigures = (name: string, one: Cost): Figure[] => [
  { name: `${name}_s`, value: tenth(one.seconds), unit: 's' },
  { name: `${name}_requests`, value: one.requests, unit: '' },
  { name: `${name}_bytes`, value: one.bytes, unit: 'B' },
  ...(Number.isNaN(one.bodies) ? [] : [{ name: `${name}_bodies`, value: one.bodies, unit: 'B' }]),
];
