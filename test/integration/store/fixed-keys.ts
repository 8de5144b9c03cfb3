import { createHash } from 'node:crypto';

/** A key that any process of a test can make again. */
export const fixedKey = (audience: string, secret = 'test'): Buffer =>
  createHash('sha256').update(`${secret}/${audience}`).digest();

export const fixedKeys = (secret = 'test') => ({
  dataKeys: (audience: string): readonly Buffer[] => [fixedKey(audience, secret)],
});
