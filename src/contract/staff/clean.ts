import * as v from 'valibot';
import { LEFTOVERS } from '../../domain/lesson/clean';
import { id, nothing, subject } from '../define';
import { seatKeySchema } from './classroom';

/** The end of the lesson: what is not handed in, and what stays on the devices. */
export const cleanStaffSubject = subject({
  requests: {
    /** Who has not handed in what was asked, item by item; who is still signed in. */
    before: {
      input: nothing,
      reply: v.object({
        waiting: v.array(v.object({ item: id('item'), title: v.string(), seats: v.array(seatKeySchema) })),
        here: v.array(seatKeySchema),
      }),
    },
    /** Every device takes off what this class left; the lesson's commands say what became of it. */
    run: { input: nothing, reply: v.object({ asked: v.number() }) },
    /** Gestures to make, by device. */
    left: {
      input: nothing,
      reply: v.object({
        seats: v.array(v.object({ seat: seatKeySchema, left: v.array(v.picklist(LEFTOVERS)) })),
      }),
    },
  },
  events: {},
});
