import { sessionSubject } from './session';

/** Everything a staff window may ask. One line a subject; each subject has its file. */
export const staffContract = {
  session: sessionSubject,
} as const;
export type StaffContract = typeof staffContract;
