/** A battery that is too warm to be charged, by its own word: cells are charged up to 45 °C (JEITA), and age fast above 40 °C. */

/** Degrees Celsius. */
const STOPS = 45;
const RESUMES = 40;
/** A device whose port is off may say nothing any more: after so long it has cooled, or will say otherwise. Milliseconds. */
export const COOLS_WITHIN = 60 * 60_000;

/** What was last heard of a device's battery. */
export interface Heat {
  readonly celsius: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Since it was at 45 °C or more it has not been at 40 °C or less. */
  readonly hot: boolean;
}

export const heatAfter = (before: Heat | undefined, celsius: number, at: number): Heat => ({
  celsius,
  at,
  hot: celsius >= STOPS || (celsius > RESUMES && (before?.hot ?? false)),
});

/** @param now milliseconds since the epoch */
export const isTooHot = (heat: Heat | undefined, now: number): heat is Heat =>
  heat !== undefined && heat.hot && now - heat.at < COOLS_WITHIN;
