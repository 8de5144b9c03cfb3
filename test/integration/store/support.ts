import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DocumentBody } from '../../../src/store/port';
import type { PouchStoreOptions } from '../../../src/store/pouch-store';
import { PouchStore } from '../../../src/store/pouch-store';
import { fixedKeys } from './fixed-keys';

export { fixedKeys };

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export async function openStore(
  folder: string,
  options: Partial<PouchStoreOptions> = {},
): Promise<PouchStore> {
  const store = new PouchStore({ folder, keyring: fixedKeys(), ...options });
  onTestFinished(() => store.close());
  return store;
}

let count = 0;
export const note = (text: string, over: Partial<DocumentBody> = {}): DocumentBody => ({
  _id: `plan_${randomBytes(6).toString('hex')}${count++}`,
  type: 'plan',
  v: 1,
  text,
  ...over,
});

/** Bytes of every file under a folder, by path. */
export async function everyFile(folder: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile())
      found.set(join(entry.parentPath, entry.name), await readFile(join(entry.parentPath, entry.name)));
  }
  return found;
}

/** Starts one of this folder's programs on the sources as they are, in a process of its own. */
export function startProgram(name: string, args: readonly string[]): ChildProcess {
  const here = import.meta.dirname;
  return spawn(
    process.execPath,
    [
      '--no-warnings',
      '--experimental-transform-types',
      '--import',
      join(here, 'resolve-ts.mjs'),
      join(here, name),
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/** All that a program writes until it ends. @throws Error when it fails */
export async function outputOf(program: ChildProcess): Promise<string> {
  let text = '';
  program.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(program, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the program ended with ${code}`);
  return text;
}
