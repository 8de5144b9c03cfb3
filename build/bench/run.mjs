// Runs one bundled bench: run.mjs <name> <bundle>. A bench default-exports
//   async (context) => [{ name, value, unit, reach }, …]
// with `reach` as "<=1500", ">=0.9", "==0", or absent for a figure without a bound.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, say } from '../set-up/paths.mjs';

const [, , name, bundle, ...args] = process.argv;
const temporaryFolder = mkdtempSync(join(tmpdir(), `preau-bench-${name}-`));
try {
  const { default: measure } = await import(pathToFileURL(bundle).href);
  const measured = await measure({ root: ROOT, temporaryFolder, say, args });
  const figures = measured.map((figure) => ({ ...figure, ok: reaches(figure) }));
  for (const { name: figure, value, unit, reach, ok } of figures) {
    say(
      `${ok ? ' ' : '✗'} ${figure.padEnd(32)} ${String(value).padStart(12)} ${unit.padEnd(6)} ${reach ?? ''}${ok ? '' : '  FALLS SHORT'}`,
    );
  }
  const result = {
    bench: name,
    machine: machine(),
    commit: commit(),
    date: new Date().toISOString(),
    figures,
  };
  const folder = join(ROOT, 'test', 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  say(JSON.stringify(result));
} finally {
  rmSync(temporaryFolder, { recursive: true, force: true, maxRetries: 3 });
}

function reaches({ value, reach }) {
  if (reach === undefined) return true;
  const [, operator, bound] = /^(<=|>=|==|<|>)(-?[\d.]+)$/.exec(reach) ?? [];
  if (!operator) throw new Error(`"${reach}" is not a bound like "<=1500"`);
  const limit = Number(bound);
  const outcomes = {
    '<=': value <= limit,
    '>=': value >= limit,
    '==': value === limit,
    '<': value < limit,
    '>': value > limit,
  };
  // A figure that could not be measured (NaN) falls short.
  return outcomes[operator];
}

function machine() {
  const [cpu] = cpus();
  return `${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}

function commit() {
  try {
    const git = (...words) => execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') ? '+changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
