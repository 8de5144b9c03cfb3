/**
 * One charge as a port's rows tell it, followed from the first milliampere to the end: interruptions, rows that never came and
 * a hub that counts from nought again are bridged. What it leaves is one line of history.
 */
import { FALL_PARTS } from './charger';
import type { ChargeUnderWay } from './forecast';
import type { ChargeLine, EndedCharge } from './history';

/** What one row of a port says. */
export interface PortSample {
  /** Milliseconds since the epoch at which this computer heard it. */
  readonly at: number;
  /** `off`: its power is cut (the plan, a person): the charge is only interrupted. */
  readonly state: 'charging' | 'full' | 'off' | 'fault' | 'away';
  readonly watts: number;
  /** The port's own counter, watt-hours since plugged, switched on or restarted. */
  readonly energyWh: number;
  /** Its counter of charging time, seconds. */
  readonly seconds: number;
}

interface Mark {
  readonly wh: number;
  readonly minutes: number;
}

interface Measured {
  readonly at: number;
  readonly watts: number;
}

/** A charge that goes on. Plain data: kept between two rows, never written. */
export interface ChargeTrack {
  readonly since: number;
  readonly from?: number;
  readonly used?: number;
  readonly wh: number;
  readonly minutes: number;
  readonly lastAt: number;
  readonly lastEnergyWh: number;
  readonly lastSeconds: number;
  /** The rows of the last minutes, thinned. */
  readonly recent: readonly Measured[];
  readonly plateauW: number;
  /** The plateau by which the fall is judged: this charge's own, else the usual one. */
  readonly referenceW: number;
  /** The usual plateau was known when it began. */
  readonly usual: boolean;
  /** When the power was last at each of `FALL_PARTS`; absent where it never was. */
  readonly marks: readonly (Mark | undefined)[];
  readonly trouble?: ChargeLine['trouble'];
  /** Its power no longer falls: it is full, whatever the port says. */
  readonly settledAt?: number;
}

/** Over how long the power is averaged: an update that wakes a tablet is no plateau. Minutes. */
const WINDOW_MINUTES = 10;
/** Over how long a power that no longer falls is told from one that falls slowly. Minutes. */
const SETTLED_MINUTES = 16;
/** What « now » is, minutes; which of its rows counts, as a part of them in rising order. */
const NOW_MINUTES = 8;
const LOWER_ROWS = 0.3;
/** One row in so many seconds is enough: a hub says it every two. */
const THINNED_SECONDS = 20;
/** The plateau is known from then on. Minutes. */
const PLATEAU_AFTER_MINUTES = 8;
/** A plateau that has stood so long is tonight's own, though lower than usual. Minutes. */
const STOOD_MINUTES = 30;
/** Less than this part of the usual plateau is not one: the charge began within its end. */
const OWN_PART = 0.85;
/** A shorter charge is a top-up and teaches nothing. */
const LINE_FROM_MINUTES = 8;
const LINE_FROM_WH = 0.5;
const MINUTE = 60_000;

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Power only falls at the end of a charge: what rises is a screen that woke, so the lower rows of the last minutes count. */
export function nowWatts({ recent }: ChargeTrack): number {
  const last = recent.at(-1)?.at ?? 0;
  const watts = recent
    .filter(({ at }) => last - at < NOW_MINUTES * MINUTE)
    .map((one) => one.watts)
    .sort((a, b) => a - b);
  return watts[Math.floor(watts.length * LOWER_ROWS)] ?? 0;
}

/** Asleep without power, points of percentage an hour: the prudent side. */
const IDLE_AN_HOUR = 1.4;

/** The level of a battery that was full then and has had no power since, 0 to 100. @param now milliseconds since the epoch */
export const sinceFull = (fullSince: number, now: number): number =>
  Math.max(0, 100 - (IDLE_AN_HOUR * Math.max(0, now - fullSince)) / (60 * MINUTE));

/** What is known of a device when its charge begins. */
export interface Before {
  /** Its level, 0 to 100, where somebody said it. */
  readonly percent?: number | undefined;
  /** Minutes of use since the charge before, where lessons knew them. */
  readonly used?: number | undefined;
  /** Its usual plateau, watts; absent where none was seen. */
  readonly usualW?: number | undefined;
}

function begin(sample: PortSample, { percent, used, usualW = 0 }: Before): ChargeTrack {
  return {
    since: sample.at - sample.seconds * 1000,
    ...(percent === undefined ? {} : { from: percent }),
    ...(used === undefined ? {} : { used }),
    wh: sample.energyWh,
    minutes: sample.seconds / 60,
    lastAt: sample.at,
    lastEnergyWh: sample.energyWh,
    lastSeconds: sample.seconds,
    recent: [{ at: sample.at, watts: sample.watts }],
    plateauW: 0,
    referenceW: usualW,
    usual: usualW > 0,
    marks: [],
  };
}

/** A counter that went back began again from nought. */
const grown = (before: number, after: number): number => (after >= before ? after - before : after);

function go(track: ChargeTrack, sample: PortSample): ChargeTrack {
  const wh = track.wh + grown(track.lastEnergyWh, sample.energyWh);
  const minutes = track.minutes + grown(track.lastSeconds, sample.seconds) / 60;
  const next = {
    ...track,
    wh,
    minutes,
    lastAt: sample.at,
    lastEnergyWh: sample.energyWh,
    lastSeconds: sample.seconds,
  };
  if (sample.state !== 'charging') return sample.state === 'fault' ? { ...next, trouble: 'fault' } : next;
  const last = track.recent.at(-1);
  if (last && sample.at - last.at < THINNED_SECONDS * 1000 && sample.at >= last.at) return next;
  const recent = [
    ...track.recent.filter(({ at }) => at <= sample.at && sample.at - at <= SETTLED_MINUTES * MINUTE),
    { at: sample.at, watts: sample.watts },
  ];
  const window = recent.filter(({ at }) => sample.at - at <= WINDOW_MINUTES * MINUTE);
  const level = middle(window.map(({ watts }) => watts));
  // A window that has only just opened, or opened again, is no measure of the plateau.
  const whole =
    window.length >= 4 && sample.at - (window[0]?.at ?? sample.at) >= (WINDOW_MINUTES * MINUTE) / 2;
  const plateauW = whole ? Math.max(track.plateauW, level) : track.plateauW;
  const seen = { ...next, recent, plateauW };
  // A port that gives less tonight, or more than ever: its own plateau once it has stood for a while.
  const referenceW =
    whole &&
    (plateauW > track.referenceW || track.minutes > STOOD_MINUTES) &&
    plateauW > OWN_PART * track.referenceW
      ? plateauW
      : track.referenceW;
  const now = nowWatts(seen);
  const marks = FALL_PARTS.map((part, at) => (now >= part * referenceW ? { wh, minutes } : track.marks[at]));
  return { ...seen, referenceW, marks };
}

const plateauOf = (track: ChargeTrack): number | undefined =>
  track.minutes >= PLATEAU_AFTER_MINUTES && track.plateauW > 0 ? track.plateauW : undefined;

/** Long enough at its plateau to call it one. Minutes. */
const SHOWN_MINUTES = PLATEAU_AFTER_MINUTES + WINDOW_MINUTES;

function endOf(track: ChargeTrack, at: number, full: boolean): EndedCharge | undefined {
  if (track.minutes < LINE_FROM_MINUTES || track.wh < LINE_FROM_WH) return undefined;
  const stood = (track.marks[0]?.minutes ?? 0) >= SHOWN_MINUTES;
  const line: ChargeLine = {
    at: new Date(at).toISOString(),
    ...(track.from === undefined ? {} : { from: track.from }),
    ...(track.used === undefined ? {} : { used: track.used }),
    ...(full ? { to: 100 } : {}),
    wh: hundredth(track.wh),
    minutes: Math.round(track.minutes),
    full,
    ...(track.plateauW > 0 ? { plateauW: hundredth(track.plateauW) } : {}),
    ...(track.trouble === undefined ? {} : { trouble: track.trouble }),
  };
  if (!full || track.trouble !== undefined || (!track.usual && !stood)) return { line };
  // A mark of the very first minutes is where the charge began, not where it fell.
  const fell = FALL_PARTS.map((_, index) => {
    const mark = track.marks[index];
    return mark && mark.minutes > FIRST_MINUTES ? mark : undefined;
  });
  return {
    line,
    fall: {
      minutes: fell.map((mark) => (mark ? hundredth(Math.max(0, track.minutes - mark.minutes)) : null)),
      wh: fell.map((mark) => (mark ? hundredth(Math.max(0, track.wh - mark.wh)) : null)),
    },
  };
}
/** Of a charge. Minutes. */
const FIRST_MINUTES = 6;
const hundredth = (value: number): number => Math.round(value * 100) / 100;

export interface Followed {
  readonly track: ChargeTrack | undefined;
  /** The charge that has just ended. */
  readonly ended?: EndedCharge;
}

/** The charge after one more row. */
export function follow(track: ChargeTrack | undefined, sample: PortSample, before: Before): Followed {
  if (!track) return { track: sample.state === 'charging' ? begin(sample, before) : undefined };
  // The clock was put back, or another day's rows: what was followed is over.
  if (sample.at < track.lastAt) return { track: undefined };
  if (sample.state === 'away') {
    const ended = endOf(track, track.lastAt, false);
    return { track: undefined, ...(ended ? { ended } : {}) };
  }
  if (track.settledAt !== undefined && sample.state === 'charging') {
    // Full, and kept so: only a power that comes back begins another charge.
    return sample.watts > RESUMED_PART * track.plateauW && track.plateauW > 0
      ? { track: begin(sample, { usualW: before.usualW }) }
      : { track: { ...track, lastAt: sample.at } };
  }
  const next = go(track, sample);
  if (sample.state === 'full') {
    const ended = endOf(next, sample.at, true);
    return { track: undefined, ...(ended ? { ended } : {}) };
  }
  const since = sample.state === 'charging' ? settled(next, before.usualW ?? 0) : undefined;
  if (!since) return { track: next };
  const idle = (sample.at - since.at) / MINUTE;
  const whole = {
    ...next,
    minutes: Math.max(0, next.minutes - idle),
    wh: next.wh - (since.watts * idle) / 60,
  };
  const ended = endOf(whole, since.at, true);
  return {
    track: { ...next, settledAt: since.at },
    ...(ended && track.settledAt === undefined ? { ended } : {}),
  };
}

/** The power of a battery that is full falls to what the device lives on, and stays there. */
const SETTLED_PART = 0.25;
/** A charge has begun again when so much of the plateau is drawn. */
const RESUMED_PART = 0.6;
const SETTLED_CHANGE = 0.06;
const SETTLED_WATTS = 0.08;

/**
 * A port that never says « finished » (a power strip, a computer that is never quite idle): the power has fallen low and no longer
 * changes. @returns when it settled, and the watts since
 */
function settled(track: ChargeTrack, usualW: number): Measured | undefined {
  const [first] = track.recent;
  if (!first || track.recent.length < 6) return undefined;
  if (track.lastAt - first.at < 0.85 * SETTLED_MINUTES * MINUTE) return undefined;
  const half = track.recent.length >> 1;
  const watts = track.recent.map((one) => one.watts);
  const [before, after] = [middle(watts.slice(0, half)), middle(watts.slice(half))];
  if (Math.max(before, after) > SETTLED_PART * Math.max(track.plateauW, usualW)) return undefined;
  return Math.abs(before - after) <= SETTLED_CHANGE * before + SETTLED_WATTS
    ? { at: first.at, watts: after }
    : undefined;
}

/** As the forecast takes it. */
export function underWay(track: ChargeTrack): ChargeUnderWay {
  const plateauW = plateauOf(track);
  return {
    since: new Date(track.since).toISOString(),
    ...(track.from === undefined ? {} : { from: track.from }),
    ...(track.used === undefined ? {} : { used: track.used }),
    wh: track.wh,
    minutes: track.minutes,
    nowW: nowWatts(track),
    offMinutes: Math.max(0, Math.round((track.lastAt - (track.recent.at(-1)?.at ?? track.lastAt)) / MINUTE)),
    ...(plateauW === undefined ? {} : { plateauW }),
    ...(track.settledAt === undefined ? {} : { settled: true }),
  };
}
