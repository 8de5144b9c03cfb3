// npm run cut-aaf: an academy's or commune's AAF 1D, cut into one file a school (docs/feeds.md).
//   npm run cut-aaf -- ENT1D_commune.zip --into=ecoles
import { join } from 'node:path';
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureNode } from './set-up/node24.mjs';
import { CACHE, ROOT, SetUpError, say, tool } from './set-up/paths.mjs';
import { run } from './set-up/run.mjs';

async function cut(args) {
  const node = await ensureNode();
  await ensureDependencies();
  const outDir = join(CACHE, 'cut-aaf');
  const entry = join(ROOT, 'src/main/directory/feeds/cut-command.ts');
  const config = ['--config', join(ROOT, 'build/bench/vite.config.ts'), '--logLevel', 'warn'];
  const bundled = await run(node, [tool('vite'), 'build', '--ssr', entry, '--outDir', outDir, ...config], {
    capture: true,
  });
  if (bundled.code !== 0) throw new SetUpError(bundled.output);
  const { code } = await run(node, ['--expose-gc', join(outDir, 'cut-command.mjs'), ...args]);
  process.exitCode = code;
}

cut(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetUpError ? error.message : error.stack);
  process.exitCode = 1;
});
