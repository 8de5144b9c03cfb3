import { isLook, SAME_LOOK_MS, subjectsOf, whoOf, type TraceEntry } from '../../domain/privacy/trace';
import { instant, type Clock } from '../../domain/time';
import type { Disposable, Tracer } from '../capability';
import type { ChainPlace, Journal } from './journal';

/** For the relay, tests and tools, where nobody does anything that is traced. */
export const noTracer: Tracer = { trace: () => undefined };

/** Where entries go once the school's keys are open. */
export interface TraceOutlet {
  readonly journal: Journal;
  /** Puts entries on a sheet that every poste of the school keeps. @returns undefined while there is no box to seal it to */
  write(place: ChainPlace, entries: readonly TraceEntry[]): Promise<ChainPlace | undefined>;
}

/** The journal of one computer: entries in its file at once, on sheets by and by. */
export interface Traces extends Tracer, Disposable {
  open(outlet: TraceOutlet): Promise<void>;
  /** Everything on the disk, and on sheets as far as there is a box. */
  flush(): Promise<void>;
  /** The last entry on a sheet, by this computer's own account; undefined before the school is open. */
  place(): ChainPlace | undefined;
  /** Entries in this computer's own file alone. */
  waiting(): number;
}

/** Entries of one sheet. A day of a busy teacher makes two or three. */
const SHEET_ENTRIES = 256;
/**
 * How long entries stay in this computer's own file alone, while it is on. Every poste keeps the sheets of all for a year: two a day and
 * poste are some 4,000 in a school, one an hour would be 20,000.
 */
const SHEET_MS = 6 * 3_600_000;
/** Entries that wait before the school is open: sign-ins that failed. */
const EARLY_MAX = 500;
/** Entries that wait for a box: months of a computer that never exchanges. */
const WAITING_MAX = 20_000;
const LOOKS_MAX = 2_000;

export function createTraces(deps: {
  readonly clock: Clock;
  /** Calls once after that time; the function returned cancels it. */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly failed: (error: unknown) => void;
}): Traces {
  const { clock, after, failed } = deps;
  let outlet: TraceOutlet | undefined;
  let early: Omit<TraceEntry, 'n'>[] = [];
  /** Entries that found no room: said by the next one that does. */
  let lost = 0;
  let turn: Promise<void> = Promise.resolve();
  let cancel: (() => void) | undefined;
  let settling = false;
  let closed = false;
  const looks = new Map<string, number>();

  /** One after the other; what fails is told and tried again at the next. */
  function next(work: () => Promise<void>): Promise<void> {
    turn = turn.then(work).catch(failed);
    return turn;
  }
  async function sheets(): Promise<void> {
    const open = outlet;
    if (!open) return;
    await open.journal.settle();
    while (open.journal.entries.length > 0) {
      const { place, entries } = open.journal;
      const reached = await open.write(place, entries.slice(0, SHEET_ENTRIES));
      if (!reached) return;
      await open.journal.drop(reached);
    }
  }
  /** Full, or old enough: what a laptop wrote yesterday goes this morning. */
  function isDue(): boolean {
    const [oldest] = outlet?.journal.entries ?? [];
    if (!oldest) return false;
    const age = Math.abs(clock() - Date.parse(oldest.at));
    return (outlet?.journal.entries.length ?? 0) >= SHEET_ENTRIES || age >= SHEET_MS;
  }
  function soon(): void {
    if (!outlet || closed) return;
    if (!settling) {
      settling = true;
      void next(async () => {
        settling = false;
        await outlet?.journal.settle();
      });
    }
    if (outlet.journal.entries.length >= SHEET_ENTRIES) {
      cancel?.();
      cancel = undefined;
      void next(sheets);
    } else
      cancel ??= after(SHEET_MS, () => {
        cancel = undefined;
        void next(sheets);
      });
  }
  function append(entry: Omit<TraceEntry, 'n'>): void {
    if (!outlet) {
      if (early.length < EARLY_MAX) early.push(entry);
      else lost += 1;
      return;
    }
    const { journal } = outlet;
    const n = (journal.entries.at(-1)?.n ?? journal.place.n) + 1;
    try {
      if (journal.entries.length >= WAITING_MAX) throw new RangeError('too many entries wait');
      if (lost > 0) {
        journal.append({ n, at: entry.at, by: 'poste', do: 'trace.lost', on: [`+${String(lost)}`] });
        lost = 0;
        journal.append({ ...entry, n: n + 1 });
      } else journal.append({ ...entry, n });
    } catch (error) {
      lost += 1;
      if (lost === 1) failed(error);
    }
    soon();
  }
  function isSameLook(key: string, now: number): boolean {
    const seen = looks.get(key);
    if (seen !== undefined && Math.abs(now - seen) < SAME_LOOK_MS) return true;
    looks.delete(key);
    const [oldest] = looks.keys();
    if (looks.size >= LOOKS_MAX && oldest !== undefined) looks.delete(oldest);
    looks.set(key, now);
    return false;
  }

  return {
    trace(actor, action, subjects) {
      if (closed) return;
      const now = clock();
      const entry = { at: instant(now), by: whoOf(actor), do: action, on: subjectsOf(subjects) };
      if (isLook(action) && isSameLook(`${entry.by} ${action} ${entry.on.join(' ')}`, now)) return;
      append(entry);
    },
    async open(given) {
      if (outlet) return;
      if (given.journal.damaged) lost += 1;
      outlet = given;
      const waiting = early;
      early = [];
      for (const entry of waiting) append(entry);
      if (isDue()) await next(sheets);
    },
    flush: () => next(sheets),
    place: () => outlet?.journal.place,
    waiting: () => outlet?.journal.entries.length ?? 0,
    async close() {
      if (closed) return;
      closed = true;
      cancel?.();
      if (isDue()) await next(sheets);
      await turn;
      await outlet?.journal.close();
    },
  };
}
