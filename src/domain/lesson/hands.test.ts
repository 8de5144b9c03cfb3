import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, type Instant } from '../time';
import { isCalled, lowerAll, nextHand } from './hands';
import { NO_ATTENTION, type Lesson, type SeatKey } from './model';
import { arrive, handsUp, seatAt, setHand } from './seats';

const CAPABILITIES = { capture: false, battery: true, touch: true, camera: true, keys: true };
const T0 = Date.parse('2026-11-03T08:00:00.000Z');
const at = (seconds: number): Instant => instant(T0 + seconds * 1000);
const key = (n: number): SeatKey => `visitor-${n + 1}`;
const SEATS = 5;
const empty: Lesson = {
  id: 'lesson_aaaaaaaaaaaaa',
  ownerId: 'staff_aaaaaaaaaaaaa',
  mode: 'numbered',
  title: 'CE1',
  pictureCode: false,
  openedAt: at(0),
  seats: {},
  items: [],
  attention: NO_ATTENTION,
};
const lesson = Array.from({ length: SEATS }).reduce<Lesson>(
  (held, _, n) => arrive(held, { key: key(n), label: `V ${n}`, capabilities: CAPABILITIES, at: at(0) }),
  empty,
);

describe('the queue of raised hands', () => {
  it('calls in the order of arrival, each once, whatever goes up and down', () => {
    const step = fc.record({ what: fc.constantFrom('up', 'down', 'call'), n: fc.nat(SEATS - 1) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let held = lesson;
        const called = new Map<SeatKey, Instant>();
        for (const [second, { what, n }] of steps.entries()) {
          if (what !== 'call') {
            held = setHand(held, key(n), what === 'up', at(second + 1));
            continue;
          }
          const next = nextHand(held, called);
          const waiting = handsUp(held).filter((seat) => !isCalled(held, called, seat.key));
          expect(next).toBe(waiting[0]?.key);
          const upAt = next && seatAt(held, next)?.handUpAt;
          if (!next || upAt === undefined) continue;
          for (const other of waiting) expect((other.handUpAt ?? '') >= upAt).toBe(true);
          called.set(next, upAt);
          expect(isCalled(held, called, next)).toBe(true);
        }
        expect(handsUp(lowerAll(held))).toEqual([]);
      }),
    );
  });

  it('has a hand raised again wait again', () => {
    const up = setHand(lesson, key(0), true, at(1));
    const called = new Map([[key(0), at(1)]]);
    expect(nextHand(up, called)).toBeUndefined();
    const again = setHand(setHand(up, key(0), false, at(2)), key(0), true, at(3));
    expect(nextHand(again, called)).toBe(key(0));
  });
});
