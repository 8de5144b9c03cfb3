import { expect } from 'vitest';

/** A condition that the screens reach in a moment; slow machines take longer, nobody sleeps. */
const PATIENCE_MS = 30_000;

export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: PATIENCE_MS, interval: 100 });
