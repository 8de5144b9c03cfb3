// The checks, in the order in which a failure is cheapest to find.
import { readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { runHardware } from '../hardware/run.mjs';
import { ensureBuilt } from '../set-up/built.mjs';
import { CACHE, ROOT, SetUpError, say, tool } from '../set-up/paths.mjs';
import { run } from '../set-up/run.mjs';
import { failedOf, firstLines, outcome } from './outcome.mjs';

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

/** @returns {Promise<import('./outcome.mjs').Outcome>} */
export async function runStep(step, context) {
  const begun = Date.now();
  const result = await (step.project ? runTests(step, context) : runCheck(step, context)).catch((error) => {
    const why = error instanceof SetUpError ? error.message : error.stack;
    say(why);
    return failedOf(step.name, why);
  });
  const seconds = ((Date.now() - begun) / 1000).toFixed(1);
  const { passed, failed, skipped, unsteady } = result;
  const detail =
    step.project || step.name === 'hardware'
      ? ` (${passed} passed, ${failed} failed, ${skipped} skipped${unsteady.length > 0 ? `, ${unsteady.length} unsteady` : ''})`
      : '';
  say(`${failed > 0 ? 'FAILED' : 'ok    '} ${step.name} ${seconds} s${detail}`);
  return result;
}

/** An emulated machine takes one minute, and its packages and kernel half of another; a machine this slow would take many. */
const HARDWARE_BEFORE_MIN = 45;

async function runCheck({ name, commands }, context) {
  const { node, env } = context;
  if (name === 'build') {
    await ensureBuilt(node);
    return outcome({ passed: 1 });
  }
  if (name === 'hardware') {
    const spent = Math.round((Date.now() - context.begun) / 60_000);
    if (spent >= HARDWARE_BEFORE_MIN) {
      say(`skipped: hardware: ${spent} min were spent already; alone: npm run test:hardware`);
      return outcome({ skipped: 1 });
    }
    const first = await runHardware(node);
    // As the other real parts (vitest.config.ts): what is lost once is tried again, and named.
    const last = first.failed > 0 ? await runHardware(node) : first;
    const { passed, failed, because } = last;
    if (because) say(`skipped: hardware: ${because}`);
    const told = ({ wrong = [] }) =>
      wrong.map((line) => {
        const [what, ...why] = firstLines(line);
        return { what, why };
      });
    return outcome({
      passed,
      failed,
      skipped: because ? 1 : 0,
      failures: told(last),
      unsteady: first.failed > 0 && failed === 0 ? told(first) : [],
    });
  }
  const ends = await Promise.all(
    commands.map((command) =>
      onCore(async () => {
        const args = command();
        return { args, ...(await run(node, args, { capture: true, env })) };
      }),
    ),
  );
  const wrong = ends.filter(({ code }) => code !== 0);
  for (const { output } of wrong) say(output);
  if (wrong.length === 0) return outcome({ passed: 1 });
  return outcome({
    failed: 1,
    failures: wrong.flatMap(({ args: [path, ...rest], output, code }) => {
      return failedOf([basename(path), ...rest].join(' '), output || `exit status ${code}`).failures;
    }),
  });
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
  let found;
  try {
    found = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    const why = `the tests ended without a report (exit status ${code})`;
    say(`${project}: ${why}`);
    return failedOf(`vitest --project ${project}`, why);
  }
  const { passed, failures, unsteady, skips } = found;
  for (const { test, reason } of skips) say(`skipped: ${test}: ${reason}`);
  // A failure outside any test (a worker that ends) is a failure too.
  if (code !== 0 && failures.length === 0)
    failures.push({ what: `vitest --project ${project}`, why: [`exit status ${code}, and no failed test`] });
  return outcome({ passed, failed: failures.length, skipped: skips.length, failures, unsteady });
}
