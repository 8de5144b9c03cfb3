import { createHmac, timingSafeEqual } from 'node:crypto';
import { PIN_TRIES, pinWeakness } from '../../domain/accounts/pin';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Random } from '../capability';

/**
 * Codes of the day, in this process alone: a restart, midnight at the school, signing out and five wrong tries end them.
 * What is kept is a keyed hash, so that a look into the memory for digits finds none.
 */
export interface Pins {
  /** True for somebody who has a code that still reopens. */
  has(person: Id<'staff'>): boolean;
  /** True once a code was chosen today, also where wrong tries have ended it: another one is behind the password. */
  chosen(person: Id<'staff'>): boolean;
  /** @throws PreauError `PIN_WEAK` */
  choose(person: Id<'staff'>, pin: string): void;
  /** @throws PreauError `PIN_WRONG` with the tries left, `PIN_ENDED` when the password is asked instead */
  check(person: Id<'staff'>, pin: string): void;
  forget(person: Id<'staff'>): void;
}

export function createPins(deps: {
  readonly random: Random;
  /** The school's calendar day. */
  readonly today: () => string;
}): Pins {
  const held = new Map<Id<'staff'>, { hash: Buffer; salt: Buffer; day: string; left: number }>();
  const hashOf = (salt: Buffer, person: string, pin: string): Buffer =>
    createHmac('sha256', salt).update(`${person} ${pin}`).digest();

  function living(person: Id<'staff'>) {
    const pin = ofToday(person);
    return pin && pin.left > 0 ? pin : undefined;
  }
  function ofToday(person: Id<'staff'>) {
    const pin = held.get(person);
    if (pin?.day === deps.today()) return pin;
    held.delete(person);
    return undefined;
  }
  return {
    has: (person) => living(person) !== undefined,
    chosen: (person) => ofToday(person) !== undefined,
    choose(person, pin) {
      const reason = pinWeakness(pin);
      if (reason) throw new PreauError('PIN_WEAK', { reason });
      const salt = deps.random(32);
      held.set(person, { hash: hashOf(salt, person, pin), salt, day: deps.today(), left: PIN_TRIES });
    },
    check(person, pin) {
      const known = living(person);
      if (!known) throw new PreauError('PIN_ENDED');
      // Counted before it is looked at.
      known.left -= 1;
      if (timingSafeEqual(hashOf(known.salt, person, pin), known.hash)) {
        known.left = PIN_TRIES;
        return;
      }
      if (known.left > 0) throw new PreauError('PIN_WRONG', { left: known.left });
      throw new PreauError('PIN_ENDED');
    },
    forget: (person) => void held.delete(person),
  };
}
