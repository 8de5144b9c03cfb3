// A vitest reporter that keeps what `npm test` adds up: counts, and why a test was skipped (`ctx.skip('why')`).
import { writeFileSync } from 'node:fs';

export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: unhandledErrors.length, skips: [] };
    for (const module of modules) {
      // A file that cannot be loaded has no tests to fail.
      report.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') report.passed++;
        else if (state === 'failed') report.failed++;
        else
          report.skips.push({
            test: `${module.relativeModuleId} > ${test.fullName}`,
            reason: note ?? 'no reason given',
          });
      }
    }
    if (process.env.PREAU_TEST_REPORT) writeFileSync(process.env.PREAU_TEST_REPORT, JSON.stringify(report));
  }
}
