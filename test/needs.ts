import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a group does not run on this machine; `npm test` prints it (`build/test/reporter.mjs`). */
    because?: string;
  }
}

/** Options of a group of tests that needs something this machine may lack: `describe('…', needs(adb, 'adb is not …'), …)`. */
export const needs = (present: boolean, because: string): TestOptions =>
  present ? {} : { skip: true, meta: { because } };
