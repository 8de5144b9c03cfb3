/** What one row of a hub says, as evidence. */
import type { ChargeValue } from '../../../domain/cart/evidence';
import type { PortRow } from './rows';

export function valueOf(row: PortRow): ChargeValue {
  return {
    power: row.power,
    currentMa: row.currentMa,
    ...(row.voltageMv === undefined ? {} : { voltageMv: row.voltageMv }),
    energyWh: row.energyWh,
    chargingSeconds: row.chargingSeconds,
    portOff: row.portOff,
  };
}
