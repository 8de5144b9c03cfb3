/** What the hub said, as evidence. */
import type { ChargeReading } from '../../../domain/cart/evidence';
import type { HubSnapshot } from './driver';

/** One reading a port that ever answered, by port number. */
export function readingsOf(snapshot: HubSnapshot): Map<number, ChargeReading> {
  return new Map(
    snapshot.ports.map((row) => [
      row.port,
      {
        source: 'hub',
        at: row.at,
        value: {
          power: row.power,
          currentMa: row.currentMa,
          ...(row.voltageMv === undefined ? {} : { voltageMv: row.voltageMv }),
          energyWh: row.energyWh,
          chargingSeconds: row.chargingSeconds,
          portOff: row.portOff,
        },
      },
    ]),
  );
}
