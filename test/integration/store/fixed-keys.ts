import { createHash } from 'node:crypto';

/** Keys that any process of a test can make again. */
export const fixedKeys = (secret = 'test') => ({
  dataKey: (audience: string) => createHash('sha256').update(`${secret}/${audience}`).digest(),
});
