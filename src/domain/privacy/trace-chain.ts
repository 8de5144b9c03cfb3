import { addMonths, dayIn, type LocalDay } from '../retention/calendar';

/**
 * What can be said of the journals of the school's computers, from sheets that were opened or not (docs/privacy.md). A chain
 * says that nothing in it was changed; the numbers say that nothing between two sheets is missing; the end of what the law
 * keeps says why a beginning may be.
 */
export interface SheetLook {
  readonly id: string;
  readonly poste: string;
  /** Numbers of the first and the last entry. */
  readonly from: number;
  readonly to: number;
  /** Instant of the last entry. */
  readonly at: string;
  /** Chain before the first entry and behind the last. */
  readonly previous: string;
  readonly head: string;
  /** Instant of the last entry of the sheet before. */
  readonly previousAt?: string | undefined;
  /**
   * `sound`: opened, signed by its computer, and its entries give its head. `sealed`: signed, but this reader has no key for it.
   * `altered`: one of these is not so.
   */
  readonly state: 'sound' | 'sealed' | 'altered';
}

export type FaultKind = 'missing' | 'altered' | 'forked';
export interface Fault {
  readonly kind: FaultKind;
  readonly from: number;
  readonly to: number;
}
export interface ChainState {
  readonly poste: string;
  /** Entries on sheets that are sound. */
  readonly entries: number;
  readonly sealed: number;
  /** Instant of the last entry known. */
  readonly last?: string;
  readonly faults: readonly Fault[];
}

/** Months that sheets are kept: `traceSheet` in src/domain/retention/rules.ts. */
export const TRACE_MONTHS = 12;

/** Whether a sheet whose last entry is of that instant has rightly gone. */
function isGone(at: string | undefined, horizon: LocalDay | undefined): boolean {
  const day = dayIn(at);
  const end = day && addMonths(day, TRACE_MONTHS);
  return end !== undefined && horizon !== undefined && horizon >= end;
}

/**
 * The state of each computer's chain.
 * @param known the last entry that a computer is known to have put on a sheet, by its own account
 */
export function chainStates(
  sheets: readonly SheetLook[],
  horizon: LocalDay | undefined,
  known: Readonly<Record<string, number>> = {},
): ChainState[] {
  const postes = [...new Set([...sheets.map(({ poste }) => poste), ...Object.keys(known)])].sort();
  return postes.map((poste) => {
    const own = sheets
      .filter((sheet) => sheet.poste === poste)
      .sort((a, b) => a.from - b.from || a.to - b.to || (a.id < b.id ? -1 : 1));
    const faults: Fault[] = [];
    let end = 0;
    let head: string | undefined;
    for (const sheet of own) {
      const { from, to } = sheet;
      if (sheet.state === 'altered') faults.push({ kind: 'altered', from, to });
      if (from <= end) faults.push({ kind: 'forked', from, to: Math.min(to, end) });
      else if (from > end + 1) {
        const law = head === undefined && isGone(sheet.previousAt, horizon);
        if (!law) faults.push({ kind: 'missing', from: end + 1, to: from - 1 });
      } else if (head !== undefined && sheet.previous !== head) faults.push({ kind: 'altered', from, to });
      if (to >= end) {
        end = to;
        head = sheet.head;
      }
    }
    const written = known[poste] ?? 0;
    // Nothing left at all is a computer that was silent for a year.
    if (written > end && own.length > 0) faults.push({ kind: 'missing', from: end + 1, to: written });
    const last = own.at(-1)?.at;
    return {
      poste,
      entries: own.reduce((sum, { state, from, to }) => sum + (state === 'sound' ? to - from + 1 : 0), 0),
      sealed: own.filter(({ state }) => state === 'sealed').length,
      ...(last === undefined ? {} : { last }),
      faults,
    };
  });
}
