/**
 * What is seen of the truth, and how badly (docs/charging.md, « The noise »): the meter of a charging hub as its serial
 * line prints it, hours without rows, restarts that count from nought, and the battery gauge of the device itself.
 */
import { between, normal } from './charger-model';
import type { Random } from '../../../src/demo/hub/random';

/** One port's meter: wrong by a little in the same direction for ever, and by a little more at every row. */
export interface Meter {
  readonly gain: number;
  readonly offsetMa: number;
}

export const makeMeter = (random: Random): Meter => ({
  gain: normal(random, 1, 0.015),
  offsetMa: normal(random, 0, 5),
});

/** Milliamperes of noise on one row. */
const ROW_NOISE_MA = 9;
/** The hub calls a charge finished when the current has been below this for a minute. Milliamperes at 5 V. */
const FINISHED_MA = 110;
const FINISHED_SECONDS = 60;
/** Part of single rows that never come. */
export const MISSING_ROWS = 0.02;

/** What a row says. Energy in hundredths of a watt-hour, seconds and milliamperes whole, as a Cambrionix prints them. */
export interface MeterRow {
  readonly currentMa: number;
  readonly voltageMv: number;
  readonly energyWh: number;
  readonly chargingSeconds: number;
  readonly finished: boolean;
  readonly off: boolean;
}

/** Counters of one port since plugged, switched on or restarted. */
export class MeteredPort {
  #wh = 0;
  #seconds = 0;
  #below = 0;
  #finished = false;

  constructor(
    private readonly meter: Meter,
    private readonly random: Random,
  ) {}

  reset(): void {
    this.#wh = 0;
    this.#seconds = 0;
    this.#below = 0;
    this.#finished = false;
  }

  /** @param volts the rail; the thresholds of a 20 V port are on the same watts */
  read(watts: number, volts: number, on: boolean, seconds: number): MeterRow {
    const trueMa = (watts / volts) * 1000;
    const mean = on ? Math.max(0, trueMa * this.meter.gain + (trueMa > 0 ? this.meter.offsetMa : 0)) : 0;
    this.#wh += (mean * volts * seconds) / 3_600_000;
    if (on && trueMa > 0 && !this.#finished) this.#seconds += seconds;
    const finishedMa = FINISHED_MA * (5 / volts);
    this.#below = on && mean < finishedMa ? this.#below + seconds : 0;
    if (on && trueMa > 0 && this.#below >= FINISHED_SECONDS) this.#finished = true;
    if (mean > finishedMa * 2.5) this.#finished = false;
    const row = mean > 0 ? Math.max(0, mean + normal(this.random, 0, ROW_NOISE_MA)) : 0;
    return {
      currentMa: Math.round(row),
      voltageMv: Math.round(volts * 100) * 10,
      energyWh: Math.round(this.#wh * 100) / 100,
      chargingSeconds: Math.floor(this.#seconds),
      finished: this.#finished,
      off: !on,
    };
  }
}

/** Minutes of the night, from its beginning, in which the hub says nothing; and when it starts anew. */
export interface LineTrouble {
  readonly silent: readonly (readonly [from: number, to: number])[];
  readonly restarts: readonly number[];
}

export function makeTrouble(random: Random, minutes: number): LineTrouble {
  const silent: [number, number][] = [];
  // One night in ten the cable, the driver or the computer is away for a while.
  if (random() < 0.1) {
    const from = between(random, 0, minutes * 0.8);
    silent.push([from, from + between(random, 2, 45)]);
  }
  const restarts = random() < 0.04 ? [between(random, 0, minutes * 0.7)] : [];
  return { silent, restarts };
}

export const isSilent = (trouble: LineTrouble, minute: number): boolean =>
  trouble.silent.some(([from, to]) => minute >= from && minute < to);

/** How the device's own gauge errs: by as much every day, and by something else each day. Parts of the level. */
export interface Gauge {
  readonly bias: number;
}

export const makeGauge = (random: Random): Gauge => ({ bias: normal(random, 0, 0.012) });

/** Whole percents, as a browser or `dumpsys battery` gives them. */
export function gaugePercent(gauge: Gauge, level: number, random: Random): number {
  // A gauge is right at both ends, where the voltage itself tells.
  const room = 4 * level * (1 - level);
  const shown = level + (gauge.bias + normal(random, 0, 0.008)) * room;
  return Math.round(Math.min(1, Math.max(0, shown)) * 100);
}

/** Part of the evenings on which the device said its level to the lesson's computer before it was put away. */
export const LEVEL_HEARD = 0.85;

/** Part of the days on which lessons knew for how many minutes the device was used, whatever it tells of its battery. */
export const USE_KNOWN = 0.9;
