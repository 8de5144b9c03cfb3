// A vitest reporter that keeps what `npm test` adds up: counts, and why a test was skipped (`ctx.skip('why')`, test/needs.ts).
import { writeFileSync } from 'node:fs';

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: unhandledErrors.length, skips: [] };
    for (const module of modules) {
      // A file that cannot be loaded, or a group that cannot be set up, has no tests to fail.
      report.failed += module.errors().length;
      for (const suite of module.children.allSuites()) report.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') report.passed++;
        else if (state === 'failed') report.failed++;
        else
          report.skips.push({
            test: `${module.relativeModuleId} > ${test.fullName}`,
            reason: reasonOf(test),
          });
      }
    }
    if (process.env.PREAU_TEST_REPORT) writeFileSync(process.env.PREAU_TEST_REPORT, JSON.stringify(report));
  }
}

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
