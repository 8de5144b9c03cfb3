import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { bayState } from './bay';
import type { ChargeReading } from './evidence';
import { loansOf } from './loan';
import { countPresence, presenceOf, type PresenceFacts } from './presence';
import type { CartFact } from './put-away';

const NOW = Date.parse('2026-11-23T10:00:00.000Z');
const minutesAgo = (n: number): string => new Date(NOW - n * 60_000).toISOString();
const device = (bay: number): Id<'device'> => `device_${'abcdefghij'.charAt(bay).repeat(13)}`;
const places = [1, 2, 3].map((bay) => ({ device: device(bay), bay }));
const hub = (power: NonNullable<ChargeReading['value']['power']>, portOff = false): ChargeReading => ({
  source: 'hub',
  at: new Date(NOW - 2_000).toISOString(),
  value: { power, portOff },
});
const fact = (kind: CartFact['kind'], state: 'plugged' | 'unplugged' | 'missing'): CartFact => ({
  id: kind + state,
  kind,
  at: minutesAgo(30),
  entries: places.map((one) => ({ device: one.device, state })),
  replaces: [],
});
const who = (facts: Partial<PresenceFacts>) =>
  presenceOf({ places, bays: new Map(), facts: [], loans: [], ...facts }, NOW).map(
    ({ presence }) => presence,
  );
const bays = (readings: Readonly<Record<number, ChargeReading>>) =>
  new Map(Object.entries(readings).map(([bay, one]) => [Number(bay), bayState(Number(bay), [one], NOW)]));

describe('who is in', () => {
  it('is unknown of a cart nobody spoke of', () => {
    expect(who({})).toEqual(['unknown', 'unknown', 'unknown']);
  });
  it('follows what was said: put away, taken out, missing', () => {
    expect(who({ facts: [fact('putAway', 'plugged')] })).toEqual(['in', 'in', 'in']);
    expect(who({ facts: [fact('putAway', 'missing')] })).toEqual(['missing', 'missing', 'missing']);
    expect(who({ facts: [fact('takenOut', 'unplugged')] })).toEqual(['out', 'out', 'out']);
  });
  it('follows the hub before the word: plugged is in, an empty place is missing, or out where all were taken out', () => {
    const seen = bays({ 1: hub('charging'), 2: hub('empty') });
    expect(who({ bays: seen, facts: [fact('putAway', 'plugged')] })).toEqual(['in', 'missing', 'in']);
    expect(who({ bays: seen, facts: [fact('takenOut', 'unplugged')] })).toEqual(['in', 'out', 'out']);
  });
  it('believes nothing of a port whose power is cut', () => {
    expect(who({ bays: bays({ 1: hub('empty', true), 2: hub('off', true) }), facts: [fact('putAway', 'plugged')] })).toEqual(['in', 'in', 'in']); // prettier-ignore
  });
  it('is lent until the hour, then to be given back; plugged again it is in', () => {
    const lent = { kind: 'lent' as const, id: 'l', by: 's', replaces: [], at: minutesAgo(60), bays: [2, 3], to: { kind: 'activity' as const, name: 'Étude' } }; // prettier-ignore
    const loans = (until: number) =>
      loansOf([{ ...lent, until: new Date(NOW + until * 60_000).toISOString() }], [], device, NOW);
    expect(who({ loans: loans(10) })).toEqual(['unknown', 'lent', 'lent']);
    expect(who({ loans: loans(-10), bays: bays({ 3: hub('full') }) })).toEqual(['unknown', 'overdue', 'in']);
  });
  it('is at another’s place where a source tells them apart, as long as it is fresh', () => {
    const sightings = [
      { device: device(1), bay: 2, at: minutesAgo(1) },
      { device: device(2), bay: 1, at: minutesAgo(1) },
      { device: device(3), bay: 1, at: minutesAgo(30) },
    ];
    const all = presenceOf({ places, bays: new Map(), facts: [], loans: [], sightings }, NOW);
    expect(all.map(({ presence, standsAt }) => [presence, standsAt])).toEqual([
      ['swapped', 2],
      ['swapped', 1],
      ['unknown', undefined],
    ]);
    expect(countPresence(all)).toMatchObject({ swapped: 2, unknown: 1, in: 0 });
  });
});
