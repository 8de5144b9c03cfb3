import type { Component } from 'vue';
import type { Id } from '../../../domain/id';
import type { StaffClient } from '../client';

/**
 * What another subject adds to putting a cart away (accessories, tonight's charge, the Wi-Fi point): a file
 * `closing-slot.ts` in its own folder of `renderer/staff` exports `slot`. It stands under the places, in the lesson's end
 * and on the cart's own screen.
 */
export interface ClosingSlot {
  readonly name: string;
  /** Order, small first: 10 accessories, 20 tonight's charge, 30 the Wi-Fi point, 40 power. */
  readonly rank: number;
  /** Gets `ClosingSlotProps`; renders nothing while it has nothing to say. */
  readonly panel: Component;
  /**
   * Done once the devices are put away, at the press that says so. What fails is said as any failure is and keeps
   * nothing from being put away. What it gives back takes it back, with the putting away.
   */
  readonly finish?: (staff: StaffClient, cart: Id<'cart'>) => Promise<(() => Promise<unknown>) | undefined>;
}

/** What every slot's component receives. */
export interface ClosingSlotProps {
  readonly cart: Id<'cart'>;
  /** The devices expected in the cart, in the order of their places, and whether each is known to be back. */
  readonly devices: readonly {
    readonly device: Id<'device'>;
    readonly bay: number;
    readonly back: boolean;
  }[];
  /** At the end of a lesson, which one. */
  readonly lesson?: Id<'lesson'> | undefined;
  /** The class that had the cart, where it is known. */
  readonly classId?: Id<'class'> | undefined;
  /** It was said to be put away: nothing more is asked. */
  readonly over?: boolean | undefined;
}

const found = import.meta.glob<{ slot: ClosingSlot }>('../**/closing-slot.ts', { eager: true });
export const closingSlots: readonly ClosingSlot[] = Object.values(found)
  .map(({ slot }) => slot)
  .sort((a, b) => a.rank - b.rank);
