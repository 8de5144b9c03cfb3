import type { Id } from '../id';
import type { Instant } from '../time';
import { concerns } from './attention';
import { outcomeOf, type DeviceOutcome } from './outcome';
import type { Lesson, Seat, SeatKey, SeatOutcome, SentItem } from './model';
import { changeSeat, seatAt, seatsInOrder } from './seats';

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

/** What comes in after that is late (and taken). The first closing stays. */
export const closeItem = (lesson: Lesson, id: Id<'item'>, at: Instant): Lesson => ({
  ...lesson,
  items: lesson.items.map((item) => (item.id === id && !item.closedAt ? { ...item, closedAt: at } : item)),
});

export function recordOutcome(lesson: Lesson, key: SeatKey, item: Id<'item'>, outcome: SeatOutcome): Lesson {
  return changeSeat(lesson, key, (seat) => ({ ...seat, outcomes: { ...seat.outcomes, [item]: outcome } }));
}

/** Who sits there is to have it; who has left keeps having received it. A spare that nobody took is not waited for. */
const expects = (seat: Seat, item: SentItem): boolean =>
  concerns(item.to, seat.key) && (seat.joined || seat.outcomes[item.id]?.outcome === 'done');

/** A command to 15 devices has 15 outcomes (DESIGN 5). */
export function outcomesOf(lesson: Lesson, item: SentItem, now: number): readonly DeviceOutcome[] {
  return seatsInOrder(lesson)
    .filter((seat) => expects(seat, item))
    .map((seat) => outcomeOf(seat, item.resentAt ?? item.sentAt, seat.outcomes[item.id], now));
}

/** Sent once more to those who do not have it: what they said before is asked anew. @returns who is to be told */
export function resendItem(
  lesson: Lesson,
  id: Id<'item'>,
  at: Instant,
): { readonly lesson: Lesson; readonly keys: readonly SeatKey[] } {
  const item = findItem(lesson, id);
  if (!item) return { lesson, keys: [] };
  const keys = seatsInOrder(lesson)
    .filter((seat) => expects(seat, item) && seat.outcomes[id]?.outcome !== 'done')
    .map((seat) => seat.key);
  const asked: Lesson = {
    ...lesson,
    items: lesson.items.map((one) => (one.id === id ? { ...one, resentAt: at } : one)),
  };
  return { lesson: keys.reduce((next, key) => forget(next, key, id), asked), keys };
}

const forget = (lesson: Lesson, key: SeatKey, id: Id<'item'>): Lesson =>
  seatAt(lesson, key)?.outcomes[id]
    ? changeSeat(lesson, key, (seat) => ({
        ...seat,
        outcomes: Object.fromEntries(Object.entries(seat.outcomes).filter(([item]) => item !== id)),
      }))
    : lesson;
