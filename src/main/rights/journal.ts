import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { LocalDate } from '../../domain/time';
import type { DocumentBody } from '../../store/port';
import type { SchoolDatabases } from '../directory/databases';

interface JournalEntry {
  readonly id: Id<'plan'>;
  readonly date: LocalDate;
  readonly title: string;
  readonly text: string;
}
type PlanBody = DocumentBody & Partial<Record<'date' | 'title' | 'text', unknown>>;
/** A school year and its summer: a notebook is not read across years (SDET L9996, « date to date »). */
const MAX_DAYS = 400;
const DAY_MS = 86_400_000;

/**
 * A class's notebook from date to date, both included, oldest first. Two versions written apart are both read: whoever reads does
 * not decide which one counts. @throws PreauError `BAD_INPUT` for dates that do not follow, or lie too far apart
 */
export async function readJournal(
  databases: Pick<SchoolDatabases, 'open'>,
  classId: Id<'class'>,
  from: LocalDate,
  to: LocalDate,
): Promise<JournalEntry[]> {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (!(days >= 0 && days <= MAX_DAYS)) throw new PreauError('BAD_INPUT', { path: 'to' });
  const plans = (await databases.open('classe', classId)).all<PlanBody>('plan');
  return plans
    .flatMap(({ body, conflicts }) => [body, ...conflicts.map((other) => other.body)])
    .flatMap(({ _id, date, title, text }) =>
      typeof date === 'string' && date >= from && date <= to
        ? [{ id: _id as Id<'plan'>, date, title: textOf(title), text: textOf(text) }]
        : [],
    )
    .sort((a, b) => a.date.localeCompare(b.date) || a.title.localeCompare(b.title, 'fr'));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
