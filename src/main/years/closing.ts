import { parseAudience, type Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { addDays, type LocalDay } from '../../domain/retention/calendar';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import {
  earliestClosing,
  endingOf,
  isHandedOver,
  READING_DAYS,
  type ClosedYear,
} from '../../domain/years/closing';
import { archiveRegisters } from './archive';
import { dropParts } from './draft-parts';
import { factId, readAll, writeOnce, type YearDocument } from './documents';
import type { Draft } from './draft';
import type { Horizon } from './horizon';
import { forgetLeaversOf } from './leavers';
import { openNextYear } from './next-year';
import { createOpening, type Opening } from './opening';
import type { YearsDeps } from './ports';
import { closedYears } from '../year-in-use';

/** Closing a year, and ending it: the two steps a head's poste takes for the school. */
export interface Closing {
  readonly opening: Opening;
  /**
   * Registers into `direction`, the next year's bases with who stays, then the year is closed for everybody. Until the new
   * year is confirmed all of it can be undone (`opening`).
   * @throws PreauError `HEAD_POSTE_ONLY`, `YEAR_CLOSED`, `YEAR_TOO_EARLY`, `LESSON_OPEN_ALREADY`, `YEAR_PLAN_WRONG`,
   * `REGISTER_MISSING`, and those of a date that is confirmed
   */
  close(
    actor: Actor,
    input: { readonly year: number; readonly day: LocalDay; readonly far: boolean },
  ): Promise<void>;
  /** @throws PreauError `HEAD_POSTE_ONLY`, `YEAR_NOT_CONFIRMED`, `BUSY` while somebody has not reported or the registers stand nowhere else */
  endNow(actor: Actor, year: number): Promise<void>;
  /** Goes on with a closing that was cut, ends what is due. @returns true where something was written */
  tick(): Promise<boolean>;
  /** Years that are closed and not ended. */
  closed(): Promise<readonly ClosedYear[]>;
  /** Postes that have not said that they handed over everything of that year. */
  silent(year: number): Promise<readonly string[]>;
}

export const isOfYear = (name: Audience, year: number): boolean => parseAudience(name)?.year === year;

export function createClosing(deps: YearsDeps, draft: Draft, horizon: Horizon): Closing {
  const { platform, time, store, exchange, databases } = deps;
  const parc = () => store.open('parc');
  const opening = createOpening(deps);

  async function closed(): Promise<ClosedYear[]> {
    const found = new Map<number, ClosedYear>();
    // Two heads may have closed it on two days: the later one leaves more time.
    for (const { year, closedOn } of closedYears(await parc())) {
      const known = found.get(year);
      if (!known || known.closedOn < closedOn) found.set(year, { year, closedOn });
    }
    return [...found.values()].filter(({ year }) => !time.isEnded(year)).sort((a, b) => a.year - b.year);
  }

  /** What a poste handed over stands elsewhere, and elsewhere may be a relay: the year waits until it has come here as well. */
  async function isHere({ poste, wrote }: YearDocument<'yearReported'>): Promise<boolean> {
    const held: Record<Audience, number> = {};
    for (const name of deps.keyring.audiences().filter((one) => Object.hasOwn(wrote, one)))
      held[name] = (await exchange.held(name))[poste] ?? 0;
    return isHandedOver(wrote, held);
  }

  async function silent(year: number): Promise<string[]> {
    const reported = new Set<string>();
    const turn = await opening.turnOf(year);
    for (const report of readAll(await parc(), 'yearReported'))
      if (report.year === year && report.turn >= turn && (await isHere(report))) reported.add(report.poste);
    const ofYear = (names: ReadonlySet<string>): boolean => [...names].some((name) => isOfYear(name, year));
    return exchange
      .postes()
      .filter(({ poste, audiences }) => poste !== deps.poste && ofYear(audiences) && !reported.has(poste))
      .map(({ poste }) => poste);
  }

  async function writeClosed(year: number, closedOn: LocalDay, turn: number): Promise<void> {
    await writeOnce(await parc(), {
      _id: factId('year', 'closed', year, ...(turn > 1 ? [turn] : [])),
      type: 'yearClosed',
      v: 1,
      year,
      closedOn,
      turn,
      poste: deps.poste,
      at: instant(platform.clock()),
    });
    platform.log.info('years.closed', { year });
  }

  /** The last gesture on a year. Its registers follow what came late, and stand on another machine before anything goes. */
  async function end(year: number): Promise<boolean> {
    await archiveRegisters(deps, year);
    const direction = databases.name('direction');
    if (exchange.isShared(direction) && (await exchange.unsent(direction)) > 0) return false;
    await forgetLeaversOf(deps, year);
    await dropParts(await databases.open('direction'), year);
    const held: Record<string, Record<string, number>> = {};
    for (const name of deps.keyring.audiences().filter((one) => isOfYear(one, year)))
      // What was written here is here, packed for the others or not.
      held[name] = { ...(await exchange.held(name)), [deps.poste]: (await store.open(name)).lastSeq };
    await writeOnce(await parc(), {
      _id: factId('year', 'ended', year),
      type: 'yearEnded',
      v: 1,
      year,
      held,
      poste: deps.poste,
      at: instant(platform.clock()),
    });
    await time.refresh();
    platform.log.info('years.ended', { year });
    return true;
  }

  /** A closing that was cut between the opening of the next year and its last word. */
  async function takeUp(): Promise<boolean> {
    if (!deps.keyring.has(databases.name('ecole'))) return false;
    const open = await opening.current();
    if (!open || time.isClosed(open.after)) return false;
    await writeClosed(open.after, open.closedOn, open.turn);
    await time.refresh();
    return true;
  }

  return {
    opening,
    closed,
    silent,
    async close(actor, { year, day, far }) {
      demand(actor, 'school.manage');
      if (!exchange.isHead()) throw new PreauError('HEAD_POSTE_ONLY');
      if (year !== databases.year || time.isClosed(year)) throw new PreauError('YEAR_CLOSED', { year });
      const from = earliestClosing(year);
      if (day < from) throw new PreauError('YEAR_TOO_EARLY', { from });
      if (deps.lessonOpen()) throw new PreauError('LESSON_OPEN_ALREADY');
      const plan = await draft.plan();
      await horizon.confirm(actor, day, far);
      await archiveRegisters(deps, year);
      const turn = await opening.nextTurn(plan.to);
      await openNextYear(deps, plan, day, turn);
      await writeClosed(year, day, turn);
      await time.refresh();
      await deps.accounts.entitleAll();
      await exchange.refreshGrants();
    },
    async endNow(actor, year) {
      demand(actor, 'school.manage');
      if (!exchange.isHead()) throw new PreauError('HEAD_POSTE_ONLY');
      const known = (await closed()).some((one) => one.year === year);
      if (known && !(await opening.isConfirmed(year))) throw new PreauError('YEAR_NOT_CONFIRMED');
      if (!known || (await silent(year)).length > 0 || !(await end(year))) throw new PreauError('BUSY');
    },
    async tick() {
      if (!exchange.isHead()) return false;
      let wrote = await takeUp();
      for (const one of await closed()) {
        if (one.year >= databases.year) continue;
        if (!(await opening.isConfirmed(one.year)) && !(await opening.confirmLate(one))) continue;
        const due = endingOf(one, (await silent(one.year)).length, time.horizon());
        const readable = addDays(one.closedOn, READING_DAYS);
        const day = time.horizon();
        if (due.kind === 'waiting' || day === undefined || readable === undefined || day < readable) continue;
        if (await end(one.year)) wrote = true;
      }
      return wrote;
    },
  };
}
