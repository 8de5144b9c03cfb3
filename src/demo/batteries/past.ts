/** What the port of an invented battery would have written down since the summer: two charges a week, a lesson before each. */
import { PORT_VOLTS } from '../hub/battery';
import { seeded } from '../hub/random';
import type { ChargeLine, UseLine } from '../../domain/cart/history';
import type { InventedBattery } from './invented';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const CHARGES = 38;
const DAYS_BETWEEN = 3.5;
/** Part of what the port gives that ends in the cells, and the time at the end of a charge when the current falls. */
const EFFICIENCY = 0.88;
const END_MINUTES = 45;
const AWAKE_W = 4.2;
/** A battery that ages has aged mostly in the last part of its life. */
const AGES_FROM = 0.25;
/** When its cable began to tire, as a part of its past. */
const TIRES_FROM = 0.7;

/** @param now milliseconds since the epoch @returns lines oldest first, as long ago as a school year lets */
export function pastOf(
  invented: InventedBattery,
  now: number,
): { readonly charges: readonly ChargeLine[]; readonly uses: readonly UseLine[] } {
  const { bay, battery, newWh, slow } = invented;
  const random = seeded(bay * 97);
  const charges: ChargeLine[] = [];
  const uses: UseLine[] = [];
  for (let at = 0; at < CHARGES; at += 1) {
    const age = at / (CHARGES - 1);
    const worn = Math.max(0, (age - AGES_FROM) / (1 - AGES_FROM));
    const capacityWh = newWh - (newWh - battery.capacityWh) * worn;
    const ended = now - (CHARGES - at) * DAYS_BETWEEN * DAY_MS - random() * 60 * MINUTE_MS;
    const from = Math.round(22 + random() * 40);
    const wh = (((100 - from) / 100) * capacityWh * (0.98 + random() * 0.04)) / EFFICIENCY;
    const usualW = slow ? 9.5 : (battery.fullCurrentMa / 1_000) * PORT_VOLTS;
    const plateauW = slow && age > TIRES_FROM ? (battery.fullCurrentMa / 1_000) * PORT_VOLTS : usualW;
    const minutes = Math.round((wh / plateauW) * 60 + END_MINUTES * (0.9 + random() * 0.2));
    const useMinutes = Math.round(
      (((96 - from) / 100) * capacityWh * 60) / (AWAKE_W * (0.95 + random() * 0.1)),
    );
    uses.push({
      at: new Date(ended - (minutes + 25) * MINUTE_MS).toISOString(),
      from: 96,
      to: from,
      minutes: useMinutes,
    });
    charges.push({
      at: new Date(ended).toISOString(),
      from,
      to: 100,
      wh: Math.round(wh * 100) / 100,
      used: useMinutes,
      minutes,
      full: true,
      plateauW: Math.round(plateauW * 100) / 100,
    });
  }
  return { charges, uses };
}
