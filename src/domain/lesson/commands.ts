import type { Instant } from '../time';
import { concerns } from './attention';
import type { Command, Lesson, Recipients, Seat, SeatKey, SeatOutcome } from './model';
import { outcomeOf, type DeviceOutcome } from './outcome';
import { seatsInOrder } from './seats';

/**
 * What the teacher asked of devices besides showing something: each device has its own outcome (DESIGN 5). In memory
 * only: what must last (a lock, a break) is in the lesson's head and is asked again after a restart.
 */
export function askCommand(lesson: Lesson, kind: string, to: Recipients, at: Instant): Lesson {
  const others = (lesson.commands ?? []).filter((one) => one.kind !== kind);
  return { ...lesson, commands: [...others, { kind, to, askedAt: at, answers: {} }] };
}

/**
 * A screen rests for who sits before it: an empty device is told too, and is no failure when it says nothing. Cleaning is for
 * what was left behind: every device that is there or has answered.
 */
const expects = (seat: Seat, { kind, to, answers }: Command): boolean =>
  concerns(to, seat.key) &&
  (seat.joined || (kind === 'clean' && (seat.presence === 'here' || answers[seat.key] !== undefined)));

/** It is over: nothing more is expected of anybody. */
export const dropCommand = (lesson: Lesson, kind: string): Lesson =>
  lesson.commands?.some((one) => one.kind === kind)
    ? { ...lesson, commands: lesson.commands.filter((one) => one.kind !== kind) }
    : lesson;

/** A device answered; for a command that nobody gave, nothing. */
export function answerCommand(lesson: Lesson, key: SeatKey, kind: string, said: SeatOutcome): Lesson {
  if (!lesson.commands?.some((one) => one.kind === kind && concerns(one.to, key))) return lesson;
  return {
    ...lesson,
    commands: lesson.commands.map((one) =>
      one.kind === kind ? { ...one, answers: { ...one.answers, [key]: said } } : one,
    ),
  };
}

/** Asked once more of those who have not done it. @returns the lesson, and who is to be told */
export function askAgain(
  lesson: Lesson,
  kind: string,
  at: Instant,
): { readonly lesson: Lesson; readonly keys: readonly SeatKey[] } {
  const command = lesson.commands?.find((one) => one.kind === kind);
  if (!command) return { lesson, keys: [] };
  const answers = Object.fromEntries(
    Object.entries(command.answers).filter(([, said]) => said.outcome === 'done'),
  );
  const keys = seatsInOrder(lesson)
    .filter((seat) => expects(seat, command) && !answers[seat.key])
    .map((seat) => seat.key);
  const again: Command = { ...command, askedAt: at, answers };
  return {
    lesson: { ...lesson, commands: (lesson.commands ?? []).map((one) => (one === command ? again : one)) },
    keys,
  };
}

export function commandOutcomes(lesson: Lesson, command: Command, now: number): readonly DeviceOutcome[] {
  return seatsInOrder(lesson)
    .filter((seat) => expects(seat, command))
    .map((seat) => outcomeOf(seat, command.askedAt, command.answers[seat.key], now));
}

/** The lock of now, said as the other commands are; of who sits there, though empty devices are locked as well. */
export function attentionOutcomes(lesson: Lesson, now: number): readonly DeviceOutcome[] {
  const { attention } = lesson;
  return seatsInOrder(lesson)
    .filter((seat) => seat.joined && concerns(attention.to, seat.key))
    .map((seat) => {
      const at = attention.askedAt ?? seat.since;
      // A VNC server has no word for a lock.
      if (seat.capabilities?.reach === 'rfb')
        return outcomeOf(seat, at, { outcome: 'impossible', why: 'not-supported', at }, now);
      const hidden = seat.sharing && seat.attentionSeen === false;
      const said = seat.attentionShown
        ? hidden
          ? ({ outcome: 'impossible', why: 'not-on-screen', at } as const)
          : ({ outcome: 'done', at } as const)
        : undefined;
      return outcomeOf(seat, at, seat.presence === 'here' ? said : undefined, now);
    });
}
