import type { AccessoryStanding } from '../inventory/accessory';
import type { Id } from '../id';

/** A device of the cart, at its place. */
export interface PlacedHere {
  readonly device: Id<'device'>;
  readonly bay: number;
}

/** An accessory that must be in the cart at the end of the lesson, and with what. */
export interface Expected {
  readonly accessory: AccessoryStanding;
  /** The place it belongs to: its own, or that of its device. */
  readonly bay: number;
  /** The device it goes with, or that stands at its place. */
  readonly device: Id<'device'> | undefined;
}

/**
 * What each device should have at the end of the lesson: what is bound to it, and what is bound to its place. What is in
 * reserve or at the repairer's is not looked for; what is missing is, as long as nobody retires it.
 */
export function expectedIn(
  cart: Id<'cart'>,
  placed: readonly PlacedHere[],
  accessories: readonly AccessoryStanding[],
): Expected[] {
  const bayOf = new Map(placed.map(({ device, bay }) => [device, bay]));
  const deviceAt = new Map(placed.map(({ device, bay }) => [bay, device]));
  return accessories
    .flatMap((accessory): Expected[] => {
      const { binding, state } = accessory;
      if (state !== 'inService' && state !== 'missing') return [];
      if (binding?.kind === 'device') {
        const bay = bayOf.get(binding.device);
        return bay === undefined ? [] : [{ accessory, bay, device: binding.device }];
      }
      if (binding?.kind !== 'bay' || binding.cart !== cart) return [];
      return [{ accessory, bay: binding.bay, device: deviceAt.get(binding.bay) }];
    })
    .sort((a, b) => a.bay - b.bay);
}

/** What changes when somebody has counted: those that are newly missing, and those that are back. */
export function counted(
  expected: readonly Expected[],
  absent: ReadonlySet<Id<'accessory'>>,
): { readonly missing: readonly Expected[]; readonly back: readonly Expected[] } {
  return {
    missing: expected.filter(({ accessory }) => absent.has(accessory.id) && accessory.state !== 'missing'),
    back: expected.filter(({ accessory }) => !absent.has(accessory.id) && accessory.state === 'missing'),
  };
}
