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
}

/** Locks: always with an end (CARMO #9.4; DESIGN 5). `now` in ms since 1970. */
export function askAttention(lesson: Lesson, order: AttentionOrder, now: number): Lesson {
  const minutes = Math.min(Math.max(order.minutes, 1), MAX_ATTENTION_MINUTES);
  return {
    ...lesson,
    attention: { on: true, reason: order.reason, until: instant(now + minutes * 60_000), to: order.to },
  };
}

export const endAttention = (lesson: Lesson): Lesson => ({ ...lesson, attention: NO_ATTENTION });

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

export type AttentionState = 'free' | 'asked' | 'shown' | 'left' | 'silent';

/** Told for each device: asked is not shown, and a child may have left the page (said, not hidden). */
export function attentionState(lesson: Lesson, key: SeatKey, now: Instant): AttentionState {
  const seat = seatAt(lesson, key);
  if (!seat || !attentionFor(lesson, key, Date.parse(now)).on) return 'free';
  if (seat.presence !== 'here') return seat.presence;
  return seat.attentionShown ? 'shown' : 'asked';
}
