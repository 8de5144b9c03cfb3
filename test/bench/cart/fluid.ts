/**
 * The best any schedule could do, computed on its own (docs/charging.md, « How the plan is judged »): power flows like water, any
 * part of it to any device at any moment, the future known. No code of the plan.
 */
import { step } from './charger-model';
import type { Random } from '../../../src/demo/hub/random';
import type { DeviceState } from './charger-model';
import type { Living } from './nights';

/** The same every time: what happens by chance is left out of the best. */
const calm: Random = () => 0.999;
const MINUTE_SECONDS = 60;

/** Levels a device goes through when it has all the power it wants, minute after minute, and what it draws then. */
function alone({ truth, port, state }: Living, airC: number): { levels: number[]; watts: number[] } {
  const own: DeviceState = { ...state, awakeSeconds: 0, celsius: airC, tooWarm: false };
  const levels = [own.level];
  const watts: number[] = [];
  while (!own.done && levels.length < 24 * 60) {
    watts.push(step(truth, port, own, true, airC, MINUTE_SECONDS, calm));
    levels.push(own.level);
  }
  return { levels, watts };
}

/**
 * Whether a fluid schedule has everybody full in time: at every minute the least laxity first, each with as much of its power as there is.
 * @param wantedAt minutes from now, a device
 */
export function fluidCould(
  devices: readonly Living[],
  airC: number,
  ceilingW: number,
  wantedAt: readonly number[],
): boolean {
  const runs = devices.map((living) => ({ ...alone(living, airC), done: 0 }));
  const last = Math.max(...wantedAt);
  for (let minute = 0; minute < last; minute += 1) {
    const waiting = runs
      .map((run, index) => ({
        run,
        left: run.watts.length - run.done,
        laxity: (wantedAt[index] ?? 0) - minute - (run.watts.length - run.done),
      }))
      .filter(({ left }) => left > 0)
      .sort((a, b) => a.laxity - b.laxity);
    if (waiting.length === 0) return true;
    if (waiting.some(({ laxity }) => laxity < -1e-9)) return false;
    let room = ceilingW;
    for (const { run, left } of waiting) {
      const watts = run.watts[Math.floor(run.done)] ?? 0;
      const part = Math.min(1, left, watts > 0 ? room / watts : 1);
      run.done += part;
      room -= part * watts;
      if (room <= 0) break;
    }
  }
  return runs.every((run, index) => run.watts.length - run.done <= 1e-9 || (wantedAt[index] ?? 0) > last);
}
