import { parseAudience, audience } from '../domain/audience';
import type { LocalDay } from '../domain/retention';
import { localDate, schoolYearOf, type Clock } from '../domain/time';
import { latestDay } from '../domain/years/horizon';
import { isUndone } from '../domain/years/turns';
import type { Keyring } from '../store/port-keys';
import type { AudienceDatabase, Store } from '../store/port';
import { readAll, type YearDocument } from './years/documents';

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

  /**
   * The latest year whose base was carried over whole, and that was not put aside again. The first year of a school was not
   * carried over from anywhere.
   */
  async function latestOpened(undone: Undoing): Promise<number | undefined> {
    let before: number | undefined;
    for (const year of years().reverse()) {
      const name = audience('ecole', { year });
      if (!keyring.has(name)) continue;
      const marks = readAll(await store().open(name), 'yearOpened').filter((mark) => mark.year === year);
      if (marks.some((mark) => !undone(year, mark.turn))) return year;
      before = marks[0]?.after ?? before;
    }
    return before;
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
      ended = new Set(readAll(parc, 'yearEnded').map(({ year }) => year));
      const undone = undoingIn(parc);
      closed = new Set(closedYears(parc).map(({ year }) => year));
      const latest = await latestOpened(undone);
      if (!busy() || opened === undefined) opened = latest ?? opened;
      return current() !== before;
    },
    holdWhile(when) {
      busy = when;
    },
  };
}

type Undoing = (year: number, turn: number) => boolean;

/** Whether that opening of that year was put aside. */
function undoingIn(parc: AudienceDatabase): Undoing {
  const reopened = readAll(parc, 'yearReopened');
  const confirmed = new Set(readAll(parc, 'yearConfirmed').map(({ year }) => year));
  return (year, turn) => isUndone({ year, turn }, reopened, confirmed);
}

/** Years that are closed and were not opened again since; ended ones included. */
export function closedYears(parc: AudienceDatabase): YearDocument<'yearClosed'>[] {
  const reopened = readAll(parc, 'yearReopened').map(({ after, turn }) => ({ year: after, turn }));
  const confirmed = new Set(readAll(parc, 'yearConfirmed').map(({ after }) => after));
  return readAll(parc, 'yearClosed').filter((one) => !isUndone(one, reopened, confirmed));
}
