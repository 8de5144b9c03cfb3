import { parseAudience, audience } from '../domain/audience';
import type { LocalDay } from '../domain/retention';
import { localDate, schoolYearOf, type Clock } from '../domain/time';
import { latestDay } from '../domain/years/horizon';
import type { Keyring } from '../store/port-keys';
import type { Store } from '../store/port';
import { readAll } from './years/documents';

/** Which school year the bases of this poste are of, which years are closed, and what day it is for the school. */
export interface SchoolTime {
  /** First civil year of the school year in use. */
  current(): number;
  isClosed(year: number): boolean;
  /** Years that are over for everybody: what a poste still holds of them is destroyed. */
  isEnded(year: number): boolean;
  /** Before which nothing ends by its date; undefined where no head's poste has said a day yet. */
  horizon(): LocalDay | undefined;
  /** Looks again, after keys or documents came. @returns true where another year is in use now */
  refresh(): Promise<boolean>;
  /** While that is true the year does not change: a lesson goes on in the class it was opened for. */
  holdWhile(busy: () => boolean): void;
}

export interface SchoolTimeDeps {
  readonly keyring: Pick<Keyring, 'audiences' | 'has'>;
  /** Asked for late: the store itself asks for the horizon. */
  readonly store: () => Pick<Store, 'open'>;
  readonly clock: Clock;
}

/** A new poste starts with the calendar's year; a school goes on to another one when that year's base has come whole. */
export function createSchoolTime({ keyring, store, clock }: SchoolTimeDeps): SchoolTime {
  const calendar = schoolYearOf(localDate(clock(), 'Europe/Paris'));
  let opened: number | undefined;
  let closed: ReadonlySet<number> = new Set();
  let ended: ReadonlySet<number> = new Set();
  let horizon: LocalDay | undefined;
  let busy = (): boolean => false;

  const years = (): number[] =>
    keyring
      .audiences()
      .map(parseAudience)
      .flatMap((found) => (found?.kind === 'ecole' && found.year !== undefined ? [found.year] : []))
      .sort((a, b) => a - b);
  const current = (): number => opened ?? years()[0] ?? calendar;

  /** The latest year whose base was carried over whole. The first year of a school was not carried over from anywhere. */
  async function latestOpened(): Promise<number | undefined> {
    for (const year of years().reverse()) {
      const name = audience('ecole', { year });
      if (!keyring.has(name)) continue;
      const marks = readAll(await store().open(name), 'yearOpened');
      if (marks.some((mark) => mark.year === year)) return year;
    }
    return undefined;
  }

  return {
    current,
    isClosed: (year) => closed.has(year) || ended.has(year),
    isEnded: (year) => ended.has(year) && year < current(),
    horizon: () => horizon,
    async refresh() {
      if (!keyring.has('parc')) return false;
      const before = current();
      const parc = await store().open('parc');
      horizon = latestDay(readAll(parc, 'horizon').map(({ day }) => day));
      closed = new Set(readAll(parc, 'yearClosed').map(({ year }) => year));
      ended = new Set(readAll(parc, 'yearEnded').map(({ year }) => year));
      const latest = await latestOpened();
      if (!busy() || opened === undefined) opened = latest ?? opened;
      return current() !== before;
    },
    holdWhile(when) {
      busy = when;
    },
  };
}
