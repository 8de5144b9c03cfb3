import { reactive } from 'vue';
import type { Id } from '../../../domain/id';

/** What was unticked in a cart's list, between the moment it is shown and the moment it is put away. */
const counts = reactive(new Map<Id<'cart'>, ReadonlySet<Id<'accessory'>>>());

export const absentOf = (cart: Id<'cart'>): ReadonlySet<Id<'accessory'>> | undefined => counts.get(cart);
export function setAbsent(cart: Id<'cart'>, absent: Iterable<Id<'accessory'>>): void {
  counts.set(cart, new Set(absent));
}
export function forgetCount(cart: Id<'cart'>): void {
  counts.delete(cart);
}
