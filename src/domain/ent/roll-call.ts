import type { Id } from '../id';
import type { HalfDay, Instant } from '../time';

/**
 * The attendance register (registre d'appel, Code de l'éducation R131-5): taken each half-day, indelible. An entry is
 * never changed; a correction is a new entry that names those it replaces. Two people who correct apart leave two
 * standing entries, and the register says so.
 */
export const ATTENDANCE = ['present', 'absent', 'late'] as const;
export type Attendance = (typeof ATTENDANCE)[number];

/** Legitimate reasons of L131-8, and the two answers a school also writes down. */
export const ABSENCE_REASONS = [
  'illness',
  'contagion',
  'family',
  'transport',
  'travel',
  'other',
  'none',
] as const;
export type AbsenceReason = (typeof ABSENCE_REASONS)[number];

export interface RollEntry {
  readonly id: Id<'event'>;
  readonly pupil: Id<'pupil'>;
  readonly half: HalfDay;
  readonly state: Attendance;
  /** Local time of arrival `HH:MM`, for a late pupil. */
  readonly arrivedAt?: string;
  readonly reason?: AbsenceReason;
  readonly by: Id<'staff'>;
  readonly at: Instant;
  readonly replaces: readonly Id<'event'>[];
  /** The class that hosted the child and called them (docs/groups.md); absent for a word of their own class. */
  readonly host?: Id<'class'>;
}

export interface Standing {
  readonly entry: RollEntry;
  /** Entries written apart that nobody has settled; empty in the normal case. */
  readonly rivals: readonly RollEntry[];
  /** How many entries came before: shown as « corrigé ». */
  readonly corrections: number;
}

/** What stands for each pupil, from the entries of one half-day in any order. */
export function standingEntries(entries: readonly RollEntry[]): Map<Id<'pupil'>, Standing> {
  // A host corrects what that host said, never the word of the child's own class.
  const hostOf = new Map(entries.map(({ id, host }) => [id, host]));
  const replaced = new Set(
    entries.flatMap(({ host, replaces }) =>
      host === undefined ? replaces : replaces.filter((id) => hostOf.get(id) === host),
    ),
  );
  const byPupil = new Map<Id<'pupil'>, RollEntry[]>();
  for (const entry of entries) byPupil.set(entry.pupil, [...(byPupil.get(entry.pupil) ?? []), entry]);
  const standing = new Map<Id<'pupil'>, Standing>();
  for (const [pupil, all] of byPupil) {
    const leaves = all.filter((entry) => !replaced.has(entry.id)).sort(careful);
    const [entry, ...rivals] = leaves;
    // Every entry replaced by another of a cycle cannot happen by the rules; a forged one shows all.
    const shown = entry ?? [...all].sort(careful)[0];
    if (shown) standing.set(pupil, { entry: shown, rivals, corrections: all.length - leaves.length });
  }
  return standing;
}

/** Two entries that give the same answer, whoever wrote them. */
export const saysTheSame = (a: RollEntry, b: RollEntry): boolean =>
  a.state === b.state && a.arrivedAt === b.arrivedAt;

/** The entry that makes somebody look for the child comes first; the id settles the rest, the same everywhere. */
function careful(a: RollEntry, b: RollEntry): number {
  const rank: Readonly<Record<Attendance, number>> = { absent: 0, late: 1, present: 2 };
  return rank[a.state] - rank[b.state] || (a.id < b.id ? -1 : 1);
}

/** Half-days of absence without a legitimate reason in a month; from four on the head reports (R131-7). */
export function unjustifiedHalfDays(entries: readonly RollEntry[]): Map<Id<'pupil'>, number> {
  const byHalf = new Map<string, RollEntry[]>();
  for (const entry of entries) {
    const key = `${entry.half.date} ${entry.half.half}`;
    byHalf.set(key, [...(byHalf.get(key) ?? []), entry]);
  }
  const count = new Map<Id<'pupil'>, number>();
  for (const list of byHalf.values()) {
    for (const [pupil, { entry }] of standingEntries(list)) {
      if (entry.state === 'absent' && (entry.reason === undefined || entry.reason === 'none'))
        count.set(pupil, (count.get(pupil) ?? 0) + 1);
    }
  }
  return count;
}
