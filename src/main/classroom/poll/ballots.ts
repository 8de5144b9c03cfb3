import { opaque } from '../../../domain/id';
import type { SeatKey } from '../../../domain/lesson/model';
import type { Random } from '../../capability';
import { digest } from './poll-documents';

/**
 * One answer a device, without keeping whose it is. Ballots are random; the disk knows their marks, sorted, and the
 * devices that hold one, sorted. Which holds which is in memory alone, so that a reloaded tablet finds its own again; a restart
 * forgets it, and the tablet brings the ballot that it kept.
 */
export interface Ballots {
  readonly marks: ReadonlySet<string>;
  readonly given: ReadonlySet<SeatKey>;
  /** Makes sure that each of these devices can be given one. @returns true when something is to be written first */
  prepare(keys: readonly SeatKey[]): boolean;
  /** The device's own; undefined where it must bring it. */
  of(key: SeatKey): string | undefined;
  isValid(ballot: string): boolean;
}

/** Made at once, more than a class needs: a late device takes one that was there before it came. */
const POOL = 60;

export function createBallots(
  random: Random,
  kept?: { readonly marks: readonly string[]; readonly given: readonly SeatKey[] },
): Ballots {
  const marks = new Set(kept?.marks);
  const given = new Set(kept?.given);
  const held = new Map<SeatKey, string>();
  const free: string[] = [];
  const markOf = (ballot: string): string => digest(`ballot ${ballot}`).toString('base64url').slice(0, 22);
  return {
    marks,
    given,
    prepare(keys) {
      let moved = false;
      for (const key of keys) {
        if (given.has(key)) continue;
        if (free.length === 0)
          for (let n = 0; n < POOL; n += 1) {
            const ballot = opaque(random(9)) + opaque(random(9));
            free.push(ballot);
            marks.add(markOf(ballot));
          }
        const ballot = free.pop();
        if (ballot === undefined) continue;
        held.set(key, ballot);
        given.add(key);
        moved = true;
      }
      return moved;
    },
    of: (key) => held.get(key),
    isValid: (ballot) => marks.has(markOf(ballot)),
  };
}
