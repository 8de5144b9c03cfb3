/**
 * How long to wait before trying the door again, in ms. A child sees the line come back within two seconds of its
 * return; the spread keeps fifteen tablets from knocking together after a Wi-Fi cut.
 */
const DELAYS = [150, 300, 600, 1_000, 1_500];
/** After a refusal for abuse, knocking every second would only prolong it. */
export const COOL_DOWN = 15_000;

/** `spread` is a random number in [0, 1[. */
export function retryDelay(attempt: number, spread: number): number {
  const base = DELAYS[Math.min(attempt, DELAYS.length - 1)] ?? 1_500;
  return Math.round(base * (0.8 + spread * 0.4));
}
