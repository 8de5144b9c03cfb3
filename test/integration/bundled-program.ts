import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/**
 * A program as its command bundles it: one file beside the packages it leaves outside, and a data folder of its own. What
 * still runs of it ends with the tests of the file.
 * @param entry from the root of the repository
 */
export function bundledProgram(entry: string): {
  readonly file: string;
  readonly folder: string;
  readonly running: Set<ChildProcess>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'preau-program-'));
  const bundle = mkdtempSync(join(ROOT, 'node_modules/.preau-program-'));
  const running = new Set<ChildProcess>();
  beforeAll(async () => {
    await build({
      configFile: join(ROOT, 'build/bench/vite.config.ts'),
      root: ROOT,
      logLevel: 'silent',
      build: { ssr: join(ROOT, entry), outDir: bundle, emptyOutDir: false },
    });
  });
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    rmSync(bundle, { recursive: true, force: true });
  });
  return { file: join(bundle, 'index.mjs'), folder, running };
}
