import * as v from 'valibot';
import { MOST_PROJECTED } from '../../domain/lesson/board';
import { done, nothing, subject } from '../define';
import { seatKeySchema } from './classroom';

const seatsSchema = v.pipe(v.array(seatKeySchema), v.maxLength(MOST_PROJECTED));
/** Drawn by the window for itself or by the host for one request; says nothing of anybody. */
const tokenSchema = v.pipe(v.string(), v.regex(/^[\w-]{8,40}$/));

/** What the board shows, as its window tells. `work`: a piece of work instead of screens; which one stays there. */
export const boardSchema = v.strictObject({ seats: seatsSchema, work: v.boolean(), black: v.boolean() });
export type BoardView = v.InferOutput<typeof boardSchema>;

/** The board is a second window that the staff page draws in; what the host knows of it, that page tells. */
export const projectSubject = subject({
  requests: {
    /** What is at the end of this computer's cables: a page cannot know that its picture is copied by a projector. */
    displays: {
      input: nothing,
      /** Absent where the system does not tell. */
      reply: v.object({ connected: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))) }),
    },
    /** Said by each window of who may hold a lesson, when it comes and whenever one of these changes. */
    tell: {
      input: v.strictObject({
        window: tokenSchema,
        board: v.optional(boardSchema),
        /** « Vidéoprojecteur »: the wall shows numbers. */
        masked: v.boolean(),
      }),
      reply: done,
    },
    /** To `wanted`. `blocked`: the browser opens no window by itself; `hidden`: behind its lock, where no board was open. */
    answer: {
      input: v.strictObject({ ask: tokenSchema, outcome: v.picklist(['shown', 'blocked', 'hidden']) }),
      reply: done,
    },
  },
  events: {
    /** From the teacher's own telephone, to that window: these screens on the board, or its end where there are none. */
    wanted: v.object({ window: v.string(), ask: v.string(), seats: seatsSchema }),
  },
});
