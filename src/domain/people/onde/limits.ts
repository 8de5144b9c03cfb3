/**
 * What an extraction may be at most. The largest French primary schools have about 700 pupils; a guardians' file of
 * such a school has 1,400 rows and weighs 200 kB. These leave room and stop a hostile file early: matching compares
 * namesakes with each other, so its work grows with the square of the rows that share one name.
 */
export const ONDE_LIMITS = {
  /** bytes */
  fileBytes: 4_000_000,
  /** data rows of pupils or guardians */
  rows: 5_000,
  /** data rows of teachers */
  teachers: 500,
  /** header columns: 13 for a guardian and 4 for each of up to 20 children leaves 93 */
  columns: 100,
  /** UTF-16 units in one cell; the longest field is an address */
  cellLength: 250,
  /** other rows or people shown beside one doubt */
  shown: 20,
} as const;
