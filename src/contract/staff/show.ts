import * as v from 'valibot';
import { done, nothing, subject } from '../define';
import { overlaySchema } from '../pupil/show';
import { recipientsSchema, seatKeySchema } from './classroom';

const whatSchema = v.variant('what', [
  v.strictObject({ what: v.literal('screen') }),
  v.strictObject({ what: v.literal('camera') }),
  v.strictObject({ what: v.literal('pupil'), seat: seatKeySchema }),
]);
export type ShowWhat = v.InferOutput<typeof whatSchema>;

export const showViewSchema = v.object({
  showing: v.optional(
    v.object({
      what: v.picklist(['screen', 'camera', 'pupil']),
      seat: v.optional(seatKeySchema),
      to: recipientsSchema,
      /** Pixels, pictures a second and kbit/s that this window may send; absent where a pupil's device sends. */
      wanted: v.optional(v.object({ width: v.number(), perSecond: v.number(), kbit: v.number() })),
      lines: overlaySchema,
    }),
  ),
});
export type ShowView = v.InferOutput<typeof showViewSchema>;

/** One screen on many devices, for who conducts the lesson (CARMO #9.4, #9.11). */
export const showStaffSubject = subject({
  requests: {
    state: { input: nothing, reply: showViewSchema },
    start: { input: v.strictObject({ show: whatSchema, to: recipientsSchema }), reply: showViewSchema },
    /** One screen chunk (contract/pupil/frames.ts) as base64, from the window that began. */
    picture: {
      input: v.strictObject({ chunk: v.pipe(v.string(), v.base64(), v.maxLength(400_000)) }),
      reply: done,
    },
    draw: { input: v.strictObject({ lines: overlaySchema }), reply: done },
    stop: { input: nothing, reply: done },
  },
  events: {
    changed: showViewSchema,
    /** Somebody came late or lost the thread: the next picture must be whole. */
    keyWanted: v.object({}),
  },
});
