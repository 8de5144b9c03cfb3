// A lesson of thirty devices, a room with Veyon, a teacher's telephone: taken by the end-to-end tests that do what the
// guide says, because they have the devices it takes.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureNode } from '../set-up/node24.mjs';
import { ROOT, STAND_IN, say, tool } from '../set-up/paths.mjs';
import { run } from '../set-up/run.mjs';

const IMAGES = join(ROOT, 'docs', 'images');
const TESTS = ['classroom-walk', 'computers', 'remote'].map((name) => `test/e2e/${name}.test.ts`);
/** What those tests look at under other names. */
const NAMES = {
  'ordinateurs-repond-1366': 'guide-ordinateurs-essayer',
  'ordinateurs-seance-1366': 'guide-ordinateurs',
  'telecommande-associer': 'guide-telecommande-associer',
  'telecommande-seance': 'guide-telecommande',
};

const folder = mkdtempSync(join(tmpdir(), 'preau-guide-'));
const node = await ensureNode();
const { code } = await run(
  node,
  [tool('vitest'), 'run', '--project', 'e2e', '--no-file-parallelism', ...TESTS],
  {
    env: {
      PREAU_NODE: node,
      ELECTRON_OVERRIDE_DIST_PATH: STAND_IN,
      PREAU_SHOTS: folder,
      PREAU_PICTURES: folder,
    },
  },
);
for (const file of readdirSync(folder).filter((name) => name.startsWith('guide-seance-')))
  copyFileSync(join(folder, file), join(IMAGES, file));
for (const [from, to] of Object.entries(NAMES)) {
  const taken = join(folder, `${from}.png`);
  if (existsSync(taken)) copyFileSync(taken, join(IMAGES, `${to}.png`));
  else say(`not taken here: docs/images/${to}.png`);
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = code;
