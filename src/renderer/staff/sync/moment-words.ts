import { clockWords } from '../typography';

/** When, as one says it at school: « cette nuit » for what happened between 20:00 and 6:00 just before now. */
export interface MomentParts {
  readonly key: 'now' | 'today' | 'night' | 'yesterday' | 'day';
  readonly time: string;
  readonly day: string;
}

const MINUTE_MS = 60_000;
const dayStart = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/**
 * In this computer's zone, which is the school's.
 * @param at UTC ISO
 * @param now milliseconds since 1970
 */
export function momentParts(at: string, now: number, locale: string): MomentParts {
  const when = new Date(at);
  const time = clockWords(when, locale);
  const day = when
    .toLocaleDateString(locale, { day: 'numeric', month: 'long' })
    .replace(/^1 /, locale.startsWith('fr') ? '1er ' : '1 ');
  const ago = now - when.getTime();
  if (ago < 2 * MINUTE_MS) return { key: 'now', time, day };
  // Rounded, since a day of a clock change has 23 or 25 hours.
  const days = Math.round((dayStart(now) - dayStart(when.getTime())) / 86_400_000);
  const night = (days === 1 && when.getHours() >= 20) || (days === 0 && when.getHours() < 6);
  if (night) return { key: 'night', time, day };
  if (days <= 0) return { key: 'today', time, day };
  return { key: days === 1 ? 'yesterday' : 'day', time, day };
}
