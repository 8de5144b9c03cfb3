import { PreauError } from '../errors';
import type { Id } from '../id';
import type { Lesson, Recipients, SeatKey, SentItem } from './model';
import type { LessonPlan } from './plan';
import { seatAt } from './seats';

const inFavour = (to: Recipients, from: SeatKey, spare: SeatKey): Recipients =>
  to === 'all' || !to.includes(from) ? to : [...new Set(to.map((key) => (key === from ? spare : key)))];

/** Items that were for the device alone, or for some among which it was, are for the spare from now on. */
export function itemsTakenOver(lesson: Lesson, from: SeatKey, spare: SeatKey): SentItem[] {
  return lesson.items
    .filter((item) => item.to !== 'all' && item.to.includes(from))
    .map((item) => ({ ...item, to: inFavour(item.to, from, spare) }));
}

/**
 * A tablet is flat, broken or lost: the spare goes on with its pupils, what was sent to them, what they said of it and, in
 * a lesson by number, its number. The other one sits empty.
 *
 * @throws PreauError `NOT_FOUND` without such devices, `BAD_INPUT` when somebody sits at the spare
 */
export function swapSeats(lesson: Lesson, from: SeatKey, spare: SeatKey): Lesson {
  const [old, next] = [seatAt(lesson, from), seatAt(lesson, spare)];
  if (!old || !next) throw new PreauError('NOT_FOUND', { kind: 'device' });
  if (from === spare || next.pupils.length > 0 || spare.startsWith('visitor-') || from.startsWith('visitor-'))
    throw new PreauError('BAD_INPUT', { path: 'to' });
  const taken = new Map(itemsTakenOver(lesson, from, spare).map((item) => [item.id, item]));
  const numbers =
    lesson.mode === 'personal'
      ? [old.number, next.number]
      : // The child is the number, not the machine.
        [next.number, old.number];
  return {
    ...lesson,
    items: lesson.items.map((item) => taken.get(item.id) ?? item),
    attention: { ...lesson.attention, to: inFavour(lesson.attention.to, from, spare) },
    seats: {
      ...lesson.seats,
      [from]: {
        ...old,
        number: numbers[0] ?? old.number,
        nickname: undefined,
        joined: false,
        pupils: [],
        waiting: [],
        handUpAt: undefined,
        outcomes: {},
      },
      [spare]: {
        ...next,
        number: numbers[1] ?? next.number,
        nickname: old.nickname,
        joined: old.joined || next.joined,
        pupils: old.pupils,
        waiting: old.waiting,
        handUpAt: old.handUpAt,
        outcomes: { ...old.outcomes, ...next.outcomes },
      },
    },
  };
}

/** A visitor who is shown the door takes its tile along. */
export function removeVisitor(lesson: Lesson, key: SeatKey): Lesson {
  if (!key.startsWith('visitor-')) throw new PreauError('BAD_INPUT', { path: 'seat' });
  return {
    ...lesson,
    seats: Object.fromEntries(Object.entries(lesson.seats).filter(([other]) => other !== key)),
  };
}

/**
 * Who a device greets: those who sat there last time, without who is absent today and who is in elsewhere already. One
 * class's tablets are another's in the afternoon: only those of this lesson's list are greeted.
 */
export function greeted(
  lesson: Lesson,
  sat: LessonPlan['sat'],
  key: SeatKey,
  known: ReadonlySet<Id<'pupil'>>,
  absent: ReadonlySet<Id<'pupil'>>,
): Id<'pupil'>[] {
  if (lesson.mode !== 'personal' || key.startsWith('visitor-')) return [];
  const elsewhere = new Set(Object.values(lesson.seats).flatMap((seat) => seat.pupils));
  return (sat[key as Id<'device'>] ?? []).filter(
    (pupil) => known.has(pupil) && !absent.has(pupil) && !elsewhere.has(pupil),
  );
}

/** « Au suivant » on a device that two or three share: the first after the last. */
export const nextTurn = (of: number, turn: number | undefined): number => ((turn ?? 0) % of) + 1;
