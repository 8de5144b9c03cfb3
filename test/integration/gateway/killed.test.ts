import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { databaseName } from '../../../src/domain/audience';
import { writeFrame } from '../../../src/exchange';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { CLASSE, enrol, firstOf, grantFrame, idOf, LightPoste, UAI } from './light';

const root = join(import.meta.dirname, '../../..');
const TOKEN = 'token-of-a-test';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Program {
  readonly url: string;
  /** SIGKILL: no goodbye, no flush. */
  kill(): Promise<void>;
}

const env = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  PREAU_COMMUNE_DATA: folder,
  PREAU_COMMUNE_TOKEN: TOKEN,
  PORT: '0',
});

/** `npm run commune`, as a town hall runs it. */
async function program(folder: string): Promise<Program> {
  const child: ChildProcess = spawn(process.execPath, [join(root, 'build', 'commune.mjs')], {
    env: env(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const url = /(http:\/\/\S+)/.exec(said)?.[1];
    if (!url) continue;
    const pid = innermost(child.pid ?? 0);
    const kill = async (): Promise<void> => {
      process.kill(pid, 'SIGKILL');
      await ended;
    };
    return { url, kill };
  }
  throw new Error(`the gateway did not start: ${said}`);
}

function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  return child ? innermost(child) : pid;
}

const codeOf = async (url: string): Promise<string> => {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const reply = await fetch(`${url}/admin/code/${UAI}`, { method: 'POST', headers });
  return ((await reply.json()) as { code: string }).code;
};

describe('a gateway killed in mid-push', () => {
  it('keeps what came whole, and another one goes on from there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preau-killed-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const first = await program(folder);
    expect(await enrol(first.url, await codeOf(first.url))).toBe(200);
    const head = new LightPoste('head');
    await head.push(first.url, CLASSE, []);
    await head.keys(first.url);
    const records = Array.from({ length: 40 }, (_, at) =>
      firstOf(CLASSE, { _id: idOf('homework', String(at)), type: 'homework', v: 1, text: `Leçon ${at}` }),
    );
    const parcels = [];
    for (let at = 0; at < records.length; at += 5)
      parcels.push(...(await head.pack(CLASSE, records.slice(at, at + 5))));
    expect(parcels).toHaveLength(8);
    const frames = parcels.map(({ bytes }) => writeFrame('P', bytes));

    // Four parcels and a half arrive; the line stays open.
    const cut = httpRequest(`${first.url}/v0/schools/${UAI}/push`, { method: 'POST' });
    cut.on('error', () => undefined);
    cut.write(Buffer.concat([grantFrame(head.grant), ...frames.slice(0, 4)]));
    cut.write((frames[4] ?? Buffer.alloc(0)).subarray(0, 100));
    const fourth = parcels[3]?.header.to ?? 0;
    await expect
      .poll(async () => (await head.moved(first.url))?.[CLASSE]?.[head.id], { timeout: 20_000 })
      .toBe(fourth);
    await first.kill();

    const second = await program(folder);
    closing.push(() => second.kill());
    expect((await head.moved(second.url))?.[CLASSE]?.[head.id]).toBe(fourth);
    const again = await head.pushParcels(second.url, parcels);
    expect(again.json).toMatchObject({ taken: 4, duplicates: 4, refused: [] });
    const pulled = await head.pull(second.url);
    expect(pulled.parcels.map(({ hash }) => hash)).toEqual(parcels.map(({ hash }) => hash));
    await closing.pop()?.();

    const store = embeddedStore(folder);
    closing.push(() => store.close());
    const held: string[] = [];
    for await (const leaf of (await store.documents(databaseName(UAI, CLASSE)))?.leaves() ?? [])
      held.push(`${leaf._id} ${leaf._rev}`);
    expect(held.sort()).toEqual(records.map(({ id, rev }) => `${id} ${rev}`).sort());
  }, 120_000);
});
