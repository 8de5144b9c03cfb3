import { describe, expect, it } from 'vitest';
import { bayLook, lastsLater, leadingEvidence } from './bay-look';
import { ageParts, momentParts } from './time-words';
import type { PanelBayView } from '../../../contract/staff/cart';

const said = <T>(value: T, source: 'hub' | 'device' | 'person' = 'hub', ageSeconds = 2) => ({
  value,
  source,
  at: '2026-11-20T08:00:00.000Z',
  ageSeconds,
  stale: ageSeconds > 10,
});
const bay = (more: Partial<PanelBayView>): PanelBayView => ({
  bay: 7,
  device: { device: 'device_aaaaaaaaaaaaa', number: 7, bay: 7 },
  power: null,
  percent: null,
  currentMa: null,
  voltageMv: null,
  energyWh: null,
  chargingSeconds: null,
  portOff: false,
  stale: false,
  conflicts: [],
  readiness: { readiness: 'unknown', because: 'nothingKnown' },
  foreseen: null,
  rest: null,
  absence: null,
  lent: null,
  ...more,
});

describe('how long a device lasts', () => {
  it.each([
    [false, bay({ percent: said(97), readiness: { readiness: 'ready', because: 'percent' } })],
    [
      true,
      bay({
        power: said('charging'),
        percent: said(14),
        readiness: { readiness: 'probable', because: 'foreseen' },
      }),
    ],
    [true, bay({ percent: said(12), readiness: { readiness: 'low', because: 'percent' } })],
  ] as const)('is said of later: %s', (later, view) => {
    expect(lastsLater(view)).toBe(later);
  });
});

describe('the word on a bay', () => {
  it.each([
    ['unknown', bay({})],
    ['free', bay({ device: null, readiness: null })],
    ['missing', bay({ power: said('empty'), readiness: { readiness: 'missing', because: 'bayEmpty' } })],
    ['ready', bay({ power: said('full'), readiness: { readiness: 'ready', because: 'full' } })],
    ['low', bay({ percent: said(12), readiness: { readiness: 'low', because: 'percent' } })],
    ['probable', bay({ readiness: { readiness: 'probable', because: 'putAway' } })],
    ['charging', bay({ power: said('charging'), readiness: { readiness: 'unknown', because: 'charging' } })],
    ['charging', bay({ power: said('charging'), readiness: { readiness: 'probable', because: 'foreseen' } })],
    ['off', bay({ power: said('empty'), portOff: true })],
    ['out', bay({ power: said('empty'), readiness: { readiness: 'unknown', because: 'out' } })],
    ['lent', bay({ readiness: { readiness: 'lent', because: 'lent' } })],
    ['unplugged', bay({ readiness: { readiness: 'unknown', because: 'unplugged' } })],
    ['fault', bay({ power: said('fault'), readiness: { readiness: 'unknown', because: 'fault' } })],
  ] as const)('%s', (word, view) => {
    expect(bayLook(view).word).toBe(word);
  });

  it('draws what is old as a memory, and what two sources dispute as a doubt', () => {
    expect(bayLook(bay({ power: said('charging', 'hub', 60), stale: true }))).toMatchObject({
      word: 'charging',
      tone: 'stale',
      stale: true,
    });
    expect(bayLook(bay({ power: said('empty', 'hub', 60), stale: true }))).toMatchObject({
      word: 'missing',
      tone: 'stale',
    });
    const stalePromise = { readiness: 'probable', because: 'staleReading' } as const;
    expect(
      bayLook(bay({ power: said('full', 'hub', 60), stale: true, readiness: stalePromise })),
    ).toMatchObject({ word: 'full', tone: 'stale' });
    const conflicts = [{ about: 'percent' as const, values: [said('full' as const), said(42, 'device')] }];
    expect(bayLook(bay({ conflicts, power: said('full'), percent: said(42, 'device') }))).toMatchObject({
      word: 'conflict',
      tone: 'warn',
      level: 42,
    });
  });

  it('writes the source of the youngest fresh word', () => {
    expect(
      leadingEvidence(bay({ power: said('full', 'hub', 60), percent: said(80, 'device', 5) })),
    ).toMatchObject({
      source: 'device',
    });
    expect(leadingEvidence(bay({}))).toBeNull();
  });
});

describe('ages and moments', () => {
  it('are rounded to what a person says', () => {
    expect(ageParts(0)).toEqual({ key: 'now', n: 0 });
    expect(ageParts(2)).toEqual({ key: 'seconds', n: 2 });
    expect(ageParts(150)).toEqual({ key: 'minutes', n: 2 });
    expect(ageParts(7_300)).toEqual({ key: 'hours', n: 2 });
    expect(ageParts(200_000)).toEqual({ key: 'days', n: 2 });
  });

  it('say today, yesterday, a weekday, then a date', () => {
    const now = new Date(2026, 10, 20, 8, 0).getTime();
    const at = (day: number, hour: number, minute: number) =>
      new Date(2026, 10, day, hour, minute).toISOString();
    expect(momentParts(at(19, 16, 25), now, 'fr')).toEqual({
      key: 'yesterday',
      time: '16\u00a0h\u00a025',
      day: '',
    });
    expect(momentParts(at(20, 7, 5), now, 'fr')).toEqual({ key: 'today', time: '7\u00a0h\u00a005', day: '' });
    expect(momentParts(at(17, 9, 0), now, 'fr')).toMatchObject({ key: 'day', day: 'mardi' });
    expect(momentParts(at(2, 9, 0), now, 'fr')).toMatchObject({ key: 'day', day: 'le 2 novembre' });
    expect(momentParts(at(19, 16, 25), now, 'en')).toMatchObject({ time: '16:25' });
  });
});
