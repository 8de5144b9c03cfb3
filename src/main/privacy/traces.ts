import type { Id } from '../../domain/id';
import { chainStates, type ChainState, type SheetLook } from '../../domain/privacy/trace-chain';
import type { TraceEntry } from '../../domain/privacy/trace';
import type { AudienceDatabase } from '../../store/port';
import { isSigned, openSheet, readSheet, type TraceBox, type TraceSheet } from './trace-sheet';

/** Everything the computers of the school have written down, as far as this one can open it. */
export interface TraceReading {
  readonly entries: readonly (TraceEntry & { readonly poste: Id<'poste'> })[];
  readonly chains: readonly ChainState[];
}

export interface TraceReader {
  read(input: {
    readonly boxes: readonly TraceBox[];
    /** The school's day. */
    readonly horizon: string | undefined;
    /** The last entry on a sheet, by the account of the computer itself. */
    readonly known: Readonly<Record<string, number>>;
  }): TraceReading;
}

/**
 * @param keysOf every Ed25519 key ever granted to a computer, ended ones included: what a computer wrote before it was put
 * out is still its own
 */
export function createTraceReader(
  parc: AudienceDatabase,
  keysOf: (poste: Id<'poste'>) => readonly string[],
): TraceReader {
  /** Sheets never change: opened once, by id, revision and the box that opened it. */
  const opened = new Map<string, { readonly state: SheetLook['state']; readonly entries: TraceEntry[] }>();

  function look(sheet: TraceSheet, rev: string, boxes: readonly TraceBox[]) {
    const box = boxes.find(({ publicKey }) => publicKey === sheet.box);
    const name = `${sheet._id} ${rev} ${box?.publicKey ?? ''}`;
    const known = opened.get(name);
    if (known) return known;
    // A signature is judged each time until it holds: the grant may come later than the sheet.
    if (!isSigned(sheet, keysOf(sheet.poste))) return { state: 'altered' as const, entries: [] };
    const entries = box && openSheet(sheet, box);
    const state: SheetLook['state'] = entries ? 'sound' : box ? 'altered' : 'sealed';
    const found = { state, entries: entries ?? [] };
    opened.set(name, found);
    return found;
  }

  return {
    read({ boxes, horizon, known }) {
      const looks: SheetLook[] = [];
      const entries: (TraceEntry & { poste: Id<'poste'> })[] = [];
      for (const held of parc.all('traceSheet')) {
        for (const { rev, body } of [held, ...held.conflicts]) {
          const sheet = readSheet(body);
          if (!sheet) continue;
          const found = look(sheet, rev, boxes);
          looks.push({ ...sheet, id: `${sheet._id} ${rev}`, state: found.state });
          entries.push(...found.entries.map((entry) => ({ ...entry, poste: sheet.poste })));
        }
      }
      return { entries, chains: chainStates(looks, horizon, known) };
    },
  };
}
