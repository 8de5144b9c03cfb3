import { PreauError } from '../../domain/errors';
import type { Clock } from '../../domain/time';

/** Wrong passwords cost time, never a lock-out: somebody else's mistakes must not keep a teacher from their class. */
export interface Attempts {
  /** @throws PreauError `SIGN_IN_DELAYED` with the seconds left */
  check(who: string): void;
  failed(who: string): void;
  succeeded(who: string): void;
}

const FREE_TRIES = 3;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 5 * 60_000;

export function createAttempts(clock: Clock): Attempts {
  const tries = new Map<string, { count: number; until: number }>();
  return {
    check(who) {
      const left = (tries.get(who)?.until ?? 0) - clock();
      if (left > 0) throw new PreauError('SIGN_IN_DELAYED', { seconds: Math.ceil(left / 1000) });
    },
    failed(who) {
      const count = (tries.get(who)?.count ?? 0) + 1;
      const delay =
        count <= FREE_TRIES ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (count - FREE_TRIES - 1), LONGEST_DELAY_MS);
      tries.set(who, { count, until: clock() + delay });
    },
    succeeded: (who) => void tries.delete(who),
  };
}
