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

/** From now until this evening; after school, the whole of tomorrow. */
export function proposed(now: Date): { from: Moment; until: Moment } {
  const evening = '16:30';
  const time = `${two(now.getHours())}:${two(now.getMinutes())}`;
  if (time < evening)
    return { from: { date: dayFrom(now), time }, until: { date: dayFrom(now), time: evening } };
  const date = dayFrom(now, 1);
  return { from: { date, time: '08:00' }, until: { date, time: evening } };
}

/** True when the second comes after the first. */
export const follows = (from: Moment, until: Moment): boolean =>
  `${until.date} ${until.time}` > `${from.date} ${from.time}`;
