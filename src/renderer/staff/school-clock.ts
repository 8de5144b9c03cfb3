import { instant, instantAt, localDate, localMinutes, type Instant, type LocalDate } from '../../domain/time';
import { useSession } from './session/session-store';

const two = (value: number): string => String(value).padStart(2, '0');

/** The day and the hour as the school's clock has them, whatever zone this computer is set to. */
export interface SchoolClock {
  today(): LocalDate;
  /** « 08:15 », as a time field wants it. */
  time(): string;
  /** Of a day and a time typed in two fields. @throws RangeError where one of them is empty */
  instantOf(date: LocalDate, time: string): Instant;
}

export function schoolClock(zone: () => string, now: () => number = Date.now): SchoolClock {
  return {
    today: () => localDate(now(), zone()),
    time() {
      const minutes = localMinutes(now(), zone());
      return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
    },
    instantOf: (date, time) =>
      instant(instantAt(date, Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)), zone())),
  };
}

/** Before a school is open there is none but this computer's. */
export function useSchoolClock(): SchoolClock {
  const session = useSession();
  return schoolClock(() => session.state?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
}
