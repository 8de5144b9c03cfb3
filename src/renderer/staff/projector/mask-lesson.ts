import type { LessonView, SeatView } from '../../../contract/staff/classroom';

/** A seat that did not move stays the same object masked, so that its tile is not drawn again. */
const known = new WeakMap<SeatView, { readonly word: string; readonly seat: SeatView }>();

/**
 * The same lesson with a number in the place of each name: whatever shows it shows no child. Two at one device are « 3 »
 * and « 3 b ». Those who are missing are not told.
 *
 * @param numbered the words for a device's number
 */
export function maskLesson(lesson: LessonView, numbered: (number: number) => string): LessonView {
  return {
    ...lesson,
    missing: [],
    seats: lesson.seats.map((seat) => {
      const word = numbered(seat.number);
      const before = known.get(seat);
      if (before?.word === word) return before.seat;
      const hide = ({ id }: { id: (typeof seat.pupils)[number]['id'] }, n: number) => ({
        id,
        name: word + (n === 0 ? '' : ` ${'bcdef'[n - 1] ?? '+'}`),
      });
      const hidden = { ...seat, pupils: seat.pupils.map(hide), waiting: seat.waiting.map(hide) };
      delete hidden.nickname;
      known.set(seat, { word, seat: hidden });
      return hidden;
    }),
  };
}
