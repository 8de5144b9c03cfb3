import * as v from 'valibot';
import { MAX_MESSAGE, MAX_ROOMS } from '../../domain/lesson/talk';
import { done, id, instantSchema, line, nothing, subject } from '../define';
import { recipientsSchema, seatKeySchema } from './classroom';

const messageViewSchema = v.object({
  id: id('message'),
  /** Absent: the teacher. */
  from: v.optional(seatKeySchema),
  who: v.string(),
  to: v.union([v.literal('teacher'), seatKeySchema, v.number()]),
  text: v.string(),
  at: instantSchema,
  removed: v.boolean(),
});
export type MessageView = v.InferOutput<typeof messageViewSchema>;

export const talkViewSchema = v.object({
  open: v.boolean(),
  rooms: v.array(v.object({ id: v.number(), name: v.string(), to: recipientsSchema })),
  muted: v.array(seatKeySchema),
  /** Of this lesson, oldest first, the last 300. */
  messages: v.array(messageViewSchema),
  /** « C'est à toi » was said to the hand that is up since then. */
  called: v.array(v.object({ seat: seatKeySchema, handUpAt: instantSchema })),
  /** To whom this computer speaks now. */
  speaking: v.optional(recipientsSchema),
  /** `asked`: told, not on yet. */
  listening: v.optional(
    v.object({
      seat: seatKeySchema,
      state: v.picklist(['asked', 'on', 'stopped', 'refused', 'impossible']),
    }),
  ),
});
export type TalkView = v.InferOutput<typeof talkViewSchema>;

/** Bytes of one encoded piece of voice, as base64; some 60 ms at 24 kbit/s are 250 characters. */
const voiceSchema = v.pipe(v.string(), v.base64(), v.maxLength(2_800));

/** Raised hands, discussion and voice, for who conducts the lesson. */
export const talkStaffSubject = subject({
  requests: {
    state: { input: nothing, reply: talkViewSchema },
    /** Private questions, and rooms where there are any; opened again, it has other rooms and the same messages. */
    open: {
      input: v.strictObject({
        rooms: v.pipe(
          v.array(v.strictObject({ name: line(40), to: recipientsSchema })),
          v.maxLength(MAX_ROOMS),
        ),
      }),
      reply: done,
    },
    close: { input: nothing, reply: done },
    /** The teacher's own word: to a room, or to one device. */
    say: {
      input: v.strictObject({
        to: v.union([seatKeySchema, v.number()]),
        text: v.pipe(v.string(), v.maxLength(4 * MAX_MESSAGE)),
      }),
      reply: done,
    },
    mute: { input: v.strictObject({ seat: seatKeySchema, muted: v.boolean() }), reply: done },
    /** Off the children's screens; the teacher still reads it. */
    remove: { input: v.strictObject({ message: id('message') }), reply: done },
    /** « C'est à toi. » Without a seat, to the first who waits. */
    call: { input: v.strictObject({ seat: v.optional(seatKeySchema) }), reply: done },
    lowerAll: { input: nothing, reply: done },
    /** Devices are told before the first piece. */
    speak: {
      input: v.strictObject({ on: v.boolean(), to: v.optional(recipientsSchema) }),
      reply: done,
    },
    voice: { input: v.strictObject({ piece: voiceSchema }), reply: done },
    /** One pupil at a time, told before; nothing is kept. */
    listen: { input: v.strictObject({ seat: seatKeySchema, on: v.boolean() }), reply: done },
  },
  events: {
    changed: talkViewSchema,
  },
});
