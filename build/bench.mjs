// npm run bench -- <name>: measures, prints for a person, then one JSON object as the last line, and keeps it.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './set-up/built.mjs';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureNode } from './set-up/node24.mjs';
import { CACHE, ROOT, STAND_IN, SetUpError, say, tool } from './set-up/paths.mjs';
import { run } from './set-up/run.mjs';
import { ensurePackages } from './set-up/system-packages.mjs';

async function bench([name, ...args]) {
  const folder = join(ROOT, 'test', 'bench');
  const known = existsSync(folder) ? readdirSync(folder).filter((file) => isBench(join(folder, file))) : [];
  if (!name || !known.includes(`${name}.ts`)) {
    throw new SetUpError(
      `npm run bench -- <name>, one of: ${known.map((file) => file.slice(0, -3)).join(', ')}`,
    );
  }
  const node = await ensureNode();
  await ensureDependencies();
  if (process.platform === 'linux') await ensurePackages(['chromium', 'fonts-dejavu-core', 'libnss3-tools']);
  await ensureBuilt(node);
  // The sources import each other without file extensions: one bundle, with node_modules left outside.
  const outDir = join(CACHE, 'bench');
  mkdirSync(outDir, { recursive: true });
  const bundle = ['build', '--ssr', join(folder, `${name}.ts`), '--outDir', outDir, '--emptyOutDir', 'false'];
  const config = ['--config', join(ROOT, 'build/bench/vite.config.ts'), '--logLevel', 'warn'];
  const { code, output } = await run(node, [tool('vite'), ...bundle, ...config], { capture: true });
  if (code !== 0) throw new SetUpError(output);
  const env = {
    PREAU_NODE: node,
    NODE_ENV: 'production',
    ELECTRON_OVERRIDE_DIST_PATH: process.env.ELECTRON_OVERRIDE_DIST_PATH ?? STAND_IN,
  };
  const result = await run(
    node,
    ['--expose-gc', join(ROOT, 'build/bench/run.mjs'), name, join(outDir, `${name}.mjs`), ...args],
    { env },
  );
  process.exitCode = result.code;
}

/** What the benches share lies beside them, and exports no default. */
function isBench(file) {
  return file.endsWith('.ts') && readFileSync(file, 'utf8').includes('export default');
}

bench(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetUpError ? error.message : error.stack);
  process.exitCode = 1;
});
