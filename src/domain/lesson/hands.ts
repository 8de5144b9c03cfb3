import type { Instant } from '../time';
import type { Lesson, SeatKey } from './model';
import { changeSeat, handsUp, seatAt } from './seats';

/** Whom the teacher told « C'est à toi », and the raised hand it was said to: one raised again later is a new one. */
export type Called = ReadonlyMap<SeatKey, Instant>;

export const isCalled = (lesson: Lesson, called: Called, key: SeatKey): boolean => {
  const upAt = seatAt(lesson, key)?.handUpAt;
  return upAt !== undefined && called.get(key) === upAt;
};

/** The first in the queue who has not been called yet. */
export const nextHand = (lesson: Lesson, called: Called): SeatKey | undefined =>
  handsUp(lesson).find(({ key }) => !isCalled(lesson, called, key))?.key;

/** Every hand down at once. */
export const lowerAll = (lesson: Lesson): Lesson =>
  handsUp(lesson).reduce<Lesson>(
    (held, { key }) => changeSeat(held, key, (seat) => ({ ...seat, handUpAt: undefined })),
    lesson,
  );
