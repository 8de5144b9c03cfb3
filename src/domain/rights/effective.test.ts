import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../time';
import type { RoleGrant } from './actor';
import { grantsAt, holdsAt, nextChange } from './effective';

const grant = (from?: number, until?: number): RoleGrant => ({
  role: 'substitute',
  classIds: ['class_aaaaaaaaaaaaa'],
  ...(from === undefined ? {} : { from: instant(from) }),
  ...(until === undefined ? {} : { until: instant(until) }),
});
const ms = fc.integer({ min: 0, max: 4e12 });

describe('a dated role', () => {
  it('is held from its first instant, and not any more on its last', () => {
    expect([999, 1000, 1999, 2000].map((now) => holdsAt(grant(1000, 2000), now))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(holdsAt(grant(), 0)).toBe(true);
  });
  it('that cannot be read is not held', () => {
    expect(holdsAt({ until: 'demain' }, 0)).toBe(false);
    expect(holdsAt({ from: 'hier' }, 0)).toBe(false);
  });
  it('changes at no instant that `nextChange` does not name', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms), { maxLength: 6 }), ms, ms, (dates, now, later) => {
        const grants = dates.map(([from, until]) => grant(from, until));
        const next = nextChange(grants, now) ?? Infinity;
        if (later < now || later >= next) return;
        expect(grantsAt(grants, later)).toEqual(grantsAt(grants, now));
      }),
    );
  });
});
