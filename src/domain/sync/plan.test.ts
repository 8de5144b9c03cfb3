import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localMinutes } from '../time';
import { HOUR_MS, lastLocal, MINUTE_MS, nextLocal } from './clock';
import {
  BEFORE_SHUTDOWN_MS,
  BEFORE_SUSPEND_MS,
  planSync,
  URGENT_BYTES,
  type SyncFacts,
  type SyncPlan,
} from './plan';
import { DEFAULT_SETTINGS, inWindow, type SyncSettings } from './settings';

const PARIS = 'Europe/Paris';
/** A Tuesday of November, local hours. */
const at = (hour: number, minute = 0): number => Date.UTC(2026, 10, 24, hour - 1, minute);
const base: SyncFacts = {
  now: at(14),
  zone: PARIS,
  running: false,
  commune: true,
  others: true,
  carrier: 'nobody',
  place: 'school',
  mains: true,
  waiting: { urgent: 0, all: 0 },
  done: at(4),
  tried: at(4),
  failures: 0,
  peersTried: at(13, 30),
  spent: { night: 0, month: 0 },
  spread: 0,
};
/** Neighbours were asked a moment ago, unless the case is about them. */
const plan = (facts: Partial<SyncFacts>, settings: Partial<SyncSettings> = {}): SyncPlan => {
  const now = facts.now ?? base.now;
  const peersTried = now - 20 * MINUTE_MS;
  return planSync({ ...DEFAULT_SETTINGS, ...settings }, { ...base, peersTried, ...facts });
};
const wait = { urgent: 1, all: 3 };

describe('moments of a school day', () => {
  it('leaves a quiet afternoon alone, and says when the night begins', () => {
    expect(plan({})).toMatchObject({
      run: undefined,
      pause: 'nothing-waits',
      next: { at: at(20), moment: 'night' },
    });
  });

  it('gives what waits to the neighbours by day, every quarter of an hour, without the line', () => {
    expect(plan({ waiting: wait }).run).toMatchObject({ moment: 'peers', partners: ['peers'], budget: null });
    expect(plan({ waiting: wait, peersTried: at(13, 50) })).toMatchObject({
      run: undefined,
      next: { at: at(14, 5), moment: 'peers' },
    });
  });

  it('asks the neighbours once an hour what they have, where nothing waits', () => {
    expect(plan({ peersTried: at(13) }).run).toMatchObject({ moment: 'peers', budget: null });
    expect(plan({ peersTried: at(13), others: false }).run).toBeUndefined();
    expect(plan({ peersTried: at(13), place: 'elsewhere', tried: at(13, 50) }).run).toBeUndefined();
  });

  it('sends everything at « Fin de journée » but files, and has an end', () => {
    const { run } = plan({ asked: 'end-of-day', waiting: wait });
    expect(run).toMatchObject({
      partners: ['peers', 'commune'],
      priorities: ['urgent', 'ordinary', 'fleet'],
    });
    expect(run?.within).toBeGreaterThan(0);
  });

  it('is brief before sleep and briefer before the end, and does nothing where nothing waits', () => {
    expect(plan({ asked: 'suspend', waiting: wait }).run?.within).toBe(BEFORE_SUSPEND_MS);
    expect(plan({ asked: 'shutdown', waiting: wait }).run?.within).toBe(BEFORE_SHUTDOWN_MS);
    expect(plan({ asked: 'shutdown' })).toMatchObject({ run: undefined, pause: 'nothing-waits' });
  });

  it('runs once a night on mains, files included', () => {
    const night = { now: at(22), done: at(17) };
    expect(plan(night).run).toMatchObject({ moment: 'night', priorities: expect.arrayContaining(['files']) });
    expect(plan({ now: at(23), done: at(22, 30) })).toMatchObject({ run: undefined, pause: 'night-done' });
    expect(plan({ ...night, mains: false })).toMatchObject({
      pause: 'battery',
      next: { moment: 'morning', at: at(30) },
    });
  });

  it('spreads schools over the first quarter of the window', () => {
    expect(plan({ now: at(20, 30), done: at(17), spread: 0.5 })).toMatchObject({
      pause: 'not-yet',
      next: { at: at(21, 15), moment: 'night' },
    });
  });

  it('makes up for a night that did not happen, early in the morning', () => {
    expect(plan({ now: at(7, 30), done: at(-9) }).run).toMatchObject({ moment: 'morning' });
    expect(plan({ now: at(7, 30), done: at(-1) }).run).toBeUndefined();
    expect(plan({ now: at(11), done: at(-9) }).run).toBeUndefined();
    expect(plan({ now: at(11), done: at(-30) }).run).toMatchObject({ moment: 'overdue' });
  });

  it('leaves the night to the poste the head named, for as long as that one is heard', () => {
    const night = { now: at(22), done: at(17) };
    expect(plan({ ...night, carrier: { heard: at(16) } })).toMatchObject({
      run: undefined,
      pause: 'carried',
      next: undefined,
    });
    expect(plan({ ...night, carrier: { heard: at(-10) } }).run).toMatchObject({ moment: 'night' });
    expect(plan({ ...night, carrier: { heard: undefined } }).run).toMatchObject({ moment: 'night' });
    expect(plan({ ...night, carrier: 'me' }).run).toMatchObject({ moment: 'night' });
  });

  it('goes straight to the commune from home', () => {
    expect(plan({ now: at(18), place: 'elsewhere', waiting: wait }).run).toMatchObject({ moment: 'home' });
    expect(plan({ now: at(18), place: 'elsewhere', waiting: wait, tried: at(17, 45) }).run).toBeUndefined();
    // The poste that carries stayed at school: it does not carry what is written here.
    const carried = { carrier: { heard: at(16) }, place: 'elsewhere', now: at(22), done: at(17) } as const;
    expect(plan(carried).run).toMatchObject({ moment: 'night' });
  });

  it('tries again later and later on a line that is not there, and says so', () => {
    const night = { now: at(22), done: at(-9), tried: at(21, 50), failures: 2 };
    expect(plan(night)).toMatchObject({ pause: 'retry-later', states: ['line-absent'], lookAt: at(22, 5) });
    expect(plan({ ...night, now: at(22, 5) }).run).toMatchObject({ moment: 'night' });
  });

  it('keeps to the budget; the register and the notices pass all the same', () => {
    const night = { now: at(22), done: at(17), spent: { night: 900, month: 1000 } };
    expect(plan(night, { nightBytes: 5000 }).run?.budget).toBe(4100);
    expect(plan(night, { nightBytes: 5000, monthBytes: 1500 }).run?.budget).toBe(500);
    expect(plan(night, { monthBytes: 1000 })).toMatchObject({
      pause: 'spent',
      states: ['month-spent', 'urgent-only'],
    });
    expect(plan({ ...night, waiting: wait }, { monthBytes: 1000 }).run).toMatchObject({
      priorities: ['urgent'],
      budget: URGENT_BYTES,
    });
  });

  it('carries no file over a line that is billed by volume', () => {
    expect(plan({ now: at(22), done: at(17) }, { metered: true }).run?.priorities).not.toContain('files');
    expect(plan({ waiting: wait }, { metered: true }).run?.priorities).toContain('files');
  });

  it('does nothing alone', () => {
    expect(plan({ commune: false, others: false, waiting: wait })).toMatchObject({
      pause: 'alone',
      next: undefined,
    });
  });
});

const zones = fc.constantFrom(PARIS, 'Indian/Reunion', 'Pacific/Noumea', 'America/Cayenne');
const minute = fc.integer({ min: 0, max: 1439 });
const anySettings: fc.Arbitrary<SyncSettings> = fc.record({
  night: fc.record({ from: minute, to: minute }),
  nightBytes: fc.option(fc.integer({ min: 0, max: 1e9 })),
  monthBytes: fc.option(fc.integer({ min: 0, max: 1e9 })),
  metered: fc.boolean(),
  carrier: fc.constant(null),
});
const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });
const past = fc.option(moment, { nil: undefined });
const anyFacts: fc.Arbitrary<SyncFacts> = fc.record({
  now: moment,
  zone: zones,
  asked: fc.constantFrom(undefined, undefined, 'person', 'end-of-day', 'suspend', 'shutdown'),
  running: fc.boolean(),
  commune: fc.boolean(),
  others: fc.boolean(),
  carrier: fc.oneof(
    fc.constantFrom('nobody' as const, 'me' as const),
    past.map((heard) => ({ heard })),
  ),
  place: fc.constantFrom('school', 'elsewhere'),
  mains: fc.constantFrom(true, false, undefined),
  waiting: fc.tuple(fc.nat(50), fc.nat(50)).map(([urgent, others]) => ({ urgent, all: urgent + others })),
  done: past,
  tried: past,
  failures: fc.nat(9),
  peersTried: past,
  spent: fc.record({ night: fc.nat(2e9), month: fc.nat(2e9) }),
  spread: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('any day, any settings', () => {
  it('says either what it does or why not, and looks again within a quarter of an hour, never at once', () => {
    fc.assert(
      fc.property(anySettings, anyFacts, (settings, facts) => {
        const { run, pause, lookAt, next } = planSync(settings, facts);
        expect((run === undefined) !== (pause === undefined)).toBe(true);
        expect(lookAt - facts.now).toBeGreaterThanOrEqual(MINUTE_MS);
        expect(lookAt - facts.now).toBeLessThanOrEqual(15 * MINUTE_MS);
        if (next) expect(next.at).toBeGreaterThan(facts.now);
      }),
    );
  });

  it('never spends more of the line than is left, but for what is urgent', () => {
    fc.assert(
      fc.property(anySettings, anyFacts, (settings, facts) => {
        const { run } = planSync(settings, facts);
        if (!run?.partners.includes('commune') || settings.monthBytes === null) return;
        const left = Math.max(0, settings.monthBytes - facts.spent.month);
        if (run.priorities.length === 1 && run.priorities[0] === 'urgent')
          expect(run.budget).toBeLessThanOrEqual(Math.max(URGENT_BYTES, left));
        else expect(run.budget).toBeLessThanOrEqual(left);
      }),
    );
  });

  it('asks nobody who is not there, and one run at a time', () => {
    fc.assert(
      fc.property(anySettings, anyFacts, (settings, facts) => {
        const { run } = planSync(settings, facts);
        if (run?.partners.includes('commune')) expect(facts.commune).toBe(true);
        if (run?.partners.includes('peers')) expect(facts.others).toBe(true);
        if (run) {
          expect(facts.running).toBe(false);
          expect(run.priorities[0]).toBe('urgent');
          expect(run.partners.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('before sleep or the end of the computer a run is bounded in seconds', () => {
    fc.assert(
      fc.property(anySettings, anyFacts, (settings, facts) => {
        const { run } = planSync(settings, facts);
        if (facts.asked === 'suspend' || facts.asked === 'shutdown')
          expect(run === undefined || (run.within ?? Infinity) <= BEFORE_SUSPEND_MS).toBe(true);
      }),
    );
  });

  it('a computer that stays on at school synchronises with its commune within 40 hours', () => {
    fc.assert(
      fc.property(
        fc.record({ from: minute, to: minute }),
        moment,
        zones,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (night, start, zone, spread) => {
          const settings = { ...DEFAULT_SETTINGS, night };
          let now = start;
          for (let looks = 0; now - start < 40 * HOUR_MS; looks++) {
            const { run, lookAt } = planSync(settings, {
              ...base,
              now,
              zone,
              spread,
              done: start,
              tried: start,
            });
            if (run?.partners.includes('commune')) return;
            expect(looks).toBeLessThan(40 * 60);
            now = lookAt;
          }
          expect.unreachable('no run');
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('local time', () => {
  it('finds the next and the last time the clocks of the school show a minute', () => {
    fc.assert(
      fc.property(moment, zones, minute, (now, zone, minutes) => {
        const next = nextLocal(now, zone, minutes);
        const last = lastLocal(now, zone, minutes);
        expect(next).toBeGreaterThan(now - MINUTE_MS);
        expect(next - now).toBeLessThanOrEqual(25 * HOUR_MS);
        expect(now - last).toBeLessThanOrEqual(26 * HOUR_MS);
        // The hour that does not exist, or exists twice, is the only exception.
        if (zone !== PARIS) {
          expect(localMinutes(next, zone)).toBe(minutes);
          expect(localMinutes(last, zone)).toBe(minutes);
          expect(last).toBeLessThanOrEqual(now);
        }
      }),
    );
  });
  it('knows a window that passes midnight', () => {
    expect(inWindow({ from: 1200, to: 360 }, 1300)).toBe(true);
    expect(inWindow({ from: 1200, to: 360 }, 100)).toBe(true);
    expect(inWindow({ from: 1200, to: 360 }, 600)).toBe(false);
    expect(inWindow({ from: 60, to: 360 }, 100)).toBe(true);
  });
});
