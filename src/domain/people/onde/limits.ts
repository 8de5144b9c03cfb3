/**
 * What an extraction may be at most. The largest French primary schools have about 700 pupils; a guardians' file of
 * such a school weighs 200 kB. These leave room for a commune's whole file and stop a hostile one early.
 */
export const ONDE_LIMITS = {
  /** bytes */
  fileBytes: 4_000_000,
  /** data rows */
  rows: 10_000,
  /** header columns: 13 for a guardian and 4 for each of up to 20 children leaves 93 */
  columns: 100,
  /** UTF-16 units in one cell; the longest field is an address */
  cellLength: 250,
} as const;
