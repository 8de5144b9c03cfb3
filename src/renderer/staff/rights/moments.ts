import { nextWeekday, weekdayOf, type LocalDate } from '../../../domain/time';
import type { SchoolClock } from '../school-clock';

/** A day and a time as the school's clock says them, typed in two fields. */
export interface Moment {
  date: string;
  time: string;
}

/** From now until this evening; after school, the whole of the next day. Nobody is replaced on a Saturday or a Sunday. */
export function proposed(clock: Pick<SchoolClock, 'today' | 'time'>): { from: Moment; until: Moment } {
  const evening = '16:30';
  const [today, time]: [LocalDate, string] = [clock.today(), clock.time()];
  if (time < evening && weekdayOf(today) <= 5)
    return { from: { date: today, time }, until: { date: today, time: evening } };
  const date = nextWeekday(today);
  return { from: { date, time: '08:00' }, until: { date, time: evening } };
}

/** True when the second comes after the first. */
export const follows = (from: Moment, until: Moment): boolean =>
  `${until.date} ${until.time}` > `${from.date} ${from.time}`;
