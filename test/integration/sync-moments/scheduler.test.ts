import { describe, expect, it } from 'vitest';
import { localMinutes } from '../../../src/domain/time';
import { HOUR_MS, MINUTE_MS } from '../../../src/domain/sync/clock';
import type { PlannedRun, SyncFacts } from '../../../src/domain/sync/plan';
import { DEFAULT_SETTINGS, type SyncSettings } from '../../../src/domain/sync/settings';
import { createScheduler, FIRST_LOOK_MS, type Scheduler } from '../../../src/main/sync/scheduler';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';

/** The driver over days of a school, with a clock that the test turns. */
const ZONE = 'Europe/Paris';
interface World {
  readonly timers: ManualTimers;
  readonly scheduler: Scheduler;
  readonly runs: { readonly at: number; readonly run: PlannedRun }[];
  facts: SyncFacts;
  settings: SyncSettings;
  /** How a run with the commune ends. */
  line: 'open' | 'absent';
  /** Runs that began and have not ended. */
  open: number;
}

function world(given: Partial<SyncFacts> = {}, byItself = true): World {
  const timers = new ManualTimers();
  const runs: World['runs'] = [];
  const made: World = {
    timers,
    runs,
    settings: DEFAULT_SETTINGS,
    line: 'open',
    open: 0,
    facts: {
      now: 0,
      zone: ZONE,
      running: false,
      commune: true,
      others: false,
      carrier: 'nobody',
      place: 'school',
      mains: true,
      waiting: { urgent: 0, all: 0 },
      done: timers.now(),
      tried: undefined,
      failures: 0,
      peersTried: undefined,
      spent: { night: 0, month: 0 },
      spread: 0.1,
      ...given,
    },
    scheduler: createScheduler({
      timers,
      byItself,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      settings: () => Promise.resolve(made.settings),
      facts: (asked) => Promise.resolve({ ...made.facts, now: timers.now(), asked }),
      run: async (run) => {
        made.open += 1;
        expect(made.open).toBe(1);
        runs.push({ at: timers.now(), run });
        await Promise.resolve();
        made.open -= 1;
        const now = timers.now();
        if (run.partners.includes('peers')) made.facts = { ...made.facts, peersTried: now };
        if (!run.partners.includes('commune')) return;
        made.facts =
          made.line === 'open'
            ? { ...made.facts, done: now, tried: now, failures: 0, waiting: { urgent: 0, all: 0 } }
            : { ...made.facts, tried: now, failures: made.facts.failures + 1 };
      },
    }),
  };
  return made;
}
const hours = (runs: World['runs']): number[] =>
  runs.map(({ at }) => Math.floor(localMinutes(at, ZONE) / 60));

describe('the driver', () => {
  it('leaves the start to the person at the screen', async () => {
    const { timers, runs } = world({ done: undefined });
    await timers.advance(FIRST_LOOK_MS - 1);
    expect(runs).toEqual([]);
    await timers.advance(1);
    expect(runs).toHaveLength(1);
  });

  it('synchronises once a night, over a week, and never in between', async () => {
    const { timers, runs: all } = world({ others: true });
    await timers.advance(7 * 24 * HOUR_MS);
    const runs = all.filter(({ run }) => run.partners.includes('commune'));
    expect(runs.map(({ run }) => run.moment)).toEqual(Array.from({ length: 7 }, () => 'night'));
    expect(hours(runs).every((hour) => hour === 20)).toBe(true);
  });

  it('tries again on a line that is not there, later and later, and stops when it is there', async () => {
    const made = world();
    made.line = 'absent';
    await made.timers.advance(48 * HOUR_MS);
    const first = made.runs.length;
    expect(first).toBeGreaterThan(4);
    expect(first).toBeLessThan(60);
    made.line = 'open';
    await made.timers.advance(2 * HOUR_MS);
    expect(made.runs).toHaveLength(first + 1);
  });

  it('gives what waits to the neighbours by day, and asks the line nothing', async () => {
    const made = world({ others: true, waiting: { urgent: 1, all: 2 } });
    await made.timers.advance(2 * HOUR_MS);
    expect(made.runs.length).toBeGreaterThanOrEqual(7);
    expect(made.runs.length).toBeLessThanOrEqual(9);
    expect(made.runs.every(({ run }) => run.partners.join() === 'peers')).toBe(true);
  });

  it('goes at once when asked, one at a time, and plans on', async () => {
    const made = world();
    const asked = [made.scheduler.ask('person'), made.scheduler.ask('end-of-day')];
    await made.timers.advance(0);
    await Promise.all(asked);
    expect(made.runs.map(({ run }) => run.moment)).toEqual(['person', 'end-of-day']);
    await made.timers.advance(24 * HOUR_MS);
    expect(made.runs.at(-1)?.run.moment).toBe('night');
  });

  it('looks again when the computer is plugged in at night', async () => {
    const made = world({ mains: false });
    await made.timers.advance(15 * HOUR_MS);
    expect(made.runs).toEqual([]);
    made.facts = { ...made.facts, mains: true };
    made.scheduler.nudge();
    await made.timers.advance(MINUTE_MS);
    expect(made.runs).toHaveLength(1);
  });

  it('does nothing by itself in a rehearsal, nothing once closed, and survives a look that fails', async () => {
    const rehearsal = world({ done: undefined }, false);
    await rehearsal.timers.advance(48 * HOUR_MS);
    expect(rehearsal.runs).toEqual([]);
    await rehearsal.scheduler.ask('person');
    expect(rehearsal.runs).toHaveLength(1);

    const closed = world({ done: undefined });
    await closed.scheduler.close();
    await closed.timers.advance(48 * HOUR_MS);
    expect(closed.runs).toEqual([]);

    const failing = world({ done: undefined });
    const { facts } = failing;
    Object.defineProperty(failing, 'facts', {
      configurable: true,
      get: () => {
        throw new Error('disk');
      },
    });
    await failing.timers.advance(10 * MINUTE_MS);
    Object.defineProperty(failing, 'facts', { configurable: true, writable: true, value: facts });
    await failing.timers.advance(10 * MINUTE_MS);
    expect(failing.runs.length).toBeGreaterThan(0);
  });
});
