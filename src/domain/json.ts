/** What may cross a process, be stored or be signed: JSON, nothing else. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Lists and objects in one another. Real documents have five; what is recursive, here or in CouchDB, ends somewhere. */
export const JSON_DEPTH_MAX = 64;

/** Whether something lies below more than `depth` lists and objects. Never recursive itself: the value may be hostile. */
export function isDeeperThan(value: unknown, depth: number): boolean {
  let level: unknown[] = [value];
  for (let left = depth; level.length > 0; left -= 1) {
    const below: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      if (left === 0) return true;
      // Not spread: a list may be longer than a call has arguments.
      for (const inner of Object.values(one)) if (typeof inner === 'object') below.push(inner);
    }
    level = below;
  }
  return false;
}
