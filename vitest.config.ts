import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/**
 * Real processes, sockets, disks and browsers beside each other on two cores: of 1,600 tests one may lose a race that has
 * nothing to do with what is tested, and the whole run with it. So a test that fails is tried once more; what passed only
 * then is printed by name with its first error, and counted, as « unsteady » (build/test/reporter.mjs): to be mended, not
 * hidden. `--retry 0` looks for them. A second attempt finds what the first one left (a `describe` that tells a story shares
 * its state: only beforeEach, afterEach and onTestFinished run again): what it cannot do twice fails as before.
 */
const retry = 1;

/** Three kinds of tests: pure rules beside the code, real parts together, the real application in a browser. */
export default defineConfig({
  plugins: [vue()],
  test: {
    // A core each: by default one is left idle, half of the reference machine's two.
    maxWorkers: '100%',
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
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          pool: 'forks',
          retry,
          fileParallelism: false,
          testTimeout: 180_000,
          // A page tells at its own pace (1.5 s) on a machine that does other things.
          expect: { poll: { timeout: 10_000 } },
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
