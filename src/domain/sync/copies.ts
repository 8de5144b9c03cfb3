import { HOUR_MS } from './clock';

const DAY_MS = 24 * HOUR_MS;
/** A copy on a key is proposed when no other copy is younger (DESIGN 4). */
export const COPY_AFTER_DAYS = 7;

/** Where else everything of this poste stood, and when; instants in milliseconds. */
export interface OtherCopies {
  /** Last run that went through, with the commune or with another poste. */
  readonly exchange: number | undefined;
  readonly key: number | undefined;
  /** When the school came to this poste: a school of today needs no alarm. */
  readonly since: number;
}

export interface CopyState {
  /** Youngest copy outside this computer. */
  readonly last: number | undefined;
  /** Whole days since then, or since the school is here; never negative. */
  readonly days: number;
  readonly due: boolean;
}

export function copyState({ exchange, key, since }: OtherCopies, now: number): CopyState {
  const known = [exchange, key].filter((at) => at !== undefined && at <= now) as number[];
  const last = known.length > 0 ? Math.max(...known) : undefined;
  const days = Math.max(0, Math.floor((now - (last ?? Math.min(since, now))) / DAY_MS));
  return { last, days, due: days >= COPY_AFTER_DAYS };
}
