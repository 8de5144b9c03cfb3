import { PreauError } from '../errors';
import type { Id } from '../id';
import { MAX_SHARE, type Lesson, type Seat, type SeatKey } from './model';
import { changeSeat, seatAt } from './seats';

/** The seat where that pupil is in, if any. */
export const seatOf = (lesson: Lesson, pupil: Id<'pupil'>): Seat | undefined =>
  Object.values(lesson.seats).find((seat) => seat.pupils.includes(pupil));

/** A seat whose device is at the door: its pupil cannot be signed in elsewhere without the teacher. */
const isHeld = (seat: Seat): boolean => seat.presence !== 'silent';

export interface SignInResult {
  readonly lesson: Lesson;
  readonly outcome: 'in' | 'waiting';
}

/**
 * A pupil chose a name on a device (the picture code was judged before).
 *
 * Elsewhere on a device that answers, the teacher's click is asked; on one that is silent (flat, broken, out of reach) the
 * pupil moves at once, because a child with a spare tablet in hands must not wait.
 * @throws PreauError `DEVICE_SHARED` when three already share the device
 */
export function signIn(lesson: Lesson, key: SeatKey, pupil: Id<'pupil'>): SignInResult {
  const seat = seatAt(lesson, key);
  if (!seat) throw new PreauError('DEVICE_UNKNOWN');
  if (seat.pupils.includes(pupil)) return { lesson, outcome: 'in' };
  if (seat.pupils.length >= MAX_SHARE) throw new PreauError('DEVICE_SHARED', { limit: MAX_SHARE });
  const elsewhere = seatOf(lesson, pupil);
  if (elsewhere && isHeld(elsewhere)) {
    if (seat.waiting.includes(pupil)) return { lesson, outcome: 'waiting' };
    return {
      lesson: changeSeat(lesson, key, (held) => ({ ...held, waiting: [...held.waiting, pupil] })),
      outcome: 'waiting',
    };
  }
  return { lesson: moveTo(lesson, key, pupil), outcome: 'in' };
}

/**
 * The teacher's click on a waiting sign-in. Accepted, the pupil leaves the other device.
 * @throws PreauError `NOT_FOUND` when nobody waits any more, `DEVICE_SHARED`
 */
export function answerSignIn(lesson: Lesson, key: SeatKey, pupil: Id<'pupil'>, accepted: boolean): Lesson {
  const seat = seatAt(lesson, key);
  if (!seat?.waiting.includes(pupil)) throw new PreauError('NOT_FOUND', { kind: 'sign-in' });
  if (accepted && seat.pupils.length >= MAX_SHARE)
    throw new PreauError('DEVICE_SHARED', { limit: MAX_SHARE });
  return accepted ? moveTo(lesson, key, pupil) : dropWaiting(lesson, key, pupil);
}

/** Numbered or anonymous lesson: the seat itself takes part. */
export function takeSeat(lesson: Lesson, key: SeatKey): Lesson {
  return changeSeat(lesson, key, (seat) => ({ ...seat, joined: true }));
}

/** One of those who share leaves, or everybody; the tile stays, its device is still in the room. */
export function leave(lesson: Lesson, key: SeatKey, pupil?: Id<'pupil'>): Lesson {
  return changeSeat(lesson, key, (seat) => {
    const pupils = pupil ? seat.pupils.filter((one) => one !== pupil) : [];
    const waiting = pupil ? seat.waiting.filter((one) => one !== pupil) : [];
    const joined = pupils.length > 0;
    return { ...seat, pupils, waiting, joined, handUpAt: joined ? seat.handUpAt : undefined };
  });
}

function dropWaiting(lesson: Lesson, key: SeatKey, pupil: Id<'pupil'>): Lesson {
  return changeSeat(lesson, key, (seat) => ({
    ...seat,
    waiting: seat.waiting.filter((one) => one !== pupil),
  }));
}

function moveTo(lesson: Lesson, key: SeatKey, pupil: Id<'pupil'>): Lesson {
  const from = seatOf(lesson, pupil);
  const left = from ? leave(lesson, from.key, pupil) : lesson;
  return changeSeat(dropWaiting(left, key, pupil), key, (seat) => ({
    ...seat,
    joined: true,
    pupils: [...seat.pupils, pupil],
  }));
}
