/** Waking and resting the devices of a cart: what each kind of device can be asked (docs/wifi-point.md). */

/** `rest`: what a device of its kind does between two lessons: a tablet sleeps, a computer is off. */
export const POWER_ORDERS = ['wake', 'sleep', 'rest', 'restart', 'off'] as const;
export type PowerOrder = (typeof POWER_ORDERS)[number];

/** By what a device is reached. */
export interface PowerReach {
  readonly by: 'veyon' | 'rfb' | 'adb';
  /** Its Ethernet address is known: it can be woken. */
  readonly wakes: boolean;
}

/**
 * Veyon switches a computer off and on again and has no sleep; a VNC server has none of it; both are woken by their Ethernet
 * address. A tablet on adb is answered as long as it is on: its screen is put out and lit, nothing wakes one that is off.
 */
export function ordersOf(reach: PowerReach | undefined): readonly PowerOrder[] {
  if (!reach) return [];
  if (reach.by === 'adb') return ['wake', 'sleep', 'rest', 'restart', 'off'];
  const wake = reach.wakes ? (['wake'] as const) : [];
  return reach.by === 'veyon' ? [...wake, 'rest', 'restart', 'off'] : wake;
}

/** What it becomes on a device of that kind. */
export function plainOrder(order: PowerOrder, by: PowerReach['by']): Exclude<PowerOrder, 'rest'> {
  if (order !== 'rest') return order;
  return by === 'adb' ? 'sleep' : 'off';
}

/** What cannot be taken back once it is done waits a moment. */
export const waits = (order: PowerOrder): boolean =>
  order === 'off' || order === 'restart' || order === 'rest';
/** ms */
export const GRACE_MS = 10_000;
