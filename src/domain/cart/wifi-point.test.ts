import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expiredOf,
  holdsOf,
  lightOf,
  owesOff,
  SEEN_FRESH_MS,
  unanswered,
  USUAL_MINUTES,
  type PointFact,
} from './wifi-point';

const START = Date.parse('2026-11-23T08:00:00.000Z');
const at = (minutes: number): string => new Date(START + minutes * 60_000).toISOString();
const now = (minutes: number): number => START + minutes * 60_000;

let next = 0;
const said = (minutes: number) => ({
  id: `event_${String((next += 1)).padStart(4, '0')}`,
  at: at(minutes),
  by: 'staff',
});
const asked = (minutes: number, until: number, poste = 'poste_a'): PointFact & { kind: 'asked' } => ({
  ...said(minutes),
  kind: 'asked',
  use: 'lesson',
  poste,
  until: at(until),
});
const lit = (
  minutes: number,
  on: boolean,
  how: 'driver' | 'person' = 'driver',
  replaces: readonly string[] = [],
  knew: readonly string[] = [],
): PointFact => ({ ...said(minutes), kind: 'lit', on, how, replaces, knew });
const released = (minutes: number, of: PointFact): PointFact => ({
  ...said(minutes),
  kind: 'released',
  asked: of.id,
  why: 'over',
});

describe('the Wi-Fi point', () => {
  it('is off as long as nobody says anything: that is how it is left', () => {
    expect(lightOf([], { now: now(0) })).toEqual({ value: 'off', basis: 'usual' });
    expect(owesOff([], { now: now(0) })).toBe(false);
  });

  it('is what its own port says, while that is fresh', () => {
    const facts = [lit(0, false, 'person')];
    const port = { on: true, at: at(10) };
    expect(lightOf(facts, { port, now: now(10) })).toMatchObject({ value: 'on', basis: 'port' });
    expect(lightOf(facts, { port, now: now(12) })).toMatchObject({ value: 'off', basis: 'person' });
  });

  it('is on where devices of its cart answer, unless somebody put it off since they came', () => {
    const seen = { came: at(5), last: at(6) };
    expect(lightOf([], { seen, now: now(6) })).toEqual({ value: 'on', basis: 'devices', at: at(6) });
    const off = [lit(5.5, false, 'person')];
    expect(lightOf(off, { seen, now: now(6) })).toMatchObject({ value: 'off', basis: 'person' });
    const another = { came: at(6), last: at(6) };
    expect(lightOf(off, { seen: another, now: now(6) })).toMatchObject({ value: 'on', basis: 'devices' });
    expect(lightOf([], { seen, now: now(6) + SEEN_FRESH_MS + 1 })).toMatchObject({ value: 'off' });
  });

  it('does not believe for ever that it is on', () => {
    const facts = [lit(0, true, 'person')];
    expect(lightOf(facts, { now: now(USUAL_MINUTES) })).toMatchObject({ value: 'on' });
    expect(lightOf(facts, { now: now(USUAL_MINUTES + 1) })).toMatchObject({ value: 'unknown' });
  });

  it('is what was said last, whatever the clock of the computer that said it', () => {
    const fast = lit(600, true, 'person');
    const facts = [fast, lit(5, false, 'person', [fast.id])];
    expect(lightOf(facts, { now: now(6) })).toMatchObject({ value: 'off', basis: 'person' });
  });

  it('is held by two lessons until both let it go', () => {
    const [one, two] = [asked(0, 240), asked(10, 240, 'poste_b')];
    const facts = [one, two, lit(0, true)];
    expect(holdsOf(facts, now(20))).toEqual([one, two]);
    facts.push(released(30, one));
    expect(holdsOf(facts, now(31))).toEqual([two]);
    expect(owesOff(facts, { now: now(31) })).toBe(false);
    facts.push(released(40, two));
    expect(owesOff(facts, { now: now(41) })).toBe(true);
    facts.push(lit(41, false));
    expect(owesOff(facts, { now: now(42) })).toBe(false);
  });

  it('is to be lit for who asked, once: who puts it off afterwards has the last word', () => {
    const one = asked(0, 240);
    expect(unanswered([one], now(1))).toBe(true);
    const facts = [one, lit(1, true, 'driver', [], [one.id])];
    expect(unanswered(facts, now(2))).toBe(false);
    expect(unanswered([one, lit(1, false, 'person', [], [one.id])], now(2))).toBe(false);
    expect(unanswered([...facts, asked(3, 240, 'poste_b')], now(3))).toBe(true);
    expect(unanswered([one], now(240))).toBe(false);
  });

  it('is let go past its hour, and never put off by Préau where a person lit it', () => {
    const one = asked(0, 60);
    const facts = [one, lit(0, true)];
    expect(holdsOf(facts, now(60))).toEqual([]);
    expect(expiredOf(facts, now(60))).toEqual([one]);
    expect(expiredOf([...facts, released(61, one)], now(62))).toEqual([]);
    expect(owesOff([one, lit(0, true, 'person')], { now: now(61) })).toBe(false);
  });

  it('says the same whatever the order in which the facts arrived', () => {
    const many = fc.array(
      fc.record({ minutes: fc.integer({ min: 0, max: 600 }), what: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        many,
        fc.integer({ min: 0, max: 700 }),
        fc.infiniteStream(fc.nat()),
        (list, when, order) => {
          const facts: PointFact[] = [];
          for (const { minutes, what } of list) {
            const last = facts.filter((one) => one.kind === 'asked').at(-1);
            if (what === 0) facts.push(asked(minutes, minutes + 60));
            else if (what === 1 && last) facts.push(released(minutes, last));
            else facts.push(lit(minutes, what === 2));
          }
          const signs = { now: now(when) };
          const shuffled = facts
            .map((fact) => ({ fact, key: order.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ fact }) => fact);
          expect(lightOf(shuffled, signs)).toEqual(lightOf(facts, signs));
          expect(holdsOf(shuffled, signs.now)).toEqual(holdsOf(facts, signs.now));
          expect(owesOff(shuffled, signs)).toBe(owesOff(facts, signs));
        },
      ),
    );
  });
});
