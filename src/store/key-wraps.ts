import type { KeyWraps } from './keyring-file';

/** The keys of one audience, as the file lists them. */

/** Somebody or something on this poste can open it again. */
export const isHeld = (wraps: KeyWraps): boolean =>
  wraps.machine !== undefined || Object.keys(wraps.people).length + Object.keys(wraps.sheets).length > 0;

export const generationIn = (all: readonly KeyWraps[]): number =>
  Math.max(0, ...all.map((wraps) => wraps.generation));

/** By generation, then by name: the same order on every poste. */
export const newestFirst = (a: KeyWraps, b: KeyWraps): number =>
  b.generation - a.generation || (a.name < b.name ? 1 : a.name > b.name ? -1 : 0);

export const only = <T>(
  all: Readonly<Record<string, T>>,
  keeps: (name: string) => boolean,
): Record<string, T> => Object.fromEntries(Object.entries(all).filter(([name]) => keeps(name)));
