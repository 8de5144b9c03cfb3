import { instantAt, localDate, localMinutes, type Instant, type LocalDate } from '../time';
import type { Lesson } from './model';

/** A school's day turns at four in the morning: no lesson is held then, and an evening with parents is over. Minutes. */
const TURNS_AT = 4 * 60;
const DAY = 24 * 3_600_000;

const nextDay = (date: LocalDate): LocalDate =>
  new Date(Date.parse(`${date}T12:00:00Z`) + DAY).toISOString().slice(0, 10);

/** The first turn of a day after that instant, ms since 1970. */
function turnAfter(ms: number, zone: string): number {
  const date = localDate(ms, zone);
  return instantAt(localMinutes(ms, zone) < TURNS_AT ? date : nextDay(date), TURNS_AT, zone);
}

/**
 * A lesson is of its day: whoever comes the next morning finds neither its names on the devices nor what it limited, whatever became of
 * the lid that was closed on it. A clock that went back ends nothing.
 */
export const lessonIsPast = (openedAt: Instant, now: number, zone: string): boolean =>
  now >= turnAfter(Date.parse(openedAt), zone);

/**
 * When a lesson that nobody closed is said to have ended: the last that is known of it, within its day.
 *
 * @param also what is known of it besides: comings and goings that were written down
 */
export function lastKnown(lesson: Lesson, zone: string, also: readonly Instant[] = []): Instant {
  const turn = turnAfter(Date.parse(lesson.openedAt), zone);
  const known = [
    lesson.openedAt,
    ...also,
    ...lesson.items.map(({ sentAt }) => sentAt),
    ...Object.values(lesson.seats).flatMap(({ since, outcomes }) => [
      since,
      ...Object.values(outcomes).flatMap((said) => said?.at ?? []),
    ]),
  ];
  return (
    known
      .filter((at) => Date.parse(at) < turn)
      .sort()
      .at(-1) ?? lesson.openedAt
  );
}
