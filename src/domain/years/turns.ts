/**
 * A year that was opened can be undone until the new year is confirmed. Each opening has a turn, from 1; a reopening names the
 * turn it undoes. The same step said by two heads is one document, and no clock decides between them.
 */
export interface Undone {
  /** The year that was opened, and is not in use any more. */
  readonly year: number;
  readonly turn: number;
}

/** A confirmed year stays: a reopening that comes later, from a computer that was away, has no effect. */
export const isUndone = (
  opening: Undone,
  reopened: readonly Undone[],
  confirmed: ReadonlySet<number>,
): boolean =>
  !confirmed.has(opening.year) &&
  reopened.some(({ year, turn }) => year === opening.year && turn >= opening.turn);

/** The turn of the next opening of that year. */
export const nextTurn = (year: number, reopened: readonly Undone[]): number =>
  1 + Math.max(0, ...reopened.filter((one) => one.year === year).map(({ turn }) => turn));
