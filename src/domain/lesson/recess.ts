import { instant } from '../time';
import { endAttention } from './attention';
import { leave } from './join';
import type { Lesson, Recess } from './model';
import { seatsInOrder } from './seats';

/** A break and the way back from the yard; after it nobody is signed in on a device that nobody holds. Minutes. */
export const RECESS_MINUTES = 45;

/** Screens go dark and everybody stays signed in; a lock that was on ends. `now` in ms since 1970. */
export const startRecess = (lesson: Lesson, now: number): Lesson => ({
  ...endAttention(lesson),
  recess: { since: instant(now), until: instant(now + RECESS_MINUTES * 60_000) },
});

export const endRecess = (lesson: Lesson): Lesson => ({ ...lesson, recess: undefined });

/** True once everybody is to be signed out, also when the poste slept or was restarted meanwhile. */
export const recessIsOver = (recess: Recess, now: number): boolean => Date.parse(recess.until) <= now;

/** Nobody came back: every device is free for whoever comes next. */
export const signOutAll = (lesson: Lesson): Lesson =>
  seatsInOrder(lesson).reduce((next, seat) => leave(next, seat.key), endRecess(lesson));
