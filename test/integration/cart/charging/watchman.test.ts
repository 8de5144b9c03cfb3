/**
 * The plan of a computer that stays with its cart, in a real process tree on a real pty, a night in a minute. Killed is SIGKILL.
 * The nights are waiting more than work, and share nothing: all run at once.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import { needs } from '../../../needs';
import { socatMissing } from '../../../peers/cambrionix/pty';
import { openNight, READY_BY, type Night } from './night';
import type { Program } from './programs';

const FULL = 0.9;
/** ms: a night, and the start of several programs beside those of the other nights. */
const NIGHT = { timeout: 150_000 };

/** Ends with the test. */
async function begin({ onTestFinished }: TestContext): Promise<Night> {
  const night = await openNight();
  onTestFinished(async () => {
    const pid = watchman(night);
    if (pid !== undefined) kill(pid);
    await night.end();
  });
  return night;
}
/** The process that its file names. */
function watchman({ folder }: Night): number | undefined {
  const file = join(folder, 'watchman.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : undefined;
}
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It left by itself.
  }
}
/** One that has ended and that nobody has waited for is still in the table. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
/** Several ports are off by its plan, and its watchman holds that plan. */
const underWay = (poste: Program): Promise<number> =>
  poste.until((said) => {
    const plan = (said as { plan?: { off?: number; watchman?: number } }).plan;
    return plan?.watchman !== undefined && (plan.off ?? 0) >= 5 ? plan.watchman : undefined;
  });

const weak = (night: Night): number[] => night.levels().filter((level) => level < FULL);

describe.concurrent(
  'a night with a plan',
  needs(!socatMissing, 'socat is not installed (apt-get install socat)'),
  () => {
    it(
      'poste killed in mid-plan and never back: all full by 8:00, the ceiling kept, one line',
      NIGHT,
      async (test) => {
        const { expect } = test;
        const night = await begin(test);
        const poste = night.poste();
        const guardian = await underWay(poste);
        night.watch();
        expect(guardian).not.toBe(poste.child.pid);
        expect(weak(night).length).toBeGreaterThan(5);
        await poste.kill();
        expect(night.off()).toBeGreaterThan(0);
        await night.at(READY_BY);
        expect(weak(night)).toEqual([]);
        expect(night.off()).toBe(0);
        expect(night.most()).toBeLessThanOrEqual(1);
        expect(night.mostLines()).toBe(1);
        // It has left, and nothing says that it is there.
        await expect.poll(() => watchman(night)).toBeUndefined();
      },
    );

    it(
      'watchman killed: another one holds the plan, and carries it out when the poste is killed too',
      NIGHT,
      async (test) => {
        const { expect } = test;
        const night = await begin(test);
        const poste = night.poste();
        const first = await underWay(poste);
        night.watch();
        kill(first);
        await poste.until((said) => (said as { watchmanGone?: true }).watchmanGone);
        const second = await poste.until((said) => {
          const pid = (said as { plan?: { watchman?: number } }).plan?.watchman;
          return pid !== undefined && pid !== first ? pid : undefined;
        });
        await poste.kill();
        expect(second).not.toBe(first);
        await night.at(READY_BY);
        expect(weak(night)).toEqual([]);
        expect(night.most()).toBeLessThanOrEqual(1);
      },
    );

    it(
      'both killed: what is off stays off until a poste starts, and then all is full in time',
      NIGHT,
      async (test) => {
        const { expect } = test;
        const night = await begin(test);
        const poste = night.poste();
        const guardian = await underWay(poste);
        await poste.kill();
        kill(guardian);
        const off = night.off();
        expect(off).toBeGreaterThan(0);
        await night.at(1.5);
        expect(night.off()).toBe(off);
        const next = night.poste();
        await next.until((said) => (said as { lineIsOurs?: boolean }).lineIsOurs);
        await underWay(next);
        await next.kill();
        await night.at(READY_BY);
        expect(weak(night)).toEqual([]);
        expect(night.off()).toBe(0);
      },
    );

    it(
      'both killed, and the computer no longer stays: what was off comes on at the next start',
      NIGHT,
      async (test) => {
        const { expect } = test;
        const night = await begin(test);
        const poste = night.poste();
        const guardian = await underWay(poste);
        await poste.kill();
        kill(guardian);
        expect(night.off()).toBeGreaterThan(0);
        night.poste('unticked');
        await expect.poll(() => night.off(), { timeout: 20_000 }).toBe(0);
        // Seen on, each is taken out of what is noted.
        await expect
          .poll(() => readFileSync(join(night.folder, 'ports-off.json'), 'utf8'), { timeout: 20_000 })
          .toBe('{"v":1,"ports":[]}');
      },
    );

    it(
      'the poste closed in the evening, then the computer shut down: the watchman is told, and all is on',
      NIGHT,
      async (test) => {
        const { expect } = test;
        const night = await begin(test);
        const poste = night.poste();
        const guardian = await underWay(poste);
        await poste.kill();
        expect(night.off()).toBeGreaterThan(0);
        process.kill(guardian, 'SIGTERM');
        await expect.poll(() => isRunning(guardian), { timeout: 20_000 }).toBe(false);
        expect(night.off()).toBe(0);
        expect(watchman(night)).toBeUndefined();
      },
    );

    it('a poste that comes back takes the line from the watchman: never two on it', NIGHT, async (test) => {
      const { expect } = test;
      const night = await begin(test);
      const poste = night.poste();
      const guardian = await underWay(poste);
      await poste.kill();
      const back = night.poste();
      expect(await back.until((said) => (said as { lineIsOurs?: boolean }).lineIsOurs)).toBe(true);
      // It has let go of the line; its process ends by itself.
      await expect.poll(() => isRunning(guardian)).toBe(false);
      expect(await underWay(back)).not.toBe(guardian);
      expect(night.mostLines()).toBe(1);
    });

    it(
      'the hub unplugged in mid-plan and the poste killed: plugged again, all full by 8:00',
      NIGHT,
      async (test) => {
        const { expect } = test;
        const night = await begin(test);
        const poste = night.poste();
        await underWay(poste);
        await night.unplug();
        await poste.kill();
        await night.at(2.5);
        await night.plug();
        await night.at(READY_BY);
        expect(weak(night)).toEqual([]);
        expect(night.off()).toBe(0);
      },
    );
  },
);
