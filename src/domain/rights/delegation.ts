import type { Id } from '../id';
import type { Instant } from '../time';
import type { Actor, RoleGrant } from './actor';
import { authorize } from './authorize';
import { holdsAt } from './effective';
import { ALWAYS_DATED, SCOPE_OF, type StaffRole } from './roles';

/** Who gave what to whom, from when until when (SDET L4037): a fact, ended by another fact, never rewritten. */
export interface Delegation {
  readonly id: Id<'event'>;
  readonly person: Id<'staff'>;
  readonly role: StaffRole;
  readonly classIds: readonly Id<'class'>[];
  readonly groupIds: readonly Id<'group'>[];
  readonly from: Instant;
  /** The first instant on which it gives nothing any more; absent only for roles that may last. */
  readonly until?: Instant | undefined;
  /** Whom a substitute replaces. */
  readonly replaces?: Id<'staff'> | undefined;
  readonly reason?: string | undefined;
  /** Computers on which the person signs in meanwhile, by a head's word (src/main/postes/lent.ts). */
  readonly postes?: readonly Id<'poste'>[] | undefined;
  readonly by: Id<'staff'>;
}

/** Ended before its time. `asHead`: by a head, whose poste alone may say so (src/exchange/author-rules.ts). */
export interface DelegationEnded {
  readonly delegation: Id<'event'>;
  readonly at: Instant;
  readonly by: Id<'staff'>;
  readonly asHead: boolean;
}

/** The signed agreement without which an after-school leader may do nothing (convention, articles 4 and 5). */
export interface Convention {
  readonly id: Id<'event'>;
  readonly from: Instant;
  readonly until?: Instant | undefined;
  /** Who signed for the commune, as a head typed it. */
  readonly signedBy: string;
  readonly by: Id<'staff'>;
}

/** A teacher may hand their own class to a colleague, an ATSEM or a guest; the rest is a head's (docs/people-decisions.md). */
export const TEACHER_MAY_GIVE: readonly StaffRole[] = ['teacher', 'atsem', 'guest'];
/** For how long a teacher may, in days: the time of a training or of an illness that nobody replaces. */
export const TEACHER_MAX_DAYS = 31;
/** How long before its beginning the keys of a delegation are handed out: a week-end's morning needs no line. */
export const KEYS_AHEAD_MS = 3 * 86_400_000;
const DAY_MS = 86_400_000;
export const TEACHER_MAX_MS = TEACHER_MAX_DAYS * DAY_MS;

/** True where somebody has ended it: its giver, or a head. What anybody else says ends nothing. */
export const isEnded = (delegation: Delegation, ended: readonly DelegationEnded[]): boolean =>
  ended.some((end) => end.delegation === delegation.id && (end.asHead || end.by === delegation.by));

export type Refused =
  | 'forbidden' // the giver may not give that
  | 'dates' // ends before it begins, or is over
  | 'undated' // that role is never held without an end
  | 'tooLong' // longer than a teacher may give
  | 'scope' // no class, or no group, for a role that is held in some
  | 'self'; // rights are not given to oneself

/** What is asked for, before it is written. */
export type DelegationOrder = Omit<Delegation, 'id' | 'by' | 'reason' | 'replaces' | 'postes'>;

/** Why a delegation may not be given; undefined where it may. `now` in milliseconds since 1970, UTC. */
export function refusedOrder(giver: Actor, order: DelegationOrder, now: number): Refused | undefined {
  const { role, classIds, groupIds, from, until } = order;
  if (giver.kind !== 'staff') return 'forbidden';
  // A head is named in the directory: the key that heads sign with goes with it, and is exchanged when one leaves.
  if (role === 'head') return 'forbidden';
  if (order.person === giver.personId) return 'self';
  const begins = Date.parse(from);
  const ends = until === undefined ? Infinity : Date.parse(until);
  if (!(begins < ends) || !(now < ends)) return 'dates';
  if (ends === Infinity && ALWAYS_DATED.includes(role)) return 'undated';
  if (SCOPE_OF[role] === 'classes' && role !== 'guest' && classIds.length === 0) return 'scope';
  if (SCOPE_OF[role] === 'groups' && groupIds.length === 0) return 'scope';
  if (authorize(giver, 'rights.read')) return undefined;
  if (!mayTeacherGive(giver, order)) return 'forbidden';
  return mayTeacherLast(order) ? undefined : 'tooLong';
}

/** From the order alone: no clock is looked at, so that every replica comes to the same answer. */
export function mayTeacherLast({ from, until }: Pick<DelegationOrder, 'from' | 'until'>): boolean {
  return until !== undefined && Date.parse(until) - Date.parse(from) <= TEACHER_MAX_MS;
}

/** A teacher gives what is theirs for the year, never what was lent to them: a delegation is not passed on. */
export function mayTeacherGive(
  giver: Actor,
  order: Pick<DelegationOrder, 'role' | 'classIds' | 'groupIds'>,
): boolean {
  if (giver.kind !== 'staff') return false;
  const own = giver.grants.filter(({ role, until }) => role === 'teacher' && until === undefined);
  return (
    TEACHER_MAY_GIVE.includes(order.role) &&
    order.groupIds.length === 0 &&
    order.classIds.length > 0 &&
    order.classIds.every((id) => own.some(({ classIds }) => classIds.includes(id)))
  );
}

/** Where two intervals meet; undefined where they do not. */
function meet(
  a: Pick<RoleGrant, 'from' | 'until'>,
  b: Pick<RoleGrant, 'from' | 'until'>,
): Pick<RoleGrant, 'from' | 'until'> | undefined {
  const by = (one: string, other: string): number => Date.parse(one) - Date.parse(other);
  const from = [a.from, b.from]
    .flatMap((at) => at ?? [])
    .sort(by)
    .at(-1);
  const until = [a.until, b.until].flatMap((at) => at ?? []).sort(by)[0];
  if (from !== undefined && until !== undefined && by(until, from) <= 0) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
}

/**
 * What the delegations that nobody has ended give, with their dates: `grantsAt` says what of it holds. An after-school
 * leader's counts only while a convention does.
 */
export function grantsFrom(
  delegations: readonly Delegation[],
  conventions: readonly Convention[],
): (RoleGrant & { readonly delegation: Id<'event'> })[] {
  return delegations.flatMap((one) => {
    const times =
      one.role === 'facilitator'
        ? conventions.flatMap((other) => meet(one, other) ?? [])
        : [meet(one, {}) ?? {}];
    return times.map((time) => ({
      role: one.role,
      classIds: SCOPE_OF[one.role] === 'classes' ? one.classIds : [],
      ...(SCOPE_OF[one.role] === 'groups' ? { groupIds: one.groupIds } : {}),
      ...time,
      delegation: one.id,
    }));
  });
}

/** True when the keys of a grant are handed out: from a little before it begins until it ends. */
export const hasKeysAt = ({ from, until }: RoleGrant, now: number): boolean =>
  holdsAt({ ...(until === undefined ? {} : { until }) }, now) &&
  (from === undefined || Date.parse(from) - KEYS_AHEAD_MS <= now);
