import { namedBy, type Named } from '../../../domain/cart/placing';
import { POSTE } from '../../../domain/rights/actor';
import type { SetsDeps } from './types';

/** What a scan or a typed word means among the things of the inventory. */
export function namedIn(inventory: SetsDeps['inventory'], text: string): Named {
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
