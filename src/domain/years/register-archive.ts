import { standingEntries, type Attendance, type RollEntry } from '../ent/roll-call';
import type { Id } from '../id';

/**
 * A class's attendance register of one year, as it is kept when the class's base is gone: ten years (peers-ent-sync A5),
 * with every correction, its author and its reason. Names stand in it, because nothing else will say them then.
 */
export interface RegisterArchive {
  readonly schoolYear: number;
  readonly classId: string;
  readonly label: string;
  readonly grades: readonly string[];
  readonly pupils: readonly { readonly id: string; readonly name: string }[];
  /** Half-days in order, one letter for each of `pupils`: P present, A absent, L late, a dash where nothing was written. */
  readonly halfDays: readonly {
    readonly date: string;
    readonly half: 'AM' | 'PM';
    readonly marks: string;
    readonly done: boolean;
  }[];
  /** Whatever is more than a present child: absences, lateness, and all entries of a child that was corrected. */
  readonly entries: readonly ArchivedEntry[];
  /** Names of those who wrote. */
  readonly people: Readonly<Record<string, string>>;
}
export interface ArchivedEntry {
  readonly id: string;
  readonly pupil: string;
  readonly date: string;
  readonly half: 'AM' | 'PM';
  readonly state: Attendance;
  readonly arrivedAt?: string;
  readonly reason?: string;
  readonly by: string;
  readonly at: string;
  readonly replaces: readonly string[];
}

const MARKS: Readonly<Record<Attendance, string>> = { present: 'P', absent: 'A', late: 'L' };
export const NO_MARK = '-';

export interface RegisterSource {
  readonly schoolYear: number;
  readonly classId: string;
  readonly label: string;
  readonly grades: readonly string[];
  readonly entries: readonly RollEntry[];
  readonly done: readonly { readonly date: string; readonly half: 'AM' | 'PM' }[];
  /** Who was in the class; a child who left it counts before that day only. */
  readonly pupils: readonly { readonly id: string; readonly leftOn?: string }[];
  readonly pupilName: (id: string) => string;
  readonly staffName: (id: string) => string;
}

/** The register of a class, the same from the same facts in any order. */
export function archiveOf(source: RegisterSource): RegisterArchive {
  const key = ({ date, half }: { date: string; half: string }): string => `${date} ${half}`;
  const byHalf = new Map<string, RollEntry[]>();
  for (const entry of source.entries) {
    const at = key(entry.half);
    byHalf.set(at, [...(byHalf.get(at) ?? []), entry]);
  }
  const done = new Set(source.done.map(key));
  const leftOn = new Map(source.pupils.map((pupil) => [pupil.id, pupil.leftOn]));
  const pupils = [...new Set([...leftOn.keys(), ...source.entries.map(({ pupil }) => pupil)])]
    .map((id) => ({ id, name: source.pupilName(id) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'fr') || (a.id < b.id ? -1 : 1));
  const kept: ArchivedEntry[] = [];
  const halfDays = [...new Set([...byHalf.keys(), ...done])].sort().map((at) => {
    const [date = '', half] = at.split(' ');
    const entries = byHalf.get(at) ?? [];
    const standing = standingEntries(entries);
    const plain = new Set(
      [...standing.values()].flatMap(({ entry, rivals, corrections }) =>
        entry.state === 'present' && rivals.length === 0 && corrections === 0 ? [entry.pupil] : [],
      ),
    );
    kept.push(...entries.filter(({ pupil }) => !plain.has(pupil)).map(archived));
    const marks = pupils.map(({ id }) => {
      const state = standing.get(id as Id<'pupil'>)?.entry.state;
      if (state) return MARKS[state];
      // The roll call was over: who is not named in it was present, if of the class then.
      const gone = leftOn.get(id);
      return done.has(at) && leftOn.has(id) && (gone === undefined || date < gone) ? MARKS.present : NO_MARK;
    });
    return {
      date,
      half: half === 'PM' ? ('PM' as const) : ('AM' as const),
      marks: marks.join(''),
      done: done.has(at),
    };
  });
  kept.sort((a, b) => (key(a) + a.at + a.id < key(b) + b.at + b.id ? -1 : 1));
  const writers = [...new Set(kept.map(({ by }) => by))].sort();
  return {
    schoolYear: source.schoolYear,
    classId: source.classId,
    label: source.label,
    grades: [...source.grades],
    pupils,
    halfDays,
    entries: kept,
    people: Object.fromEntries(writers.map((id) => [id, source.staffName(id)])),
  };
}

const archived = ({
  id,
  pupil,
  half,
  state,
  arrivedAt,
  reason,
  by,
  at,
  replaces,
}: RollEntry): ArchivedEntry => ({
  id,
  pupil,
  date: half.date,
  half: half.half,
  state,
  ...(arrivedAt === undefined ? {} : { arrivedAt }),
  ...(reason === undefined ? {} : { reason }),
  by,
  at,
  replaces: [...replaces],
});
