import { PreauError } from '../errors';
import type { Instant } from '../time';
import {
  MAX_SEATS,
  type AbsenceCause,
  type Lesson,
  type Presence,
  type Seat,
  type SeatActivity,
  type SeatCapabilities,
  type SeatKey,
} from './model';

export const seatAt = (lesson: Lesson, key: SeatKey): Seat | undefined =>
  Object.hasOwn(lesson.seats, key) ? lesson.seats[key] : undefined;

/** Seats in the order of their numbers: the order of the wall. */
export const seatsInOrder = (lesson: Lesson): readonly Seat[] =>
  Object.values(lesson.seats).sort((a, b) => a.number - b.number);

/** The lesson with that seat changed; the same lesson where there is no such seat. */
export function changeSeat(lesson: Lesson, key: SeatKey, change: (seat: Seat) => Seat): Lesson {
  const seat = seatAt(lesson, key);
  return seat ? { ...lesson, seats: { ...lesson.seats, [key]: change(seat) } } : lesson;
}

/** « Tablette 7 » asks for place 7; a label without a number asks for none. */
export function numberInLabel(label: string): number | undefined {
  const found = /(\d{1,2})\s*$/.exec(label)?.[1];
  const number = Number(found);
  return found && number >= 1 ? number : undefined;
}

/** The number asked for where it is free, else the lowest free one. */
export function freeNumber(lesson: Lesson, wanted: number | undefined): number {
  const taken = new Set(Object.values(lesson.seats).map((seat) => seat.number));
  if (wanted !== undefined && !taken.has(wanted)) return wanted;
  let number = 1;
  while (taken.has(number)) number += 1;
  return number;
}

export interface Arrival {
  readonly key: SeatKey;
  readonly label: string;
  readonly capabilities: SeatCapabilities;
  readonly at: Instant;
}

/**
 * A device is at the door: it gets its tile, or finds its own again with its pupils, outcomes and hand.
 * @throws PreauError `LESSON_FULL` for one more device than a lesson holds
 */
export function arrive(lesson: Lesson, arrival: Arrival): Lesson {
  const found = seatAt(lesson, arrival.key);
  if (!found && Object.keys(lesson.seats).length >= MAX_SEATS)
    throw new PreauError('LESSON_FULL', { limit: MAX_SEATS });
  const seat: Seat = found ?? {
    key: arrival.key,
    number: freeNumber(lesson, numberInLabel(arrival.label)),
    label: arrival.label,
    joined: false,
    pupils: [],
    waiting: [],
    presence: 'here',
    since: arrival.at,
    attentionShown: false,
    sharing: false,
    outcomes: {},
  };
  return {
    ...lesson,
    seats: {
      ...lesson.seats,
      [arrival.key]: {
        ...seat,
        label: arrival.label,
        capabilities: arrival.capabilities,
        presence: 'here',
        cause: undefined,
        since: arrival.at,
        sharing: false,
        attentionShown: false,
        attentionSeen: undefined,
      },
    },
  };
}

export interface PresenceFact {
  readonly presence: Presence;
  readonly cause?: AbsenceCause;
  readonly at: Instant;
}

/** A heartbeat missed on a poor Wi-Fi, a page that was left for a moment: the line holds, and nobody says anew that he shares. */
const isConnected = ({ presence, cause }: PresenceFact): boolean =>
  presence === 'here' || cause === 'no-answer' || cause === 'page-hidden';

/** The same presence said twice keeps its first instant: « a quitté Préau depuis 2 minutes ». */
export function setPresence(lesson: Lesson, key: SeatKey, fact: PresenceFact): Lesson {
  return changeSeat(lesson, key, (seat) =>
    seat.presence === fact.presence && seat.cause === fact.cause
      ? seat
      : {
          ...seat,
          presence: fact.presence,
          cause: fact.cause,
          since: fact.at,
          sharing: seat.sharing && isConnected(fact),
          attentionShown: seat.attentionShown && fact.presence === 'here',
          attentionSeen: fact.presence === 'here' ? seat.attentionSeen : undefined,
        },
  );
}

/** What the device shows; a hidden page is a pupil who left Préau, a visible one is a pupil who is back. */
export function setActivity(lesson: Lesson, key: SeatKey, activity: SeatActivity, at: Instant): Lesson {
  const next = changeSeat(lesson, key, (seat) => ({ ...seat, activity }));
  return setPresence(
    next,
    key,
    activity.visible ? { presence: 'here', at } : { presence: 'left', cause: 'page-hidden', at },
  );
}

/** A second « up » keeps the place in the queue. */
export function setHand(lesson: Lesson, key: SeatKey, up: boolean, at: Instant): Lesson {
  return changeSeat(lesson, key, (seat) => ({ ...seat, handUpAt: up ? (seat.handUpAt ?? at) : undefined }));
}

/** Who asked first is served first. */
export const handsUp = (lesson: Lesson): readonly Seat[] =>
  seatsInOrder(lesson)
    .filter((seat) => seat.handUpAt !== undefined)
    .sort((a, b) => (a.handUpAt ?? '').localeCompare(b.handUpAt ?? ''));
