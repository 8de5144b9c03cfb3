import { join } from 'node:path';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { LocalDay } from '../../domain/retention';
import { addDays } from '../../domain/retention/calendar';
import { hasRole, POSTE, type Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { earliestClosing, lateUntil, READING_DAYS } from '../../domain/years/closing';
import type { RegisterSheet, SchoolYearView, YearsState } from '../../contract/staff/years';
import { createClosing } from './closing';
import { readAll } from './documents';
import { createDraft, type Draft } from './draft';
import { createEnding, type Ending } from './ending';
import { createHandOverDesk, type HandOverDesk } from './hand-over';
import { createHorizon } from './horizon';
import type { YearsDeps } from './ports';
import { openYearsFile } from './state-file';
import { createSweep } from './sweep';
import { forgetWraps } from './wraps';

/** The school's day and its years: what ends, when, and who says so (docs/retention.md). */
export interface YearsService {
  state(actor: Actor): Promise<YearsState>;
  confirmDate(actor: Actor, input: { day: LocalDay; far?: boolean | undefined }): Promise<YearsState>;
  close(actor: Actor, input: { year: number; day: LocalDay; far?: boolean | undefined }): Promise<YearsState>;
  /** Takes up the year before the one that was opened. */
  reopen(actor: Actor, year: number): Promise<YearsState>;
  confirm(actor: Actor, year: number): Promise<YearsState>;
  endNow(actor: Actor, year: number): Promise<YearsState>;
  register(actor: Actor, id: Id<'event'>): Promise<RegisterSheet>;
  readonly draft: Draft;
  readonly handOvers: HandOverDesk;
  readonly ending: Ending;
  /**
   * Does whatever is due: after a start, after each exchange, after a sign-in. One at a time; a second call goes round once
   * more behind the one under way.
   */
  tick(): Promise<void>;
  /** No further round; the one under way is waited for. */
  stop(): Promise<void>;
}

/** Between two looks for notes about pupils who changed class. */
const NOTES_MS = 3_600_000;

export async function openYears(deps: YearsDeps): Promise<YearsService> {
  const { platform, time, databases, exchange } = deps;
  const file = await openYearsFile(join(platform.dataFolder, 'years.json'));
  const draft = createDraft(deps);
  const horizon = createHorizon(deps);
  const handOvers = createHandOverDesk(deps);
  const closing = createClosing(deps, draft, horizon);
  const ending = createEnding(deps, file);
  const sweep = createSweep(deps, file);
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  time.holdWhile(deps.lessonOpen);
  const changed = (): void => platform.publish('years.changed', {});

  /** Looking for notes opens every class: not at each run, and not at the start. */
  let looked = platform.clock();
  function notesAreDue(): boolean {
    const due = Math.abs(platform.clock() - looked) >= NOTES_MS;
    if (due) looked = platform.clock();
    return due;
  }

  /** Another year is in use, seen now or before a cut: whoever is at a window has the classes and the rights of now. */
  async function refreshYear(): Promise<void> {
    const moved = await time.refresh();
    if (!moved && file.get().entitled === databases.year) return;
    await deps.accounts.entitleAll();
    await file.change({ entitled: databases.year });
    if (!moved) return;
    platform.publish('people.changed', {});
    changed();
  }

  async function once(): Promise<void> {
    await refreshYear();
    const moved = await horizon.tick();
    const closings = await closing.tick();
    if (closings) await refreshYear();
    const ended = await ending.tick();
    const handed = notesAreDue() && (await handOvers.tick());
    const wraps = exchange.isHead() && (await forgetWraps(deps, file));
    const expired = await sweep.tick();
    if (moved || closings || ended || handed || wraps || expired > 0) changed();
  }

  async function tick(): Promise<void> {
    if (stopped) return;
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await once();
      } while (again && !stopped);
    })().finally(() => (running = undefined));
    return running;
  }

  async function registersOf(year: number): Promise<SchoolYearView['registers']> {
    if (!databases.readable('direction')) return [];
    return (await databases.open('direction'))
      .all('registerArchive')
      .filter(({ body }) => body['schoolYear'] === year)
      .map(({ body }) => ({ id: body._id as Id<'event'>, label: String(body['label']) }))
      .sort((a, b) => a.label.localeCompare(b.label, 'fr', { numeric: true }));
  }

  async function views(): Promise<SchoolYearView[]> {
    const parc = await deps.store.open('parc');
    const staff = new Map((await deps.people.staff(POSTE)).map(({ id, name }) => [id, name]));
    const archived = databases.readable('direction')
      ? (await databases.open('direction'))
          .all('registerArchive')
          .map(({ body }) => Number(body['schoolYear']))
      : [];
    const ended = readAll(parc, 'yearEnded').map(({ year }) => year);
    const open = await closing.closed();
    const views: SchoolYearView[] = [];
    for (const one of open) {
      const silent = new Set(await closing.silent(one.year));
      const until = lateUntil(one);
      const ends = silent.size === 0 ? addDays(one.closedOn, READING_DAYS) : until;
      const postes = exchange.postes().map(({ poste, person }) => {
        const name = staff.get(person);
        const heard = exchange.heard(poste);
        return {
          id: poste,
          ...(name === undefined ? {} : { person: name }),
          here: poste === deps.poste,
          reported: poste === deps.poste || !silent.has(poste),
          ...(heard === undefined ? {} : { heard }),
        };
      });
      views.push({
        year: one.year,
        state: 'closed',
        confirmed: await closing.opening.isConfirmed(one.year),
        closedOn: one.closedOn,
        ...(until === undefined ? {} : { lateUntil: until }),
        ...(ends === undefined ? {} : { endsOn: ends }),
        postes,
        registers: await registersOf(one.year),
      });
    }
    for (const year of new Set([...ended, ...archived])) {
      if (open.some((one) => one.year === year) || year === databases.year) continue;
      views.push({ year, state: 'ended', confirmed: true, postes: [], registers: await registersOf(year) });
    }
    return views.sort((a, b) => b.year - a.year);
  }

  async function state(actor: Actor): Promise<YearsState> {
    demand(actor, 'sync.read');
    // A school that was a class made in a hurry a moment ago has signed no head's grant yet.
    if (hasRole(actor, 'head') && !exchange.isHead()) await exchange.refreshGrants();
    const move = horizon.pending();
    const confirmed = time.horizon();
    const opened = await closing.opening.undoable();
    return {
      year: databases.year,
      headPoste: exchange.isHead(),
      today: horizon.today(),
      ...(confirmed === undefined ? {} : { confirmed }),
      ...(move.kind === 'ask' ? { ask: move.why } : {}),
      closableFrom: earliestClosing(databases.year),
      prepared: await draft.prepared(),
      ...(opened
        ? {
            opened: {
              year: opened.mark.year,
              after: opened.mark.after,
              on: opened.mark.closedOn,
              until: opened.until,
            },
          }
        : {}),
      years: await views(),
      late: ending.late(actor),
    };
  }

  return {
    state,
    draft,
    handOvers,
    ending,
    tick,
    async confirmDate(actor, { day, far = false }) {
      await horizon.confirm(actor, day, far);
      await tick();
      changed();
      return state(actor);
    },
    async close(actor, { year, day, far = false }) {
      await closing.close(actor, { year, day, far });
      platform.publish('people.changed', {});
      await tick();
      changed();
      return state(actor);
    },
    async reopen(actor, year) {
      await closing.opening.reopen(actor, year);
      platform.publish('people.changed', {});
      await tick();
      changed();
      return state(actor);
    },
    async confirm(actor, year) {
      await closing.opening.confirm(actor, year);
      await tick();
      changed();
      return state(actor);
    },
    async endNow(actor, year) {
      await closing.endNow(actor, year);
      await tick();
      changed();
      return state(actor);
    },
    async register(actor, id) {
      demand(actor, 'school.manage');
      const body = (await databases.open('direction')).get(id)?.body;
      if (body?.type !== 'registerArchive') throw new PreauError('NOT_FOUND', { kind: 'register' });
      return body as unknown as RegisterSheet;
    },
    async stop() {
      stopped = true;
      // What failed was told to whoever asked for it.
      await running?.catch(() => undefined);
    },
  };
}
