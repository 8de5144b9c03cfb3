import { PreauError } from '../../domain/errors';
import type { Clock } from '../../domain/time';
import { memoryTries, type TriesStore } from './tries-file';

/**
 * Wrong passwords cost time, never a lock-out: somebody else's mistakes must not keep a teacher from their class. They are
 * counted across restarts.
 */
export interface Attempts {
  /** @throws PreauError `SIGN_IN_DELAYED` with the seconds left */
  check(who: string): void;
  /** Counts at once, and is on the disk when it resolves: a poste that is killed during the try gives none for nothing. */
  failed(who: string): Promise<void>;
  succeeded(who: string): Promise<void>;
}

const FREE_TRIES = 3;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 5 * 60_000;

export function createAttempts(clock: Clock, tries: TriesStore = memoryTries()): Attempts {
  return {
    check(who) {
      const tried = tries.get(who);
      const left = (tried?.until ?? 0) - clock();
      if (left <= 0) return;
      // A clock that was set back makes nobody wait longer than the longest delay, and gives no try either.
      if (tried && left > LONGEST_DELAY_MS)
        tries.set(who, { count: tried.count, until: clock() + LONGEST_DELAY_MS }).catch(() => undefined);
      const seconds = Math.ceil(Math.min(left, LONGEST_DELAY_MS) / 1000);
      throw new PreauError('SIGN_IN_DELAYED', { seconds });
    },
    failed(who) {
      const count = (tries.get(who)?.count ?? 0) + 1;
      const delay =
        count <= FREE_TRIES ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (count - FREE_TRIES - 1), LONGEST_DELAY_MS);
      return tries.set(who, { count, until: clock() + delay });
    },
    succeeded: (who) => tries.set(who, undefined),
  };
}
