import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { instantAt } from '../../../src/domain/time';
import { openRightsClock } from '../../../src/main/session/rights-clock';

const NOON = Date.UTC(2026, 10, 23, 11);
const HOUR = 3_600_000;
const clock = { now: NOON, day: undefined as string | undefined };
beforeEach(() => {
  clock.now = NOON;
  clock.day = undefined;
});

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'preau-rights-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}
const open = (at: string) =>
  openRightsClock({
    folder: at,
    clock: () => clock.now,
    horizon: () => clock.day,
    timeZone: () => 'Europe/Paris',
  });

describe('the clock that rights are judged on', () => {
  it('never goes back by itself, not even when the poste is started again', async () => {
    const at = await folder();
    const first = await open(at);
    clock.now = NOON + 5 * HOUR;
    expect(first.now()).toBe(NOON + 5 * HOUR);
    await first.save();
    clock.now = NOON;
    expect(first.now()).toBe(NOON + 5 * HOUR);
    const again = await open(at);
    expect(again.now()).toBe(NOON + 5 * HOUR);
    expect(again.behind()).toBe(5 * HOUR);
    clock.now = NOON + 6 * HOUR;
    expect(again.now()).toBe(NOON + 6 * HOUR);
    expect(again.behind()).toBe(0);
  });
  it('is not before the school’s day, which this computer may have missed', async () => {
    clock.day = '2026-12-01';
    const now = (await open(await folder())).now();
    expect(new Date(now).toISOString()).toBe('2026-11-30T23:00:00.000Z');
  });
  it('is put right by a head, and what has ended stays ended', async () => {
    const at = await folder();
    const first = await open(at);
    clock.now = Date.UTC(2099, 0, 1);
    first.now();
    await first.sawEnd(['event_aaaaaaaaaaaaa']);
    clock.now = NOON;
    await first.correct();
    expect(first.now()).toBe(NOON);
    const again = await open(at);
    expect(again.now()).toBe(NOON);
    expect([again.ended('event_aaaaaaaaaaaaa'), again.ended('event_bbbbbbbbbbbbb')]).toEqual([true, false]);
  });
  it.each(['', '{', '{"seen":"now","ended":[]}', '[]'])(
    'starts with a file that holds %j',
    async (content) => {
      const at = await folder();
      await writeFile(join(at, 'rights-clock.json'), content);
      const held = await open(at);
      expect(held.now()).toBe(NOON);
      await held.save();
      expect(JSON.parse(await readFile(join(at, 'rights-clock.json'), 'utf8'))).toEqual({
        seen: NOON,
        ended: [],
      });
    },
  );
});

describe('a local time as an instant', () => {
  it.each([
    ['2026-11-23', 8 * 60, 'Europe/Paris', '2026-11-23T07:00:00.000Z'],
    ['2026-07-01', 0, 'Europe/Paris', '2026-06-30T22:00:00.000Z'],
    ['2026-11-23', 24 * 60, 'Europe/Paris', '2026-11-23T23:00:00.000Z'],
    ['2026-11-23', 8 * 60, 'Indian/Reunion', '2026-11-23T04:00:00.000Z'],
    ['2026-11-23', 8 * 60, 'Pacific/Tahiti', '2026-11-23T18:00:00.000Z'],
    // 29 March 2026: 2:30 is not, it is 3:30 then; 25 October: both days around the change.
    ['2026-03-29', 0, 'Europe/Paris', '2026-03-28T23:00:00.000Z'],
    ['2026-03-29', 12 * 60, 'Europe/Paris', '2026-03-29T10:00:00.000Z'],
    ['2026-10-25', 0, 'Europe/Paris', '2026-10-24T22:00:00.000Z'],
    ['2026-10-25', 16 * 60 + 30, 'Europe/Paris', '2026-10-25T15:30:00.000Z'],
  ])('%s %i min in %s', (date, minutes, zone, expected) => {
    expect(new Date(instantAt(date, minutes, zone)).toISOString()).toBe(expected);
  });
});
