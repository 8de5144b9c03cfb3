/**
 * The batteries of the demonstration's trolley, invented once: the charging hub feeds them, the devices tell them, and what is
 * known of their past is theirs. One gauge lies, as one does in every school.
 */
import type { Battery } from '../hub/battery';

export interface InventedBattery {
  /** Its place in the trolley, from 1. */
  readonly bay: number;
  /** What the charging hub feeds; its level moves with the hub's time. */
  readonly battery: Battery;
  /** Watt-hours it held when it was new. */
  readonly newWh: number;
  /** How long it has been plugged when the demonstration opens. Minutes. */
  readonly pluggedFor: number;
  /** It takes far longer than it used to: a tired cable. */
  readonly slow: boolean;
  /** What the device itself says: 0 to 100. */
  percent(): number;
}

export const TABLET_WH = 19;
const COMPUTER_WH = 27;
/** Places from here on are computers. */
const FIRST_COMPUTER = 13;
/** What a whole cart of one model differs by. */
const SPREAD = [0.2, -0.4, 0, 0.5, -0.1, -0.3, 0.4, 0.1] as const;
/** Milliamperes a port gives a tablet; through a tired cable. */
const USUAL_MA = 1_850;
const TIRED_MA = 700;
/** Levels at which they were plugged, place after place; the place that is missing is empty in the hub. */
const PLUGGED_AT = [0.52, 0.61, 0.44, 0.09, 0.58, 0.47, 0, 0.55, 0.12, 0.66, 0.4, 0.63, 0.38, 0.5, 0.57];
/** Since the end of the afternoon's lesson, most of them; two were only found a moment ago. */
const USUAL_MINUTES = 150;
const LATE: ReadonlyMap<number, number> = new Map([
  [4, 6],
  [9, 4],
]);
/** Parts of what they held when new. */
const HEALTH: ReadonlyMap<number, number> = new Map([
  [5, 0.6],
  [12, 0.8],
]);
const TIRED_CABLE = 11;
/** Its battery holds little, and its gauge has not noticed: the port says full, the tablet says less. */
const LYING = { bay: 5, part: 0.72 } as const;
export const NEVER_CAME_BACK = 7;

export function inventBatteries(): readonly InventedBattery[] {
  return PLUGGED_AT.flatMap((level, at) => {
    const bay = at + 1;
    if (bay === NEVER_CAME_BACK) return [];
    const newWh = (bay < FIRST_COMPUTER ? TABLET_WH : COMPUTER_WH) + (SPREAD[at % SPREAD.length] ?? 0);
    const slow = bay === TIRED_CABLE;
    const battery: Battery = {
      capacityWh: newWh * (HEALTH.get(bay) ?? 0.95),
      fullCurrentMa: slow ? TIRED_MA : USUAL_MA + at * 12,
      level,
    };
    const part = bay === LYING.bay ? LYING.part : 1;
    return [
      {
        bay,
        battery,
        newWh,
        slow,
        pluggedFor: LATE.get(bay) ?? USUAL_MINUTES,
        percent: () => Math.min(100, Math.round(battery.level * 100 * part)),
      },
    ];
  });
}
