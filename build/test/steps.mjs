// The checks, in the order in which a failure is cheapest to find.
import { readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runHardware } from '../hardware/run.mjs';
import { ensureBuilt } from '../set-up/built.mjs';
import { CACHE, ROOT, SetUpError, say, tool } from '../set-up/paths.mjs';
import { run } from '../set-up/run.mjs';

const check = (name, ...commands) => ({
  name,
  commands: commands.map((args) => (typeof args === 'function' ? args : () => args)),
});
const tests = (name) => ({ name, project: name, alone: true });

export const steps = [
  check('format', () => [
    tool('prettier'),
    '--check',
    '--cache',
    '--cache-location',
    '.cache/prettier',
    '--log-level',
    'warn',
    '.',
  ]),
  check('lint', () => [tool('eslint'), '--max-warnings', '0', '.']),
  check('layers', () => [
    tool('dependency-cruiser', 'depcruise'),
    '--config',
    '.dependency-cruiser.cjs',
    'src',
    'sync-server',
  ]),
  check('dead-code', () => [tool('knip')]),
  check(
    'types',
    () => [tool('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.node.json'],
    () => [tool('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.e2e.json'],
    () => [tool('vue-tsc'), '--noEmit', '-p', 'tsconfig.web.json'],
  ),
  { name: 'build', alone: true },
  tests('unit'),
  tests('integration'),
  tests('e2e'),
  { name: 'hardware', alone: true },
];

/** @returns {Promise<{ passed: number, failed: number, skipped: number }>} */
export async function runStep(step, context) {
  const begun = Date.now();
  const counts = await (step.project ? runTests(step, context) : runCheck(step, context)).catch((error) => {
    say(error instanceof SetUpError ? error.message : error.stack);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  const detail =
    step.project || step.name === 'hardware'
      ? ` (${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped)`
      : '';
  say(`${counts.failed > 0 ? 'FAILED' : 'ok    '} ${step.name} ${seconds} s${detail}`);
  return counts;
}

/** The whole suite has 20 minutes; an emulated machine takes one, and its packages and kernel half of another. */
const HARDWARE_BEFORE_MIN = 16;

async function runCheck({ name, commands }, context) {
  const { node, env } = context;
  if (name === 'build') {
    await ensureBuilt(node);
    return { passed: 1, failed: 0, skipped: 0 };
  }
  if (name === 'hardware') {
    const spent = Math.round((Date.now() - context.begun) / 60_000);
    if (spent >= HARDWARE_BEFORE_MIN) {
      say(`skipped: hardware: ${spent} min were spent already; alone: npm run test:hardware`);
      return { passed: 0, failed: 0, skipped: 1 };
    }
    const { passed, failed, because } = await runHardware(node);
    if (because) say(`skipped: hardware: ${because}`);
    return { passed, failed, skipped: because ? 1 : 0 };
  }
  const outcomes = await Promise.all(
    commands.map((command) => onCore(() => run(node, command(), { capture: true, env }))),
  );
  const wrong = outcomes.filter(({ code }) => code !== 0);
  for (const { output } of wrong) say(output);
  const failed = wrong.length > 0 ? 1 : 0;
  return { passed: 1 - failed, failed, skipped: 0 };
}

let free = availableParallelism();
const waiting = [];
/** As many commands at once as the machine has cores; the others wait, first come first served. */
async function onCore(work) {
  if (free > 0) free -= 1;
  else await new Promise((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}

async function runTests({ project }, { node, env, filters }) {
  const report = join(CACHE, `report-${project}.json`);
  rmSync(report, { force: true });
  const args = [
    ...[tool('vitest'), 'run', '--project', project, '--passWithNoTests'],
    ...['--reporter', 'default', '--reporter', join(ROOT, 'build/test/reporter.mjs')],
    ...filters,
  ];
  const { code } = await run(node, args, { env: { ...env, PREAU_TEST_REPORT: report, CI: '1' } });
  let counts;
  try {
    counts = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    say(`${project}: the tests ended without a report (exit status ${code})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  for (const { test, reason } of counts.skips) say(`skipped: ${test}: ${reason}`);
  // A failure outside any test (an unhandled rejection) is a failure too.
  const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed;
  return { passed: counts.passed, failed, skipped: counts.skips.length };
}
