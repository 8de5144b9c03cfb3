import type { Id } from '../id';
import type { Instant } from '../time';
import type { Recipients, SeatKey } from './model';

/**
 * Discussion in a lesson (CARMO #9.14): opened and closed by who conducts it. A child writes to the teacher alone, or to the
 * others of its room while one is open. The teacher reads everything.
 */
export interface Room {
  readonly id: number;
  readonly name: string;
  readonly to: Recipients;
}

export interface TalkState {
  /** Private questions to the teacher may be written. */
  readonly open: boolean;
  readonly rooms: readonly Room[];
  readonly muted: readonly SeatKey[];
}
export const SILENT: TalkState = { open: false, rooms: [], muted: [] };

export interface TalkMessage {
  readonly id: Id<'message'>;
  /** Absent: the teacher. */
  readonly from?: SeatKey | undefined;
  readonly pupils?: readonly Id<'pupil'>[] | undefined;
  /** `teacher`: to the teacher alone; a seat: from the teacher to that one; a room by its number. */
  readonly to: 'teacher' | SeatKey | number;
  readonly text: string;
  readonly at: Instant;
  readonly removed: boolean;
}

/** UTF-16 units: a child's sentence or two. */
export const MAX_MESSAGE = 280;
/** In one lesson, of one device; and all together, so that a full class of them leaves the teacher room to answer. */
export const MAX_MESSAGES_OF_ONE = 120;
export const MAX_MESSAGES = 6_000;
export const MAX_ROOMS = 8;

/**
 * What somebody typed, as it is kept: one paragraph, no invisible sign that would hide or turn what stands beside it. Signs that
 * pile up on one letter are cut to three, as no language needs more. Undefined where nothing is left.
 */
export function messageText(typed: string): string | undefined {
  const plain = typed
    .normalize('NFC')
    .replace(/[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u061c\u00ad]/gu, '')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/(?:(?!\u200d)[\s\p{Cc}\p{Cf}])+/gu, ' ')
    .trim();
  return plain.length > 0 && plain.length <= MAX_MESSAGE ? plain : undefined;
}

/** Rooms in which that device writes and reads. */
export const roomsOf = (state: TalkState, key: SeatKey): readonly Room[] =>
  state.open ? state.rooms.filter(({ to }) => to === 'all' || to.includes(key)) : [];

/** Whether that device may read a message: its own, the teacher's to it, and those of its rooms; never a removed one. */
export function mayRead(state: TalkState, key: SeatKey, message: TalkMessage): boolean {
  if (!state.open || message.removed) return false;
  if (typeof message.to === 'number') return roomsOf(state, key).some(({ id }) => id === message.to);
  return message.to === 'teacher' ? message.from === key : message.to === key;
}

/** Whether it may write there now. */
export function mayWrite(state: TalkState, key: SeatKey, to: 'teacher' | number): boolean {
  if (!state.open || state.muted.includes(key)) return false;
  return to === 'teacher' || roomsOf(state, key).some(({ id }) => id === to);
}
