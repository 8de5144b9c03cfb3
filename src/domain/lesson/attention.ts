import type { Instant } from '../time';
import { instant } from '../time';
import { NO_ATTENTION, type Attention, type Lesson, type Recipients, type SeatKey } from './model';
import { changeSeat, seatAt } from './seats';

/** Minutes; an hour is longer than any lesson a screen is locked for. */
export const MAX_ATTENTION_MINUTES = 60;
export const DEFAULT_ATTENTION_MINUTES = 5;

export const concerns = (to: Recipients, key: SeatKey): boolean => to === 'all' || to.includes(key);

export interface AttentionOrder {
  readonly reason?: string | undefined;
  readonly minutes: number;
  readonly to: Recipients;
  /** 0 to `MAX_LOCK_CODE`; a lock that goes on with another end or reason keeps its own. */
  readonly code: number;
}

/** Locks: always with an end (CARMO #9.5, #9.13; DESIGN 5). `now` in ms since 1970. */
export function askAttention(lesson: Lesson, order: AttentionOrder, now: number): Lesson {
  const minutes = Math.min(Math.max(order.minutes, 1), MAX_ATTENTION_MINUTES);
  const until = instant(now + minutes * 60_000);
  const { attention: held } = lesson;
  if (held.on && !attentionIsOver(held, now))
    return { ...lesson, attention: { ...held, reason: order.reason, until, to: both(held.to, order.to) } };
  const { reason, to, code } = order;
  return {
    ...lesson,
    seats: Object.fromEntries(
      Object.entries(lesson.seats).map(([key, seat]) => [
        key,
        seat.attentionSeen === undefined ? seat : { ...seat, attentionSeen: undefined },
      ]),
    ),
    attention: { on: true, reason, until, to, code, askedAt: instant(now) },
  };
}

const both = (some: Recipients, more: Recipients): Recipients =>
  some === 'all' || more === 'all' ? 'all' : [...new Set([...some, ...more])];

/** Frees everybody, or those seats while the others wait on. */
export function endAttention(lesson: Lesson, free: Recipients = 'all'): Lesson {
  const { to } = lesson.attention;
  const held = to === 'all' ? Object.values(lesson.seats).map((seat) => seat.key) : to;
  const still = free === 'all' ? [] : held.filter((key) => !free.includes(key));
  return { ...lesson, attention: still.length > 0 ? { ...lesson.attention, to: still } : NO_ATTENTION };
}

/** True once the end has come, also when the poste slept or was restarted meanwhile. */
export const attentionIsOver = (attention: Attention, now: number): boolean =>
  attention.on && attention.until !== undefined && Date.parse(attention.until) <= now;

/** What one device must show. */
export function attentionFor(lesson: Lesson, key: SeatKey, now: number): Attention {
  const { attention } = lesson;
  return attention.on && !attentionIsOver(attention, now) && concerns(attention.to, key)
    ? attention
    : NO_ATTENTION;
}

/** The device says that the attention screen is on, or off, the glass. */
export function confirmAttention(lesson: Lesson, key: SeatKey, shown: boolean): Lesson {
  return changeSeat(lesson, key, (seat) => ({ ...seat, attentionShown: shown }));
}

/** A picture of that screen was read: `code` is what it shows. A code of another lock proves nothing. */
export function seeAttention(lesson: Lesson, key: SeatKey, code: number | undefined): Lesson {
  if (!lesson.attention.on || seatAt(lesson, key)?.capabilities?.reach) return lesson;
  const seen = code !== undefined && code === lesson.attention.code;
  return changeSeat(lesson, key, (seat) =>
    seat.attentionSeen === seen ? seat : { ...seat, attentionSeen: seen },
  );
}

/** The same of a computer without our page, whose connector looked at the picture; undefined: nothing to be seen. */
export function sayLocked(lesson: Lesson, key: SeatKey, seen: boolean | undefined): Lesson {
  return changeSeat(lesson, key, (seat) => ({ ...seat, attentionSeen: seen }));
}

/**
 * `seen`: the code of this lock is in the picture of the screen. `shown`: the device says so and no picture can tell.
 * `unseen`: the device says so and its picture shows something else.
 */
export type AttentionState = 'free' | 'asked' | 'shown' | 'unseen' | 'seen' | 'left' | 'silent';

/** Told for each device: asked is not shown, and a child may have left the page (said, not hidden). */
export function attentionState(lesson: Lesson, key: SeatKey, now: Instant): AttentionState {
  const seat = seatAt(lesson, key);
  if (!seat || !attentionFor(lesson, key, Date.parse(now)).on) return 'free';
  if (seat.presence !== 'here') return seat.presence;
  if (seat.sharing && seat.attentionSeen !== undefined) {
    if (seat.attentionSeen) return 'seen';
    return seat.attentionShown ? 'unseen' : 'asked';
  }
  return seat.attentionShown ? 'shown' : 'asked';
}
