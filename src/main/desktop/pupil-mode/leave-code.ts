import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Memory } from './memory';

const stretch = promisify<string, Buffer, number, Buffer>(scrypt);
/** Tries without a delay; then 2, 4, … s. */
const FREE = 3;
const LONGEST = 30;

export type Left = { readonly outcome: 'left' | 'wrong' | 'wait' | 'no-code'; readonly seconds?: number };

/** The code by which an adult leaves full screen; only its hash is kept. */
export interface LeaveCode {
  choose(code: string): Promise<{ readonly salt: string; readonly hash: string }>;
  try(code: string): Promise<Left>;
}

export function createLeaveCode(memory: Pick<Memory, 'now'>, clock: () => number): LeaveCode {
  let wrong = 0;
  let closedUntil = 0;
  const hashed = async (code: string, salt: string): Promise<Buffer> =>
    stretch(code, Buffer.from(salt, 'base64'), 32);
  return {
    async choose(code) {
      const salt = randomBytes(16).toString('base64');
      return { salt, hash: (await hashed(code, salt)).toString('base64') };
    },
    async try(code) {
      const kept = memory.now.code;
      if (!kept) return { outcome: 'no-code' };
      const left = Math.ceil((closedUntil - clock()) / 1000);
      if (left > 0) return { outcome: 'wait', seconds: left };
      // Counted before anything is awaited: many at once are many tries.
      wrong += 1;
      const seconds = wrong < FREE ? 0 : Math.min(LONGEST, 2 ** (wrong - FREE + 1));
      closedUntil = clock() + seconds * 1000;
      const known = Buffer.from(kept.hash, 'base64');
      const given = await hashed(code, kept.salt);
      if (known.length === given.length && timingSafeEqual(known, given)) {
        wrong = 0;
        closedUntil = 0;
        return { outcome: 'left' };
      }
      return { outcome: 'wrong', ...(seconds > 0 && { seconds }) };
    },
  };
}
