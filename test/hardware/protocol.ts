/** What a guest and the host say to each other: JSON lines on a serial line. */

/** The line as the guest sees it. */
export const LINE = '/dev/ttyS1';
/** One test; the machine is emulated and slow. */
export const TEST_LIMIT_MS = 60_000;
/** All tests of one guest program. */
export const GUEST_LIMIT_S = 150;

export type ToHost =
  | { readonly test: string; readonly ms: number; readonly why?: string }
  | { readonly ask: number; readonly to: 'monitor' | 'hub'; readonly words: string }
  | { readonly begin: string }
  | { readonly end: string; readonly status: number }
  | { readonly up: true };

export interface FromHost {
  readonly answer: number;
  readonly said?: string;
  readonly failed?: string;
}
