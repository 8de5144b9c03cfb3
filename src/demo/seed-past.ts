/** The past of the trolley's batteries, as this poste would have written it down since the summer: nobody can type it. */
import { historyId } from '../main/cart/charging/documents';
import type { Id } from '../domain/id';
import type { Json } from '../domain/json';
import type { Host } from '../main/host';
import { inventBatteries } from './batteries/invented';
import { pastOf } from './batteries/past';

/** One batch: opening the demonstration for the first time must not take longer for it. */
export async function seedPast(
  host: Pick<Host, 'rooms'>,
  devices: readonly { readonly id: Id<'device'>; readonly label: string }[],
  labelOf: (bay: number) => string,
  now: number,
): Promise<void> {
  const rooms = host.rooms();
  if (!rooms) throw new Error('the demonstration has no rooms');
  const { parc, poste } = rooms;
  await parc.putAll(
    inventBatteries().flatMap((invented) => {
      const device = devices.find(({ label }) => label === labelOf(invented.bay));
      if (!device) return [];
      const { charges, uses } = pastOf(invented, now);
      return [
        {
          _id: historyId(device.id, poste),
          type: 'chargeHistory',
          v: 1,
          poste,
          device: device.id,
          charges: charges.map((line): Json => ({ ...line })),
          uses: uses.map((line): Json => ({ ...line })),
        },
      ];
    }),
  );
}
