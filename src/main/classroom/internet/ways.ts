import type { SeatKey } from '../../../domain/lesson/model';
import { instant, type Clock, type Instant } from '../../../domain/time';
import type { Random } from '../../capability';
import type { Timers } from '../../cart/timers';

export type Way = 'filtered' | 'direct' | 'unknown';

/** Asked for through whatever way a device takes; no such name exists outside the filter (RFC 6761). */
export const PROBE_SUFFIX = '.sonde.preau.invalid';
/** A device whose probe is not seen by then goes straight, ms. */
const ANSWER_WITHIN = 5_000;

/** Which devices really pass by the filter: each is asked to call a name that only the filter can hear. */
export function createWays(deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  changed(): void;
}) {
  const held = new Map<SeatKey, { readonly way: Way; readonly at: Instant }>();
  const asked = new Map<string, { readonly seat: SeatKey; cancel(): void }>();

  function know(seat: SeatKey, way: Way): void {
    const before = held.get(seat)?.way;
    held.set(seat, { way, at: instant(deps.clock()) });
    if (before !== way) deps.changed();
  }
  return {
    seats: () => [...held].map(([seat, found]) => ({ seat, ...found })),
    /** @returns the address the device must call */
    ask(seat: SeatKey): string {
      const token = deps.random(10).toString('hex');
      const cancel = deps.timers.after(ANSWER_WITHIN, () => {
        asked.delete(token);
        know(seat, 'direct');
      });
      asked.set(token, { seat, cancel });
      return `https://${token}${PROBE_SUFFIX}/`;
    },
    /** The filter was asked for a name. @returns whether it was a probe */
    heard(host: string): boolean {
      if (!host.endsWith(PROBE_SUFFIX)) return false;
      const token = host.slice(0, -PROBE_SUFFIX.length);
      const found = asked.get(token);
      if (found) {
        asked.delete(token);
        found.cancel();
        know(found.seat, 'filtered');
      }
      return true;
    },
    forget(seat: SeatKey): void {
      if (held.delete(seat)) deps.changed();
    },
    close(): void {
      for (const { cancel } of asked.values()) cancel();
      asked.clear();
      held.clear();
    },
  };
}
