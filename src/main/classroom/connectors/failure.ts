import type { Cause, Why } from './port';

/** A device did not answer, for that likely cause. */
export class NoAnswer extends Error {
  constructor(readonly cause_: Cause) {
    super(cause_);
  }
}

/** A device answered, and it cannot be. */
export class Impossible extends Error {
  constructor(readonly why: Why) {
    super(why);
  }
}

/** What the system calls it when a connection fails, as a cause. */
export function causeOf(error: unknown): Cause {
  if (error instanceof NoAnswer) return error.cause_;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-name';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'cut';
  return 'unreachable';
}
