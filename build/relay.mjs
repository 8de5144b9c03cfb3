// npm run relay: the school's relay (src/relay/index.ts), with what it needs installed and bundled first.
//   npm run relay                                     carries; waits to be introduced the first time
//   npm run relay -- --introduce 192.168.1.10:8444    says by which computer
//   npm run relay -- --status                         prints what it carries
import { join } from 'node:path';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureNode } from './set-up/node24.mjs';
import { CACHE, ROOT, SetUpError, say, tool } from './set-up/paths.mjs';
import { run } from './set-up/run.mjs';

async function relay(args) {
  const node = await ensureNode();
  await ensureDependencies();
  const outDir = join(CACHE, 'relay');
  const bundle = ['build', '--ssr', join(ROOT, 'src/relay/index.ts'), '--outDir', outDir];
  const config = ['--config', join(ROOT, 'build/bench/vite.config.ts'), '--logLevel', 'warn'];
  const { code, output } = await run(node, [tool('vite'), ...bundle, ...config], { capture: true });
  if (code !== 0) throw new SetUpError(output);
  const served = await run(node, [join(outDir, 'index.mjs'), ...args], { env: { NODE_ENV: 'production' } });
  process.exitCode = served.code;
}

relay(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetUpError ? error.message : error.stack);
  process.exitCode = 1;
});
