import { reactive } from 'vue';
import type { Id } from '../../../domain/id';

/** What was unticked in a cart's list, and the class that had it, from the moment the list is shown until it is put away. */
export interface ClosingCount {
  readonly absent: ReadonlySet<Id<'accessory'>>;
  readonly class: Id<'class'> | undefined;
}
const counts = reactive(new Map<Id<'cart'>, ClosingCount>());

export const countOf = (cart: Id<'cart'>): ClosingCount | undefined => counts.get(cart);
export function setCount(cart: Id<'cart'>, count: ClosingCount): void {
  counts.set(cart, count);
}
export function forgetCount(cart: Id<'cart'>): void {
  counts.delete(cart);
}
