import { clockWords } from '../typography';

/** Ages and moments as a person says them, as keys and parts for the locale files (`cart.age.*`, `cart.moment.*`). */

/** @param seconds an age, never negative */
export function ageParts(seconds: number): {
  key: 'now' | 'seconds' | 'minutes' | 'hours' | 'days';
  n: number;
} {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 1) return { key: 'now', n: 0 };
  if (s < 60) return { key: 'seconds', n: s };
  if (s < 3_600) return { key: 'minutes', n: Math.floor(s / 60) };
  if (s < 86_400) return { key: 'hours', n: Math.floor(s / 3_600) };
  return { key: 'days', n: Math.floor(s / 86_400) };
}

const dayStart = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/**
 * « hier à 16 h 25 », in this computer's zone, which is the school's.
 * @param now milliseconds since the epoch
 */
export function momentParts(
  at: string,
  now: number,
  locale: string,
): { key: 'today' | 'yesterday' | 'tomorrow' | 'day'; time: string; day: string } {
  const when = new Date(at);
  const french = locale.startsWith('fr');
  const time = clockWords(when, locale);
  // Rounded, since a day of a clock change has 23 or 25 hours.
  const daysAgo = Math.round((dayStart(now) - dayStart(when.getTime())) / 86_400_000);
  if (daysAgo === 0) return { key: 'today', time, day: '' };
  if (daysAgo === 1) return { key: 'yesterday', time, day: '' };
  if (daysAgo === -1) return { key: 'tomorrow', time, day: '' };
  if (Math.abs(daysAgo) < 7)
    return { key: 'day', time, day: when.toLocaleDateString(locale, { weekday: 'long' }) };
  const date = when.toLocaleDateString(locale, { day: 'numeric', month: 'long' });
  return { key: 'day', time, day: french ? `le ${date}` : date };
}
