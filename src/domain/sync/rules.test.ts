import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyState } from './copies';
import { kindOfType, priorityOfKind, WAITING_KINDS } from './kinds';
import { addRun, monthOf, NOTHING, ofMonth, spentTonight, type MeterDays } from './meter';
import { wakeCommand } from './wake';
import { ownWords } from './words-difference';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 24, 12);

describe('the copy that is proposed', () => {
  it('counts from the youngest copy that stands elsewhere', () => {
    expect(copyState({ exchange: now - 9 * DAY, key: undefined, since: 0 }, now)).toEqual({
      last: now - 9 * DAY,
      days: 9,
      due: true,
    });
    expect(copyState({ exchange: now - 9 * DAY, key: now - 2 * DAY, since: 0 }, now).due).toBe(false);
  });
  it('alarms nobody on the day of the school, nor for a clock that was ahead', () => {
    expect(copyState({ exchange: undefined, key: undefined, since: now - DAY }, now).due).toBe(false);
    expect(copyState({ exchange: undefined, key: undefined, since: now - 8 * DAY }, now).due).toBe(true);
    expect(copyState({ exchange: now + 300 * DAY, key: undefined, since: now + DAY }, now)).toMatchObject({
      days: 0,
    });
  });
});

describe('the meter', () => {
  const run = { up: 10, down: 20, sent: 1, received: 2 };
  it('counts by the school’s day and month, and the line apart from the LAN', () => {
    const late = Date.UTC(2026, 10, 30, 23, 30); // 1 December in Paris
    let days: MeterDays = addRun({}, now, 'Europe/Paris', 'line', run);
    days = addRun(days, now, 'Europe/Paris', 'line', run);
    days = addRun(days, now, 'Europe/Paris', 'lan', run);
    days = addRun(days, late, 'Europe/Paris', 'line', run);
    expect(ofMonth(days, '2026-11', 'line')).toEqual({ up: 20, down: 40, runs: 2, sent: 2, received: 4 });
    expect(ofMonth(days, '2026-11', 'lan').runs).toBe(1);
    expect(ofMonth(days, monthOf(late, 'Europe/Paris'), 'line').up).toBe(10);
    expect(ofMonth(days, '2025-01', 'line')).toEqual(NOTHING);
  });
  it('keeps a year and no more', () => {
    let days: MeterDays = {};
    for (let day = 0; day < 500; day++) days = addRun(days, now + day * DAY, 'UTC', 'line', run);
    expect(Object.keys(days)).toHaveLength(400);
    expect(days['2026-11-24']).toBeUndefined();
  });
  it('counts a night over midnight, once', () => {
    const night = { from: 1200, to: 360 };
    const at = (hour: number): number => Date.UTC(2026, 10, 24, hour - 1);
    const runs = [10, 21, 25].map((hour) => ({ at: at(hour), bytes: hour }));
    expect(spentTonight(runs, at(26), 'Europe/Paris', night)).toBe(46);
  });
});

describe('kinds', () => {
  it('puts the register and notices first, and knows no type by accident', () => {
    expect(priorityOfKind(kindOfType('rollEntry'))).toBe('urgent');
    expect(priorityOfKind(kindOfType('notice'))).toBe('urgent');
    expect(kindOfType('constructor')).toBe('other');
    for (const kind of WAITING_KINDS) expect(priorityOfKind(kind)).not.toBe('files');
  });
});

describe('the wake command', () => {
  it('is one line with the time in it', () => {
    for (const system of ['win32', 'linux', 'darwin'] as const) {
      const command = wakeCommand(system, 20 * 60 + 5);
      expect(command).toContain('20:05');
      expect(command).not.toContain('\n');
    }
  });
});

describe('words that differ', () => {
  const join = (text: string, other: string): string =>
    ownWords(text, other)
      .map(({ text: part }) => part)
      .join('');
  it('marks what only one version has', () => {
    expect(ownWords('Semer la graine lundi', 'Semer la graine mardi')).toEqual([
      { text: 'Semer la graine', own: false },
      { text: ' lundi', own: true },
    ]);
    expect(ownWords('pareil', 'pareil')).toEqual([{ text: 'pareil', own: false }]);
    expect(ownWords('', 'autre')).toEqual([]);
  });
  it('gives the text back, whatever it is', () => {
    const words = fc
      .array(fc.constantFrom('un', 'deux', '\n', ' ', 'trois é', '\t'))
      .map((all) => all.join(' '));
    fc.assert(fc.property(words, words, (a, b) => join(a, b) === a));
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => join(a, b) === a));
  });
  it('stays quick on a long text', () => {
    const long = 'mot '.repeat(60_000);
    expect(join(long, `${long}fin`)).toBe(long);
  });
});
