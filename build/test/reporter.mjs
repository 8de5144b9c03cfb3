// A vitest reporter that keeps what `npm test` adds up: counts, what failed and where, what passed at the second attempt
// only, and why a test was skipped (`ctx.skip('why')`, test/needs.ts).
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { firstLines, withoutColours } from './outcome.mjs';

export default class CountingReporter {
  onInit(vitest) {
    this.root = vitest.config.root;
  }

  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failures: [], unsteady: [], skips: [] };
    const fail = (what, errors) => report.failures.push({ what, ...this.told(errors) });
    for (const error of unhandledErrors) fail(`outside any test (${error.type ?? 'an error'})`, [error]);
    for (const module of modules) {
      const named = (of) => `${module.relativeModuleId} > ${of.fullName}`;
      // A file that cannot be loaded, or a group that cannot be set up, has no tests to fail.
      if (module.errors().length > 0) fail(module.relativeModuleId, module.errors());
      for (const suite of module.children.allSuites()) {
        if (suite.errors().length > 0) fail(`${named(suite)} (its set-up or its end)`, suite.errors());
      }
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === 'failed') fail(named(test), errors);
        else if (state === 'passed') {
          report.passed++;
          if (test.diagnostic()?.flaky) report.unsteady.push({ what: named(test), ...this.told(errors) });
        } else report.skips.push({ test: named(test), reason: reasonOf(test) });
      }
    }
    if (process.env.PREAU_TEST_REPORT) writeFileSync(process.env.PREAU_TEST_REPORT, JSON.stringify(report));
  }

  /** The first error, and where in our files it was thrown. */
  told(errors = []) {
    const [error] = errors;
    if (!error) return { why: ['no error was kept'] };
    const stacks = error.stacks ?? [];
    const place =
      stacks.find(({ file }) => file.startsWith(this.root) && !file.includes('node_modules')) ?? stacks[0];
    return {
      why: [
        ...firstLines(`${error.name ?? 'Error'}: ${error.message ?? String(error)}`),
        ...firstLines(differing(error.diff)),
      ],
      ...(place ? { at: `${relative(this.root, place.file)}:${place.line}` } : {}),
    };
  }
}

/** The lines of a comparison that differ. */
const differing = (diff = '') =>
  withoutColours(diff)
    .split('\n')
    .filter((line) => /^[-+] /.test(line) && !/^[-+] (Expected|Received)/.test(line))
    .join('\n');

function reasonOf(test) {
  const { note } = test.result();
  if (note) return note;
  const { because } = test.meta();
  if (because) return because;
  for (let group = test.parent; group; group = group.parent) {
    if (group.errors().length > 0) return 'its group could not be set up';
  }
  return 'no reason given';
}
