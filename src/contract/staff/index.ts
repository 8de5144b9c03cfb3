import { cartSubject } from './cart';
import { peopleSubject } from './people';
import { schoolSubject } from './school';
import { sessionSubject } from './session';

/** Everything a staff window may ask. One line a subject; each subject has its file. */
export const staffContract = {
  session: sessionSubject,
  school: schoolSubject,
  people: peopleSubject,
  cart: cartSubject,
} as const;
export type StaffContract = typeof staffContract;
