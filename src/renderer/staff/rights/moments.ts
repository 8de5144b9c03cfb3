/** A day and a time as the school's clock says them, typed in two fields. */
export interface Moment {
  date: string;
  time: string;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** This computer's day, `days` from now: where the person is, and so is the school. */
export function dayFrom(now: Date, days = 0): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The next day with lessons, from that day on: nobody is replaced on a Saturday or a Sunday. */
function weekday(now: Date, days: number): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getDay();
  return dayFrom(now, days + (day === 6 ? 2 : day === 0 ? 1 : 0));
}

/** From now until this evening; after school, the whole of the next day. */
export function proposed(now: Date): { from: Moment; until: Moment } {
  const evening = '16:30';
  const time = `${two(now.getHours())}:${two(now.getMinutes())}`;
  if (time < evening && weekday(now, 0) === dayFrom(now))
    return { from: { date: dayFrom(now), time }, until: { date: dayFrom(now), time: evening } };
  const date = weekday(now, time < evening ? 0 : 1);
  return { from: { date, time: '08:00' }, until: { date, time: evening } };
}

/** True when the second comes after the first. */
export const follows = (from: Moment, until: Moment): boolean =>
  `${until.date} ${until.time}` > `${from.date} ${from.time}`;
