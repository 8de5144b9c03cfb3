import { audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { addDays } from '../../domain/retention/calendar';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import { LATE_DAYS, type ClosedYear } from '../../domain/years/closing';
import { nextTurn } from '../../domain/years/turns';
import { dropParts } from './draft-parts';
import { factId, readAll, writeOnce, type YearDocument } from './documents';
import type { YearsDeps } from './ports';
import { readBack } from './read-back';

/** A year that was opened, as long as it can be put aside again; and the word that ends this. */
export interface Opening {
  /** The opening of the year in use; undefined for a school's first year. */
  current(): Promise<YearDocument<'yearOpened'> | undefined>;
  nextTurn(year: number): Promise<number>;
  /** The turn in which that year was closed. */
  turnOf(closed: number): Promise<number>;
  isConfirmed(closed: number): Promise<boolean>;
  /** The last day on which the year before can be taken up; undefined where it cannot. */
  undoable(): Promise<{ readonly mark: YearDocument<'yearOpened'>; readonly until: string } | undefined>;
  /**
   * The year before is in use again, and the preparation holds what was done in the new one.
   * @throws PreauError `HEAD_POSTE_ONLY`, `YEAR_CONFIRMED`, `LESSON_OPEN_ALREADY`
   */
  reopen(actor: Actor, year: number): Promise<void>;
  /** @throws PreauError `HEAD_POSTE_ONLY`, `YEAR_CONFIRMED` where there is nothing to confirm */
  confirm(actor: Actor, year: number): Promise<void>;
  /** Nobody said anything for as long as late work is taken: what was opened stands. @returns true where it is so */
  confirmLate(closed: ClosedYear): Promise<boolean>;
}

export function createOpening(deps: YearsDeps): Opening {
  const { platform, time, store, databases, exchange, keyring } = deps;
  const parc = () => store.open('parc');

  async function marksOf(year: number): Promise<YearDocument<'yearOpened'>[]> {
    const name = audience('ecole', { year });
    if (!keyring.has(name)) return [];
    const marks = readAll(await store.open(name), 'yearOpened').filter((mark) => mark.year === year);
    return marks.sort((a, b) => b.turn - a.turn);
  }
  const current = async (): Promise<YearDocument<'yearOpened'> | undefined> =>
    (await marksOf(databases.year))[0];
  const isConfirmed = async (closed: number): Promise<boolean> =>
    time.isEnded(closed) || readAll(await parc(), 'yearConfirmed').some(({ after }) => after === closed);

  async function undoable() {
    const mark = await current();
    if (!mark || (await isConfirmed(mark.after))) return undefined;
    const until = addDays(mark.closedOn, LATE_DAYS);
    const day = time.horizon();
    if (until === undefined || (day !== undefined && day >= until)) return undefined;
    return { mark, until };
  }

  async function writeConfirmed(year: number, after: number): Promise<void> {
    await writeOnce(await parc(), {
      _id: factId('year', 'confirmed', year),
      type: 'yearConfirmed',
      v: 1,
      year,
      after,
      poste: deps.poste,
      at: instant(platform.clock()),
    });
    platform.log.info('years.confirmed', { year });
    await dropParts(await databases.open('direction'), after);
  }

  async function demanded(actor: Actor, year: number): Promise<YearDocument<'yearOpened'>> {
    demand(actor, 'school.manage');
    if (!exchange.isHead()) throw new PreauError('HEAD_POSTE_ONLY');
    const open = await undoable();
    if (open?.mark.year !== year) throw new PreauError('YEAR_CONFIRMED', { year });
    return open.mark;
  }

  return {
    current,
    undoable,
    isConfirmed,
    nextTurn: async (year) => nextTurn(year, readAll(await parc(), 'yearReopened')),
    async turnOf(closed) {
      const turns = readAll(await parc(), 'yearClosed').filter(({ year }) => year === closed);
      return Math.max(1, ...turns.map(({ turn }) => turn));
    },
    async reopen(actor, year) {
      const { after, turn } = await demanded(actor, year);
      if (deps.lessonOpen()) throw new PreauError('LESSON_OPEN_ALREADY');
      await readBack(deps, { from: after, to: year });
      await writeOnce(await parc(), {
        _id: factId('year', 'reopened', year, turn),
        type: 'yearReopened',
        v: 1,
        year,
        after,
        turn,
        poste: deps.poste,
        at: instant(platform.clock()),
      });
      platform.log.info('years.reopened', { year: after });
      await time.refresh();
      await deps.accounts.entitleAll();
      await exchange.refreshGrants();
    },
    async confirm(actor, year) {
      const { after } = await demanded(actor, year);
      await writeConfirmed(year, after);
    },
    async confirmLate({ year: closed, closedOn }) {
      const day = time.horizon();
      const until = addDays(closedOn, LATE_DAYS);
      if (day === undefined || until === undefined || day < until) return false;
      const mark = await current();
      if (mark?.after === closed) await writeConfirmed(mark.year, closed);
      return true;
    },
  };
}
