/** Who is in, out, missing, lent or at another's place: derived from what was said and seen, never stored. */
import type { Id } from '../id';
import type { Instant } from '../time';
import type { BayState } from './bay';
import { instantOf } from './evidence';
import type { LoanState } from './loan';
import { restOf, type CartFact } from './put-away';

export type Presence = 'in' | 'out' | 'lent' | 'overdue' | 'missing' | 'swapped' | 'unknown';

/** A source that tells devices apart saw one at a place. */
export interface Sighting {
  readonly device: Id<'device'>;
  readonly bay: number;
  readonly at: Instant;
}
/** A sighting older than this says nothing any more. Milliseconds. */
export const SIGHTING_HOLDS_MS = 10 * 60_000;

export interface DevicePresence {
  readonly device: Id<'device'>;
  /** Its own place. */
  readonly bay: number;
  readonly presence: Presence;
  readonly because: 'seen' | 'bay' | 'loan' | 'putAway' | 'takenOut' | 'nothing';
  /** `swapped`: where it stands. */
  readonly standsAt?: number;
  /** `lent`, `overdue`. */
  readonly loan?: string;
}

export interface PresenceFacts {
  readonly places: readonly { readonly device: Id<'device'>; readonly bay: number }[];
  /** By place, as the panel derives it. */
  readonly bays: ReadonlyMap<number, BayState>;
  readonly facts: readonly CartFact[];
  readonly loans: readonly LoanState[];
  readonly sightings?: readonly Sighting[];
}

/** @param now milliseconds since the epoch */
export function presenceOf(
  { places, bays, facts, loans, sightings = [] }: PresenceFacts,
  now: number,
): DevicePresence[] {
  const rest = restOf(facts);
  const seen = new Map<string, Sighting>();
  for (const one of sightings) {
    const age = now - instantOf(one.at);
    const before = seen.get(one.device);
    if (age > SIGHTING_HOLDS_MS || age < -SIGHTING_HOLDS_MS) continue;
    if (!before || instantOf(before.at) < instantOf(one.at)) seen.set(one.device, one);
  }
  return places.map(({ device, bay }): DevicePresence => {
    const of = { device, bay };
    const sighting = seen.get(device);
    if (sighting)
      return sighting.bay === bay
        ? { ...of, presence: 'in', because: 'seen' }
        : { ...of, presence: 'swapped', because: 'seen', standsAt: sighting.bay };
    const state = bays.get(bay);
    // Habit guesses and a port whose power is cut see nothing.
    const power =
      state?.power && !state.power.stale && state.power.source !== 'habit' ? state.power.value : undefined;
    const plugged = power !== undefined && power !== 'empty' && power !== 'off';
    if (plugged) return { ...of, presence: 'in', because: 'bay' };
    const away = loans.find(({ loan, state: one }) => one !== 'back' && loan.bays.includes(bay));
    if (away)
      return {
        ...of,
        presence: away.state === 'out' ? 'lent' : 'overdue',
        because: 'loan',
        loan: away.loan.id,
      };
    const said = rest.get(device);
    if (power === 'empty' && !state?.portOff)
      return { ...of, presence: said?.state === 'out' ? 'out' : 'missing', because: 'bay' };
    if (said?.state === 'out') return { ...of, presence: 'out', because: 'takenOut' };
    if (said?.state === 'missing') return { ...of, presence: 'missing', because: 'putAway' };
    if (said) return { ...of, presence: 'in', because: 'putAway' };
    return { ...of, presence: 'unknown', because: 'nothing' };
  });
}

/** How many of each. */
export function countPresence(all: readonly DevicePresence[]): Record<Presence, number> {
  const counts: Record<Presence, number> = {
    in: 0,
    out: 0,
    lent: 0,
    overdue: 0,
    missing: 0,
    swapped: 0,
    unknown: 0,
  };
  for (const { presence } of all) counts[presence] += 1;
  return counts;
}
