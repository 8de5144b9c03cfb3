/** What the plan is told of a port, from the charge that is followed there and the device's own past. */
import { chargeNeed, STARTED_MINUTES } from './forecast';
import type { ChargeUnderWay } from './forecast';
import type { Habit } from './history';
import { LONGEST_OFF_MINUTES } from './plan';
import type { PlanPort } from './plan';

/** What is known tonight. Instants in milliseconds since the epoch. */
export interface KnownTonight {
  readonly underWay?: ChargeUnderWay | undefined;
  /** Level said before it was plugged, 0 to 100. */
  readonly percent?: number | undefined;
  /** Minutes of use since the charge before. */
  readonly used?: number | undefined;
  /** Minutes without power since the level was said. */
  readonly idleMinutes?: number | undefined;
  /** Since its port was switched off, minutes. */
  readonly offMinutes?: number | undefined;
  /** Its port, or its power, said that it is full. */
  readonly fullSince?: number | undefined;
}

/** Asleep, points of percentage an hour. */
const STANDBY_AN_HOUR = 1.4;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Put away, or found, at such a level: what it then takes is a top-up. 0 to 100. */
const TOP_UP_FROM = 80;
/** Over the plateau: what a meter may hide. */
const OVER_PLATEAU = 1.1;
/** Fewer charges than this say nothing of the most. */
const ENOUGH_CHARGES = 3;

/** Of a charge, without power. */
const waitedMinutes = ({ since, minutes }: ChargeUnderWay, now: number): number =>
  (now - Date.parse(since)) / MINUTE - minutes;

/** @param ratingW what such a port gives at most, watts */
export function planPort(
  port: Pick<PlanPort, 'bay' | 'state' | 'on' | 'heat'>,
  habit: Habit,
  known: KnownTonight,
  ratingW: number,
  now: number,
): PlanPort {
  const sure =
    habit.source === 'device' &&
    habit.plateauSeen &&
    habit.byUse.length + habit.taken.length >= ENOUGH_CHARGES;
  const mostW = sure ? Math.min(ratingW, habit.plateauW.value * OVER_PLATEAU) : ratingW;
  const capacityWh = habit.capacityWh.value;
  const off = port.on ? {} : { offMinutes: known.offMinutes ?? 0 };
  if (known.fullSince !== undefined || known.underWay?.settled) {
    const hours = Math.max(0, now - (known.fullSince ?? now)) / HOUR;
    const drift = port.on ? 0 : (capacityWh * STANDBY_AN_HOUR * hours) / 100;
    return {
      ...port,
      ...off,
      mostW,
      capacityWh,
      remainingWh: drift,
      deviation: drift / 2,
      curve: { plateauW: habit.plateauW.value, fall: habit.fall },
      levelKnown: true,
      ...(sure ? { endSeen: true } : {}),
    };
  }
  const need = chargeNeed(habit, known, now);
  const { underWay } = known;
  const ending = underWay && need.ending && port.on ? { endingW: underWay.nowW } : {};
  const isMeasured =
    underWay !== undefined && port.on && underWay.minutes > STARTED_MINUTES && (underWay.offMinutes ?? 0) < 2;
  const toFull =
    underWay !== undefined &&
    ((underWay.from ?? 0) >= TOP_UP_FROM || waitedMinutes(underWay, now) >= LONGEST_OFF_MINUTES);
  return {
    ...port,
    ...off,
    ...(toFull ? { toFull } : {}),
    mostW,
    capacityWh,
    remainingWh: need.remainingWh,
    deviation: need.deviation,
    curve: need.curve,
    levelKnown: known.percent !== undefined || underWay?.from !== undefined || need.ending,
    ...ending,
    ...(isMeasured ? { nowW: underWay.nowW } : {}),
    ...(sure && need.fallen ? { endSeen: true } : {}),
  };
}
