import vue from '@vitejs/plugin-vue';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Real processes, sockets, disks and browsers beside each other on two cores: of 1,600 tests one may lose a race that has
 * nothing to do with what is tested, and the whole run with it. So a test that fails is tried once more; what passed only
 * then is printed by name with its first error, and counted, as « unsteady » (build/test/reporter.mjs): to be mended, not
 * hidden. `--retry 0` looks for them. A second attempt finds what the first one left (a `describe` that tells a story shares
 * its state: only beforeEach, afterEach and onTestFinished run again): what it cannot do twice fails as before.
 */
const retry = 1;

/** Half a minute and more each. Vitest begins with the largest files, which these are not: one that begins last is waited for alone. */
const LONG =
  /(e2e\/(walk|classroom-walk|kill|sync|years|room|cart-life|cart-sets)|connectors\/.*|charging\/watchman|faults\/(simulation|torture)|sources\/snmpd|cart\/wire|android\/screen)\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = sorted.filter(({ moduleId }) => LONG.test(moduleId));
    return [...long, ...sorted.filter((file) => !long.includes(file))];
  }
}

/** Three kinds of tests: pure rules beside the code, real parts together, the real application in a browser. */
export default defineConfig({
  plugins: [vue()],
  test: {
    // A core each: by default one is left idle, half of the reference machine's two.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'sync-server/**/*.test.ts'],
          pool: 'threads',
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts'],
          pool: 'forks',
          retry,
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 60_000,
          // Half of the time of these tests is waiting: for a silence to be noticed, a night to pass, a program to start.
          maxWorkers: availableParallelism() + 1,
          maxConcurrency: 8,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          retry,
          // An application and its browsers are busy for two thirds of a core: a second one beside it fills two.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          // A page tells at its own pace (1.5 s) on a machine that does other things.
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
