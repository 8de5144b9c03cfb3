// The hardware tests: what the virtual machine needs, the programs bundled, one run, its counts.
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT, SetUpError, tool } from '../set-up/paths.mjs';
import { run } from '../set-up/run.mjs';
import { ensureGuestSystem, whyNoGuest } from './guest-system.mjs';

/** The programs that run in the virtual machine, by name. */
export const guestNames = () =>
  readdirSync(join(ROOT, 'test/hardware/guests'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();

/**
 * @param {string} node path of Node 24 @param {string[]} [asked] all when empty
 * @returns {Promise<{ passed: number, failed: number, because?: string, wrong?: string[] }>}
 *   `because`: why nothing ran; `wrong`: what failed, the test's title on the first line
 */
export async function runHardware(node, asked = []) {
  const known = guestNames();
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new SetUpError(`No such guest: ${unknown.join(', ')}. There are: ${known.join(', ')}`);
  const because = await whyNoGuest();
  if (because) return { passed: 0, failed: 0, because };
  const { system, why } = await ensureGuestSystem();
  if (!system) return { passed: 0, failed: 0, because: why };
  const folder = join(CACHE, 'hardware');
  mkdirSync(folder, { recursive: true });
  const built = await run(
    node,
    [tool('vite'), 'build', '--config', join(ROOT, 'build/hardware/vite.config.ts'), '--logLevel', 'warn'],
    { capture: true },
  );
  if (built.code !== 0) throw new SetUpError(built.output);
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const plan = {
    ...system,
    node,
    root: ROOT,
    bundles: join(folder, 'bundles'),
    guests: asked.length > 0 ? asked : known,
    report,
  };
  await run(node, [join(folder, 'bundles', 'host.mjs')], {
    env: { PREAU_HARDWARE: JSON.stringify(plan) },
  });
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, wrong: ['the machine ended without a report'] };
  }
}
