import type { Id } from '../../domain/id';
import type { Json } from '../../domain/json';
import type {
  Attention,
  Lesson,
  LessonMode,
  Recess,
  Seat,
  SeatKey,
  SeatOutcome,
  SentItem,
} from '../../domain/lesson/model';
import { NO_ATTENTION } from '../../domain/lesson/model';
import type { Stay } from '../../domain/lesson/report';
import type { Instant } from '../../domain/time';
import type { HandInPart } from '../../contract/pupil/lesson';
import type { DocumentBody } from '../../store/port';

/**
 * What is kept of a lesson. Presence, battery, activity and screens are telemetry and are not (DESIGN 3); a lesson is
 * written by one poste only, so its head and its seats are documents that it revises.
 */
export interface LessonDocument extends DocumentBody {
  readonly type: 'lesson';
  readonly owner: Id<'staff'>;
  readonly class?: Id<'class'>;
  readonly group?: Id<'group'>;
  readonly cart?: Id<'cart'>;
  readonly mode: LessonMode;
  readonly title: string;
  readonly pictureCode: boolean;
  readonly openedAt: Instant;
  readonly closedAt?: Instant;
  readonly poste: string;
  readonly attention?: Json;
  readonly recess?: Json;
}

export interface SeatDocument extends DocumentBody {
  readonly type: 'lessonSeat';
  readonly lesson: Id<'lesson'>;
  readonly seat: SeatKey;
  readonly number: number;
  readonly label: string;
  readonly nickname?: string;
  readonly joined: boolean;
  readonly pupils: readonly Id<'pupil'>[];
  /** Who took part from here, from when to when (CARMO #9.18: presence and nothing else). */
  readonly stays?: readonly Stay[];
}

/** What became of an item on a device: a fact of its own, so that fifteen answers are written side by side. */
export interface OutcomeDocument extends DocumentBody {
  readonly type: 'lessonOutcome';
  readonly lesson: Id<'lesson'>;
  readonly seat: SeatKey;
  readonly item: Id<'item'>;
  readonly outcome: SeatOutcome['outcome'];
  readonly why?: NonNullable<SeatOutcome['why']>;
  readonly at: Instant;
}

export interface ItemDocument extends DocumentBody {
  readonly type: 'lessonItem';
  readonly lesson: Id<'lesson'>;
  readonly item: Json;
}

export interface HandInDocument extends DocumentBody {
  readonly _id: Id<'handin'>;
  readonly type: 'handIn';
  readonly lesson: Id<'lesson'>;
  readonly item: Id<'item'>;
  readonly title: string;
  readonly pupils: readonly Id<'pupil'>[];
  readonly seat: string;
  readonly label: string;
  readonly version: number;
  readonly receivedAt: Instant;
  /** Came after the item was collected, or after its lesson. */
  readonly late?: boolean;
  /** Taken as it stood, without « J'ai fini ». */
  readonly unfinished?: boolean;
  readonly parts: readonly HandInPart[] & Json;
  /** By the upload that a `file` part names. */
  readonly files: Readonly<Record<string, KeptFile>>;
}
export interface KeptFile {
  readonly [field: string]: string | number;
  readonly sha256: string;
  readonly size: number;
  readonly type: string;
  readonly name: string;
}

/**
 * A teacher's comments on one piece of work, saved with it and never in it (CARMO #9.16): one document for each teacher and
 * hand-in, theirs to revise until it is given back. Opened and not commented, it says only that it was seen.
 */
export interface WorkNoteDocument extends DocumentBody {
  readonly type: 'workNote';
  readonly handIn: Id<'handin'>;
  readonly item: Id<'item'>;
  readonly pupils: readonly Id<'pupil'>[];
  readonly by: Id<'staff'>;
  readonly at: Instant;
  readonly text: string;
  readonly drawings: readonly Extract<HandInPart, { kind: 'drawing' }>[] & Json;
  readonly voice?: KeptFile;
  /** Asked to be done again. */
  readonly again: boolean;
  readonly givenAt?: Instant;
}

/** A value as JSON holds it: no `undefined` anywhere. */
export const asJson = (value: object): Json => JSON.parse(JSON.stringify(value)) as Json;

export function lessonDocument(lesson: Lesson, poste: string, closedAt?: Instant): LessonDocument {
  return {
    _id: lesson.id,
    type: 'lesson',
    v: 1,
    owner: lesson.ownerId,
    ...(lesson.classId && { class: lesson.classId }),
    ...(lesson.groupId && { group: lesson.groupId }),
    ...(lesson.cartId && { cart: lesson.cartId }),
    mode: lesson.mode,
    title: lesson.title,
    pictureCode: lesson.pictureCode,
    openedAt: lesson.openedAt,
    poste,
    ...(lesson.attention.on && { attention: asJson(lesson.attention) }),
    // A closed lesson rests no screen.
    ...(lesson.recess && !closedAt && { recess: asJson(lesson.recess) }),
    ...(closedAt && { closedAt }),
  };
}

export function seatDocument(
  _id: string,
  lesson: Id<'lesson'>,
  seat: Seat,
  stays: readonly Stay[],
): SeatDocument {
  return {
    _id,
    type: 'lessonSeat',
    v: 1,
    lesson,
    seat: seat.key,
    number: seat.number,
    label: seat.label,
    ...(seat.nickname && { nickname: seat.nickname }),
    joined: seat.joined,
    pupils: [...seat.pupils],
    ...(stays.length > 0 && { stays: [...stays] }),
  };
}

/** A lesson found again after a restart: its devices are away until they come back by themselves. */
export function lessonFrom(
  head: LessonDocument,
  seats: readonly SeatDocument[],
  items: readonly ItemDocument[],
  outcomes: readonly OutcomeDocument[],
  now: Instant,
): Lesson {
  return {
    id: head._id as Id<'lesson'>,
    ownerId: head.owner,
    classId: head.class,
    groupId: head.group,
    cartId: head.cart,
    mode: head.mode,
    title: head.title,
    pictureCode: head.pictureCode,
    openedAt: head.openedAt,
    seats: Object.fromEntries(
      seats.map((seat) => [seat.seat, seatFrom(seat, outcomesFor(seat.seat, outcomes), now)]),
    ),
    items: items
      .map(({ item }) => item as unknown as SentItem)
      .sort((a, b) => a.sentAt.localeCompare(b.sentAt) || a.id.localeCompare(b.id)),
    attention: (head.attention as unknown as Attention | undefined) ?? NO_ATTENTION,
    ...(head.recess !== undefined && { recess: head.recess as unknown as Recess }),
  };
}

/** A device that said twice is believed the second time. */
function outcomesFor(seat: SeatKey, all: readonly OutcomeDocument[]): Seat['outcomes'] {
  const own = all.filter((one) => one.seat === seat).sort((a, b) => a.at.localeCompare(b.at));
  return Object.fromEntries(own.map(({ item, outcome, why, at }) => [item, { outcome, why, at }]));
}

const seatFrom = (body: SeatDocument, outcomes: Seat['outcomes'], now: Instant): Seat => ({
  key: body.seat,
  number: body.number,
  label: body.label,
  nickname: body.nickname,
  joined: body.joined,
  pupils: body.pupils,
  waiting: [],
  presence: 'silent',
  cause: 'never-came',
  since: now,
  attentionShown: false,
  sharing: false,
  outcomes,
});
