import * as v from 'valibot';
import { MAX_MESSAGE } from '../../domain/lesson/talk';
import { done, id, instantSchema, nothing, subject } from '../define';

/** To the teacher alone, or to a room by its number. */
const placeSchema = v.union([v.literal('teacher'), v.number()]);

export const talkLineSchema = v.object({
  id: id('message'),
  place: placeSchema,
  /** `me`, `teacher`, or the first names on the other device. */
  from: v.union([
    v.object({ kind: v.literal('me') }),
    v.object({ kind: v.literal('teacher') }),
    v.object({ kind: v.literal('pupil'), name: v.string() }),
  ]),
  text: v.string(),
  at: instantSchema,
});
export type TalkLine = v.InferOutput<typeof talkLineSchema>;

export const talkCardSchema = v.object({
  open: v.boolean(),
  rooms: v.array(v.object({ id: v.number(), name: v.string() })),
  muted: v.boolean(),
  lines: v.array(talkLineSchema),
});
export type TalkCard = v.InferOutput<typeof talkCardSchema>;

/** Hand, discussion and voice on a pupil's device. Voice itself is binary: contract/pupil/frames.ts. */
export const talkSubject = subject({
  requests: {
    /** After a sign-in, a reload, a lost line. */
    state: {
      input: nothing,
      reply: v.object({
        talk: talkCardSchema,
        /** « C'est à toi » stands. */
        called: v.boolean(),
        speaking: v.boolean(),
        listening: v.boolean(),
      }),
    },
    /** The id is made by the device: sent again after a cut, it is the same message. */
    write: {
      input: v.strictObject({
        id: id('message'),
        place: v.union([v.literal('teacher'), v.pipe(v.number(), v.integer(), v.minValue(1))]),
        text: v.pipe(v.string(), v.maxLength(4 * MAX_MESSAGE)),
      }),
      reply: done,
    },
    /** The microphone is on and the child sees it; or why it is not. Without either, nobody is listened to. */
    listened: {
      input: v.strictObject({
        state: v.picklist(['on', 'stopped', 'refused', 'impossible']),
      }),
      reply: done,
    },
  },
  events: {
    changed: talkCardSchema,
    line: talkLineSchema,
    called: v.object({ on: v.boolean() }),
    /** The teacher begins to speak, or has ended. */
    speaking: v.object({ on: v.boolean() }),
    /** The teacher asks to listen here: the child is told before anything is sent. */
    listen: v.object({ on: v.boolean() }),
  },
});
