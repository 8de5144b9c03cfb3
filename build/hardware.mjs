// npm run test:hardware [-- guest…]: real drivers on real parts of a kernel that this machine may lack, inside a
// virtual machine (docs/hardware-tests.md). Where there can be none, says why and ends well.
import { ensureDependencies } from './set-up/dependencies.mjs';
import { ensureNode } from './set-up/node24.mjs';
import { SetUpError, say } from './set-up/paths.mjs';
import { runHardware } from './hardware/run.mjs';

async function main(guests) {
  const node = await ensureNode();
  await ensureDependencies();
  const { passed, failed, because } = await runHardware(node, guests);
  if (because) say(`The hardware tests do not run here: ${because}`);
  say(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetUpError ? error.message : error.stack);
  process.exitCode = 1;
});
