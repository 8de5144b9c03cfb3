import type { Id } from '../id';
import type { Instant } from '../time';
import { concerns } from './attention';
import type { AbsenceCause, Lesson, Seat, SeatKey, SeatOutcome, SentItem } from './model';
import { changeSeat, seatsInOrder } from './seats';

/** Items in one lesson; a lesson that sends more is a loop gone wrong. */
export const MAX_ITEMS = 200;

export const sendItem = (lesson: Lesson, item: SentItem): Lesson => ({
  ...lesson,
  items: [...lesson.items, item],
});

/** Sent to everybody, an item also reaches who comes late. */
export const itemsFor = (lesson: Lesson, key: SeatKey): readonly SentItem[] =>
  lesson.items.filter((item) => concerns(item.to, key));

export const findItem = (lesson: Lesson, id: Id<'item'>): SentItem | undefined =>
  lesson.items.find((item) => item.id === id);

export function recordOutcome(lesson: Lesson, key: SeatKey, item: Id<'item'>, outcome: SeatOutcome): Lesson {
  return changeSeat(lesson, key, (seat) => ({ ...seat, outcomes: { ...seat.outcomes, [item]: outcome } }));
}

/** Without an answer for so long (ms), a device that is here is said not to answer. */
export const ANSWER_AFTER = 8_000;

export interface DeviceOutcome {
  readonly seat: SeatKey;
  /** `sending`: just sent; `no-answer`: with since when and the likely cause. */
  readonly state: 'done' | 'impossible' | 'sending' | 'no-answer';
  readonly why?: SeatOutcome['why'];
  readonly since: Instant;
  readonly cause?: AbsenceCause;
}

/** A command to 15 devices has 15 outcomes (DESIGN 5). */
export function outcomesOf(lesson: Lesson, item: SentItem, now: number): readonly DeviceOutcome[] {
  return seatsInOrder(lesson)
    .filter((seat) => concerns(item.to, seat.key))
    .map((seat) => outcomeOf(seat, item, now));
}

function outcomeOf(seat: Seat, item: SentItem, now: number): DeviceOutcome {
  const said = seat.outcomes[item.id];
  if (said) return { seat: seat.key, state: said.outcome, why: said.why, since: said.at };
  if (seat.presence !== 'here')
    return {
      seat: seat.key,
      state: 'no-answer',
      since: seat.since,
      ...(seat.cause && { cause: seat.cause }),
    };
  // A device that came after the item was sent has had it since it came.
  const since = seat.since > item.sentAt ? seat.since : item.sentAt;
  return now - Date.parse(since) < ANSWER_AFTER
    ? { seat: seat.key, state: 'sending', since }
    : { seat: seat.key, state: 'no-answer', since, cause: 'no-answer' };
}
