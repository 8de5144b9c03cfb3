// npm run commune: the commune's gateway alone (sync-server/index.ts), with what it needs installed and bundled first.
//   npm run commune                      serves
//   npm run commune -- --code 0751234J   prints a school's enrolment code
//   npm run commune -- --schools         who exchanged last, who is silent and why
//   npm run commune -- provision         makes in CouchDB what only its administrator can (docs/gateway.md)
import { join } from 'node:path';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureNode } from './set-up/node24.mjs';
import { CACHE, ROOT, SetUpError, say, tool } from './set-up/paths.mjs';
import { run } from './set-up/run.mjs';

async function commune(args) {
  const node = await ensureNode();
  await ensureDependencies();
  // The sources import each other without file extensions: one bundle, with node_modules left outside.
  const outDir = join(CACHE, 'commune');
  const bundle = ['build', '--ssr', join(ROOT, 'sync-server/index.ts'), '--outDir', outDir];
  const config = ['--config', join(ROOT, 'build/bench/vite.config.ts'), '--logLevel', 'warn'];
  const { code, output } = await run(node, [tool('vite'), ...bundle, ...config], { capture: true });
  if (code !== 0) throw new SetUpError(output);
  const served = await run(node, [join(outDir, 'index.mjs'), ...args], {
    // Disk and brotli work in threads beside: a few more than Node's four, for two hundred schools at once.
    env: { NODE_ENV: 'production', UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '8' },
  });
  process.exitCode = served.code;
}

commune(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetUpError ? error.message : error.stack);
  process.exitCode = 1;
});
