/**
 * One port from row to row: which charge goes on there, when it was full, what its device said before. Plain data: kept in memory,
 * and handed by the poste to its watchman, so that both plan from the same.
 */
import { follow, sinceFull, underWay } from './charge-track';
import { planPort } from './plan-port';
import type { ChargeTrack, PortSample } from './charge-track';
import type { ChargeUnderWay } from './forecast';
import type { ChargeReading, ChargeSource, ChargeValue } from './evidence';
import type { EndedCharge, Habit } from './history';
import type { PlanHeat, PlanPort } from './plan';

/** Instants in milliseconds since the epoch. */
export interface PortWatch {
  readonly track?: ChargeTrack | undefined;
  readonly fullSince?: number | undefined;
  /** Its port was switched off then, and has been since. */
  readonly offSince?: number | undefined;
  /** What its device said last, since its last charge. */
  readonly level?:
    | {
        readonly percent: number;
        readonly at: number;
        /** Given by then, where a charge went on: the level is counted from there, not from its beginning. Watt-hours. */
        readonly wh?: number | undefined;
      }
    | undefined;
  /** Minutes of use since its last charge, where lessons knew them. */
  readonly used?: number | undefined;
  /** A box without counters (a power strip): counted here. */
  readonly counted?:
    | { readonly at: number; readonly watts: number; readonly wh: number; readonly seconds: number }
    | undefined;
}

/** Watts that a port gives at most: 2.4 A at 5 V; a port of 20 V; a brick on a power strip. */
const RATING_W = { usb: 12.5, powerDelivery: 65, brick: 75 } as const;
const HIGH_MV = 9_000;
/** Volts where a box does not say: a USB port; a power strip. */
const USB_MV = 5_150;
const MAINS_MV = 230_000;
/** A level said so long before a charge no longer tells. Milliseconds. */
const LEVEL_HOLDS = 12 * 3_600_000;
const MAX_SECONDS_BETWEEN = 120;
const MINUTE = 60_000;

function stateOf(value: ChargeValue): PortSample['state'] | undefined {
  if (value.portOff || value.power === 'off') return 'off';
  switch (value.power) {
    case 'charging':
      return 'charging';
    case 'full':
      return 'full';
    case 'fault':
      return 'fault';
    case 'empty':
      return 'away';
    default:
      return undefined;
  }
}

function sampleOf(
  watch: PortWatch,
  value: ChargeValue,
  source: ChargeSource,
  at: number,
): { readonly sample: PortSample; readonly counted?: PortWatch['counted'] } | undefined {
  const state = stateOf(value);
  if (state === undefined) return undefined;
  const volts = value.voltageMv ?? (source === 'strip' ? MAINS_MV : USB_MV);
  const watts = ((value.currentMa ?? 0) * volts) / 1e6;
  if (value.energyWh !== undefined && value.chargingSeconds !== undefined)
    return { sample: { at, state, watts, energyWh: value.energyWh, seconds: value.chargingSeconds } };
  const last = watch.counted ?? { at, watts, wh: 0, seconds: 0 };
  const seconds = Math.min(MAX_SECONDS_BETWEEN, Math.max(0, (at - last.at) / 1000));
  const charging = state === 'charging' && watts > 0;
  const counted = {
    at,
    watts,
    wh: last.wh + (charging ? (last.watts * seconds) / 3600 : 0),
    seconds: last.seconds + (charging ? seconds : 0),
  };
  return { sample: { at, state, watts, energyWh: counted.wh, seconds: counted.seconds }, counted };
}

/** A device said its level, maybe while it charges. @param at milliseconds since the epoch */
export const hearLevel = (watch: PortWatch, percent: number, at: number): PortWatch => ({
  ...watch,
  level: { percent, at, wh: watch.track?.wh },
});

/** The charge that goes on, from the last level its device said. */
export function chargeOf({ track, level }: PortWatch): ChargeUnderWay | undefined {
  if (!track) return undefined;
  const charge = underWay(track);
  return level?.wh === undefined || level.at < track.since
    ? charge
    : { ...charge, from: level.percent, wh: Math.max(0, charge.wh - level.wh) };
}

export interface HeardRow {
  readonly watch: PortWatch;
  /** The charge that has just ended. */
  readonly ended?: EndedCharge;
}

/**
 * The port after one more row.
 * @param at when this computer heard it, milliseconds since the epoch
 */
export function hearRow(
  before: PortWatch,
  { value, source }: Pick<ChargeReading, 'value' | 'source'>,
  at: number,
  { plateauSeen, plateauW }: Pick<Habit, 'plateauSeen' | 'plateauW'>,
): HeardRow {
  const heard = sampleOf(before, value, source, at);
  if (!heard) return { watch: before };
  const { sample, counted = before.counted } = heard;
  if (before.track && at === before.track.lastAt) return { watch: { ...before, counted } };
  const wasFull = sample.state === 'away' ? undefined : before.fullSince;
  const said = before.level && at - before.level.at < LEVEL_HOLDS ? before.level.percent : undefined;
  const { track, ended } = follow(before.track, sample, {
    percent: said ?? (wasFull === undefined ? undefined : sinceFull(wasFull, at)),
    used: before.used,
    usualW: plateauSeen ? plateauW.value : undefined,
  });
  const isFull = sample.state === 'full' || track?.settledAt !== undefined;
  const fullSince = isFull ? (wasFull ?? at) : sample.state === 'charging' ? undefined : wasFull;
  return {
    watch: {
      track,
      fullSince,
      counted,
      offSince: sample.state === 'off' ? (before.offSince ?? at) : undefined,
      // What was said before a charge is no longer so once it has ended.
      ...(ended ? {} : { level: before.level, used: before.used }),
    },
    ...(ended ? { ended } : {}),
  };
}

/** A port as the plan takes it, from its last row and all that was heard before. @param now milliseconds since the epoch */
export function portToPlan(
  { bay, habit, heat }: { readonly bay: number; readonly habit: Habit; readonly heat?: PlanHeat | undefined },
  watch: PortWatch,
  { value, source }: Pick<ChargeReading, 'value' | 'source'>,
  now: number,
): PlanPort {
  const { level, used, fullSince, offSince } = watch;
  const on = !(value.portOff || value.power === 'off');
  const away = value.power === 'empty' && on;
  const rating =
    source === 'strip'
      ? RATING_W.brick
      : (value.voltageMv ?? 0) > HIGH_MV
        ? RATING_W.powerDelivery
        : RATING_W.usb;
  return planPort(
    {
      bay,
      on,
      state: heat ? 'hot' : value.power === 'fault' ? 'fault' : away ? 'away' : 'plugged',
      ...(heat ? { heat } : {}),
    },
    habit,
    {
      underWay: chargeOf(watch),
      percent: level?.percent,
      used,
      idleMinutes: level ? (now - level.at) / MINUTE : 0,
      offMinutes: offSince === undefined ? 0 : (now - offSince) / MINUTE,
      fullSince: value.power === 'full' ? now : fullSince,
    },
    rating,
    now,
  );
}
