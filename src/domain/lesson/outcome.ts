import type { Instant } from '../time';
import type { AbsenceCause, Seat, SeatKey, SeatOutcome } from './model';

/** Without an answer for so long (ms), a device that is here is said not to answer. */
const ANSWER_AFTER = 8_000;

export interface DeviceOutcome {
  readonly seat: SeatKey;
  /** `sending`: just sent; `no-answer`: with since when and the likely cause. */
  readonly state: 'done' | 'impossible' | 'sending' | 'no-answer';
  readonly why?: SeatOutcome['why'];
  readonly since: Instant;
  readonly cause?: AbsenceCause;
}

/** Without a word for `ANSWER_AFTER`, a device that is here does not answer; one that is away says since when. */
export function outcomeOf(
  seat: Seat,
  askedAt: Instant,
  said: SeatOutcome | undefined,
  now: number,
): DeviceOutcome {
  if (said) return { seat: seat.key, state: said.outcome, why: said.why, since: said.at };
  if (seat.presence !== 'here')
    return {
      seat: seat.key,
      state: 'no-answer',
      since: seat.since,
      ...(seat.cause && { cause: seat.cause }),
    };
  // A device that came after the command has had it since it came.
  const since = seat.since > askedAt ? seat.since : askedAt;
  return now - Date.parse(since) < ANSWER_AFTER
    ? { seat: seat.key, state: 'sending', since }
    : { seat: seat.key, state: 'no-answer', since, cause: 'no-answer' };
}
