import type { Id } from '../../domain/id';
import { attentionState } from '../../domain/lesson/attention';
import { attentionOutcomes, commandOutcomes } from '../../domain/lesson/commands';
import { outcomesOf } from '../../domain/lesson/items';
import type { Lesson, Seat, SeatKey } from '../../domain/lesson/model';
import { seatAt, seatsInOrder } from '../../domain/lesson/seats';
import { instant } from '../../domain/time';
import type { LessonView, SeatView } from '../../contract/staff/classroom';

/** The lesson as the teacher's window shows it. Names are added here and only here. */
export interface ViewTools {
  nameOf(pupil: Id<'pupil'>): string | undefined;
  /** Everybody of the class, for « pas encore là ». */
  readonly everybody: readonly { readonly id: Id<'pupil'>; readonly name: string }[];
  /** Lent to another class now: not shown while nobody of this one sits there. */
  awayFrom(lesson: Lesson): ReadonlySet<string>;
}

const isShown = (seat: Seat, away: ReadonlySet<string>): boolean => seat.joined || !away.has(seat.key);

export function seatView(lesson: Lesson, seat: Seat, tools: ViewTools, now: number): SeatView {
  const named = (ids: readonly Id<'pupil'>[]) => ids.map((id) => ({ id, name: tools.nameOf(id) ?? '?' }));
  const { cause, activity, battery, handUpAt, nickname } = seat;
  return {
    key: seat.key,
    number: seat.number,
    label: seat.label,
    ...(nickname !== undefined && { nickname }),
    joined: seat.joined,
    pupils: named(seat.pupils),
    waiting: named(seat.waiting),
    presence: seat.presence,
    ...(cause && { cause }),
    since: seat.since,
    ...(activity && { activity }),
    ...(battery && { battery }),
    ...(handUpAt !== undefined && { handUpAt }),
    attention: attentionState(lesson, seat.key, instant(now)),
    canCapture: seat.capabilities?.capture ?? false,
    ...(seat.capabilities?.pupilMode && { pupilMode: true }),
    sharing: seat.sharing,
  };
}

export function seatViews(
  lesson: Lesson,
  keys: readonly SeatKey[],
  tools: ViewTools,
  now: number,
): SeatView[] {
  const away = tools.awayFrom(lesson);
  return keys.flatMap((key) => {
    const seat = seatAt(lesson, key);
    return seat && isShown(seat, away) ? [seatView(lesson, seat, tools, now)] : [];
  });
}

export function lessonView(lesson: Lesson, tools: ViewTools, now: number): LessonView {
  const away = tools.awayFrom(lesson);
  const seats = seatsInOrder(lesson).filter((seat) => isShown(seat, away));
  const here = new Set(seats.flatMap((seat) => seat.pupils));
  const { on, reason, until } = lesson.attention;
  return {
    id: lesson.id,
    ...(lesson.classId && { class: lesson.classId }),
    ...(lesson.cartId && { cart: lesson.cartId }),
    mode: lesson.mode,
    title: lesson.title,
    pictureCode: lesson.pictureCode,
    openedAt: lesson.openedAt,
    attention: { on, ...(reason !== undefined && { reason }), ...(until !== undefined && { until }) },
    seats: seats.map((seat) => seatView(lesson, seat, tools, now)),
    items: lesson.items.map((item) => ({
      id: item.id,
      title: item.title,
      kind: item.kind,
      ...(item.url !== undefined && { url: item.url }),
      answer: item.answer,
      sentAt: item.sentAt,
      ...(item.closedAt !== undefined && { closedAt: item.closedAt }),
      outcomes: [...outcomesOf(lesson, item, now)],
    })),
    ...(lesson.recess && { recess: lesson.recess }),
    commands: commandViews(lesson, now),
    missing:
      lesson.mode === 'personal'
        ? tools.everybody.filter(({ id }) => !here.has(id)).map(({ id, name }) => ({ id, name }))
        : [],
    now: instant(now),
  };
}

export function commandViews(lesson: Lesson, now: number): LessonView['commands'] {
  const { attention, commands = [] } = lesson;
  const views = commands.map((command) => ({
    kind: command.kind,
    askedAt: command.askedAt,
    outcomes: [...commandOutcomes(lesson, command, now)],
  }));
  if (!attention.on) return views;
  const askedAt = attention.askedAt ?? lesson.openedAt;
  return [...views, { kind: 'attention', askedAt, outcomes: [...attentionOutcomes(lesson, now)] }];
}
