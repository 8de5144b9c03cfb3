import type { Id } from '../id';
import {
  addDays,
  instantAt,
  localDate,
  weekdayOf,
  type HalfDay,
  type Instant,
  type LocalDate,
} from '../time';

/**
 * Pupils of one class hosted in others for a time (docs/groups.md): a class that nobody replaces, décloisonnement at the
 * same hours each week, or children of a unit (ULIS) included in a class. A fact: changed by another that names it, ended
 * by its date, by hand, or by the school's evening.
 */
export const DISPATCH_KINDS = ['replacement', 'exchange', 'inclusion'] as const;
export type DispatchKind = (typeof DISPATCH_KINDS)[number];

/** In what name it is said: as a head, as who teaches the class, or as any teacher of the school. */
export const SPOKEN_AS = ['head', 'class', 'colleague'] as const;
export type SpokenAs = (typeof SPOKEN_AS)[number];

export interface HostPart {
  readonly classId: Id<'class'>;
  readonly pupils: readonly Id<'pupil'>[];
}
/** Hours of the school's clock, on these days of the week (1 Monday to 7 Sunday). */
export interface WeeklyHours {
  readonly days: readonly number[];
  /** `HH:MM` */
  readonly from: string;
  /** `HH:MM`, the first minute on which they are back. */
  readonly to: string;
}
export interface Dispatch {
  readonly id: Id<'event'>;
  readonly kind: DispatchKind;
  /** The class they are of. */
  readonly classId: Id<'class'>;
  readonly hosts: readonly HostPart[];
  readonly from: Instant;
  /** The first instant on which they are nobody's guests any more. */
  readonly until: Instant;
  /** Absent: without a pause from `from` to `until`. */
  readonly weekly?: WeeklyHours | undefined;
  readonly title?: string | undefined;
  readonly by: Id<'staff'>;
  readonly at: Instant;
  readonly as: SpokenAs;
  /** Those it takes the place of. */
  readonly replaces: readonly Id<'event'>[];
}
export interface DispatchEnded {
  readonly dispatch: Id<'event'>;
  readonly classId: Id<'class'>;
  readonly at: Instant;
  readonly by: Id<'staff'>;
  readonly as: SpokenAs;
}

export interface Standing {
  readonly dispatch: Dispatch;
  /** Milliseconds since 1970, UTC: its date, or when somebody ended it before. */
  readonly until: number;
  /** Who ended it before its date. */
  readonly endedBy?: Id<'staff'>;
}
/** Milliseconds since 1970, UTC; `until` excluded. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

type Said = Pick<Dispatch, 'classId' | 'by' | 'as'>;
/** A head, who teaches the class, or whoever said it: nobody else changes or ends it. */
const mayChange = (later: Said, earlier: Said): boolean =>
  later.classId === earlier.classId && (later.as !== 'colleague' || later.by === earlier.by);

/**
 * A fact is said once. A second one under the same id is somebody's who would bend it, with a modified client: a head's
 * stands before anybody's, of one class the class's own before a colleague's. Two of one rank both show.
 */
const outranks = (one: Said, other: Said): boolean =>
  one.as === 'head'
    ? other.as !== 'head'
    : one.as === 'class' && other.as === 'colleague' && one.classId === other.classId;

/** What counts of what was said: not replaced, and cut where somebody ended it. In the order of ids, the same everywhere. */
export function standingDispatches(
  all: readonly Dispatch[],
  ended: readonly DispatchEnded[],
): readonly Standing[] {
  const isReplaced = (one: Dispatch): boolean =>
    all.some((later) => later.id !== one.id && later.replaces.includes(one.id) && mayChange(later, one));
  const isOutranked = (one: Dispatch): boolean =>
    all.some((other) => other.id === one.id && outranks(other, one));
  return all
    .filter((one) => !isOutranked(one) && !isReplaced(one))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((dispatch) => {
      const first = ended
        .filter((end) => end.dispatch === dispatch.id && mayChange(end, dispatch))
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))[0];
      const date = Date.parse(dispatch.until);
      if (!first || Date.parse(first.at) >= date) return { dispatch, until: date };
      return { dispatch, until: Date.parse(first.at), endedBy: first.by };
    });
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
function cut(span: Span, { dispatch, until }: Standing): Span | undefined {
  const from = Math.max(span.from, Date.parse(dispatch.from));
  const end = Math.min(span.until, until);
  return from < end ? { from, until: end } : undefined;
}

/** When they are away on that local day; undefined where they are not. */
export function spanOn(standing: Standing, date: LocalDate, zone: string): Span | undefined {
  const { weekly } = standing.dispatch;
  if (weekly && !weekly.days.includes(weekdayOf(date))) return undefined;
  const at = (minutes: number): number => instantAt(date, minutes, zone);
  return weekly
    ? cut({ from: at(minutesOf(weekly.from)), until: at(minutesOf(weekly.to)) }, standing)
    : cut({ from: at(0), until: instantAt(addDays(date, 1), 0, zone) }, standing);
}

export function isAwayAt(standing: Standing, now: number, zone: string): boolean {
  const span = spanOn(standing, localDate(now, zone), zone);
  return span !== undefined && span.from <= now && now < span.until;
}

/** 12:45, as `halfDayAt`. */
const NOON = 12 * 60 + 45;
export function spanIn(standing: Standing, { date, half }: HalfDay, zone: string): Span | undefined {
  const day = spanOn(standing, date, zone);
  const noon = instantAt(date, NOON, zone);
  if (!day) return undefined;
  const from = half === 'AM' ? day.from : Math.max(day.from, noon);
  const until = half === 'AM' ? Math.min(day.until, noon) : day.until;
  return from < until ? { from, until } : undefined;
}

/** Where that class's guests of a half-day are from; somebody whom two dispatches send here is here once. */
export function guestsIn(
  all: readonly Standing[],
  host: Id<'class'>,
  half: HalfDay,
  zone: string,
): Map<Id<'pupil'>, { readonly standing: Standing; readonly span: Span }> {
  const found = new Map<Id<'pupil'>, { standing: Standing; span: Span }>();
  for (const standing of all) {
    const span = spanIn(standing, half, zone);
    if (!span) continue;
    for (const { classId, pupils } of standing.dispatch.hosts)
      if (classId === host)
        for (const pupil of pupils) if (!found.has(pupil)) found.set(pupil, { standing, span });
  }
  return found;
}

/**
 * Whether a host's word on a child counts: their class was sent out on that day and the child to that host, even if it was
 * changed since. Who sends a class out says nothing of the children of another one.
 */
export const wasSentTo = (
  all: readonly Dispatch[],
  { host, home, pupil }: { host: Id<'class'>; home: Id<'class'>; pupil: Id<'pupil'> },
  half: HalfDay,
  zone: string,
): boolean =>
  all.some(
    (dispatch) =>
      dispatch.classId === home &&
      dispatch.hosts.some((part) => part.classId === host && part.pupils.includes(pupil)) &&
      spanIn({ dispatch, until: Date.parse(dispatch.until) }, half, zone) !== undefined,
  );

/** The next instant on which somebody leaves or comes back, within two days. */
export function nextMove(all: readonly Standing[], now: number, zone: string): number | undefined {
  const today = localDate(now, zone);
  const moments = all.flatMap((standing) =>
    [today, addDays(today, 1)].flatMap((date) => {
      const span = spanOn(standing, date, zone);
      return span ? [span.from, span.until] : [];
    }),
  );
  const later = moments.filter((at) => at > now);
  return later.length > 0 ? Math.min(...later) : undefined;
}

export type DispatchRefused =
  | 'forbidden' // for longer than a day, by who neither heads the school nor teaches the class
  | 'dates' // ends before it begins, or is over
  | 'hours' // no day of the week, or hours that do not follow
  | 'empty' // nobody is sent anywhere
  | 'twice' // one child in two classes
  | 'home'; // a class hosts its own pupils

/** A colleague who finds a class without a teacher sends it out for the day, and no longer. */
export const COLLEAGUE_MAX_MS = 86_400_000;

/** Whether that name may say it, from the document alone: every replica comes to the same answer. */
export const mayLast = ({ as, from, until }: Pick<Dispatch, 'as' | 'from' | 'until'>): boolean =>
  as !== 'colleague' || Date.parse(until) - Date.parse(from) <= COLLEAGUE_MAX_MS;

/** Why it may not be said; undefined where it may. */
export function refusedDispatch(
  order: Omit<Dispatch, 'id' | 'by' | 'at' | 'replaces' | 'title'>,
  now: number,
): DispatchRefused | undefined {
  const [from, until] = [Date.parse(order.from), Date.parse(order.until)];
  if (!(from < until) || !(now < until)) return 'dates';
  const { weekly } = order;
  if (weekly && (weekly.days.length === 0 || minutesOf(weekly.from) >= minutesOf(weekly.to))) return 'hours';
  if (!mayLast(order)) return 'forbidden';
  const pupils = order.hosts.flatMap((part) => part.pupils);
  if (pupils.length === 0) return 'empty';
  if (new Set(pupils).size < pupils.length) return 'twice';
  return order.hosts.some(({ classId }) => classId === order.classId) ? 'home' : undefined;
}
