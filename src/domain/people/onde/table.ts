/** From the text of a file to its cells. */
import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { ONDE_LIMITS } from './limits';
import type { OndeProblem } from './problems';

export interface TableRow {
  /** 1-based line in the file where the row ends (a quoted cell may hold line breaks). */
  line: number;
  cells: string[];
}

export type Table = { ok: true; header: string[]; rows: TableRow[] } | { ok: false; problem: OndeProblem };

interface Numbered {
  record: string[];
  info: { lines: number };
}

/** What may never be in a name: control characters, and marks that reverse the direction of text on screen. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * Cuts an extraction into cells: `;` as ONDE writes it, or `,` or a tab where a spreadsheet saved it again; quotes
 * lenient; rows of unequal width kept as they are. Cells come out trimmed, in NFC, without control characters.
 * Never throws. Linear in the size of the text, which `decodeOnde` has bounded.
 */
export function readTable(text: string): Table {
  const delimiter = delimiterOf(text);
  if (widthOf(text, delimiter) > ONDE_LIMITS.columns) {
    return refused({ code: 'tooManyColumns', limit: ONDE_LIMITS.columns });
  }
  let read: Numbered[];
  try {
    read = parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      bom: true,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: ONDE_LIMITS.columns * ONDE_LIMITS.cellLength,
      to: ONDE_LIMITS.rows + 2,
    }) as unknown as Numbered[]; // `info: true` changes the row type; csv-parse 7 does not type it
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refused({ code: 'malformed', line: lineOf(error) });
  }
  const rows = read
    .map(({ record, info }) => ({ line: info.lines, cells: record.map(cleanCell) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const [first, ...rest] = rows;
  if (!first) return refused({ code: 'empty' });
  if (rest.length > ONDE_LIMITS.rows) return refused({ code: 'tooManyRows', limit: ONDE_LIMITS.rows });
  return { ok: true, header: first.cells, rows: rest };
}

function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const head = text.slice(0, end < 0 ? 4096 : Math.min(end, 4096));
  const count = (mark: string): number => head.split(mark).length;
  return [';', '\t', ','].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** Columns of the first line, counted before anything is built from them. */
function widthOf(text: string, delimiter: string): number {
  const end = text.search(/[\r\n]/);
  return (end < 0 ? text : text.slice(0, end)).split(delimiter, ONDE_LIMITS.columns + 1).length;
}

function cleanCell(cell: string): string {
  return cell.replace(UNPRINTABLE, ' ').normalize('NFC').replace(/\s+/g, ' ').trim();
}

function lineOf(error: CsvError): number {
  const line: unknown = error['lines'];
  return typeof line === 'number' ? line : 0;
}

function refused(problem: OndeProblem): Table {
  return { ok: false, problem };
}
