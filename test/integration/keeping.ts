import { rm } from 'node:fs/promises';
import { afterEach } from 'vitest';

interface Closable {
  close(): Promise<unknown>;
}

/** Of a test file: what its tests open is closed after each of them, the last first; then their folders go. */
export function keeping() {
  const open: Closable[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  return {
    keep<T extends Closable>(one: T): T {
      open.push(one);
      return one;
    },
    /** The test closed it itself. */
    wasClosed(one: Closable): void {
      open.splice(open.indexOf(one), 1);
    },
    keepFolders(...paths: readonly string[]): void {
      folders.push(...paths);
    },
  };
}
