import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

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
