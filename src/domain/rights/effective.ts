import type { RoleGrant } from './actor';

/** True when a role is held at that instant (milliseconds since 1970, UTC). An end that cannot be read has passed. */
export function holdsAt({ from, until }: Pick<RoleGrant, 'from' | 'until'>, now: number): boolean {
  const begins = from === undefined ? -Infinity : Date.parse(from);
  const ends = until === undefined ? Infinity : Date.parse(until);
  return begins <= now && now < ends;
}

/** The roles that hold at that instant; rights are their sum. */
export const grantsAt = (grants: readonly RoleGrant[], now: number): RoleGrant[] =>
  grants.filter((grant) => holdsAt(grant, now));

/** The next instant on which one of these begins or ends; undefined where nothing changes by itself any more. */
export function nextChange(grants: readonly RoleGrant[], now: number): number | undefined {
  const later = grants
    .flatMap(({ from, until }) => [from, until])
    .flatMap((at) => (at === undefined ? [] : [Date.parse(at)]))
    .filter((at) => at > now);
  return later.length > 0 ? Math.min(...later) : undefined;
}
