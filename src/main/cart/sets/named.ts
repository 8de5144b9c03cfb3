import { namedBy, type Named } from '../../../domain/cart/placing';
import type { InventoryService } from '../../inventory/types';
import { POSTE } from '../../../domain/rights/actor';

/** What a scan or a typed word means among the things of the inventory. */
export function namedIn(inventory: Pick<InventoryService, 'list'>, text: string): Named {
  const { devices, accessories } = inventory.list(POSTE);
  return namedBy(
    text,
    [...devices, ...accessories].map(({ id, code, serial, assetNumber, label }) => ({
      id,
      code,
      serial,
      assetNumber,
      label,
      words: [],
    })),
  );
}
