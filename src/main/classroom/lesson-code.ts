import { createHmac } from 'node:crypto';
import { codeFrom, CODE_PERIOD, codeWindow, tidyCode } from '../../domain/lesson/code';
import type { Id } from '../../domain/id';
import type { Random } from '../capability';

/** The lesson's rotating code. The secret is in memory: after a restart the board shows another code, which is harmless. */
export interface LessonCode {
  current(now: number): { readonly code: string; readonly changesAt: number };
  /** This code or the one before: who is still typing is let in. */
  accepts(typed: string, now: number): boolean;
}

export function createLessonCode(lesson: Id<'lesson'>, random: Random): LessonCode {
  const secret = random(32);
  const at = (window: number): string =>
    codeFrom(createHmac('sha256', secret).update(`${lesson} ${window}`).digest());
  return {
    current: (now) => ({ code: at(codeWindow(now)), changesAt: (codeWindow(now) + 1) * CODE_PERIOD }),
    accepts: (typed, now) =>
      [codeWindow(now), codeWindow(now) - 1].some((window) => at(window) === tidyCode(typed)),
  };
}
