/**
 * CSV as Excel in French and GLPI's « datainjection » both open it without a question: `;`, UTF-8 with a byte order mark, CRLF
 * (RFC 4180 for the quoting).
 */

const BOM = '\ufeff';

/**
 * A cell that begins so is a formula to a spreadsheet, whatever the quoting (OWASP, « CSV Injection »). An apostrophe before
 * it makes it text; a plain number keeps its sign.
 */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20|%]/;
const NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/;

/** One cell, neutralised and quoted where it must be. */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'number' ? String(value) : value;
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[";\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The whole file, head first. */
export function csvFile(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return BOM + rows.map((row) => `${row.map(csvCell).join(';')}\r\n`).join('');
}
