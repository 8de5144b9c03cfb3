import * as v from 'valibot';
import { PICTURES } from '../../domain/people/pictures';
import { done, id, nothing, subject } from '../define';

export const pictureSchema = v.picklist(PICTURES);

export const pupilCardSchema = v.object({
  id: id('pupil'),
  /** First name, with an initial only where two in the class share it: « Léa B. ». */
  name: v.string(),
  /** The pupil's own symbol, for a child who cannot read yet. */
  symbol: pictureSchema,
  /** Already in on another device. */
  present: v.boolean(),
});
export type PupilCard = v.InferOutput<typeof pupilCardSchema>;

export const modeSchema = v.picklist(['anonymous', 'numbered', 'personal']);
export type LessonMode = v.InferOutput<typeof modeSchema>;

export const joinSubject = subject({
  requests: {
    /** What lesson is open here, without a name in it. */
    lesson: {
      input: nothing,
      reply: v.object({
        open: v.boolean(),
        mode: v.optional(modeSchema),
        title: v.optional(v.string()),
        /** A picture code is asked after the name. */
        pictureCode: v.optional(v.boolean()),
        /** How the class calls its teacher; without it the app says « la classe ». */
        teacher: v.optional(v.picklist(['maitresse', 'maitre'])),
        /** Who is in on this device already: asked after a reload, nothing is typed twice. */
        here: v.optional(
          v.object({
            joined: v.boolean(),
            number: v.number(),
            pupils: v.array(pupilCardSchema),
            waiting: v.array(id('pupil')),
          }),
        ),
      }),
    },
    /** First names and symbols: enrolled devices only, or after the lesson's code. */
    pupils: { input: nothing, reply: v.object({ pupils: v.array(pupilCardSchema) }) },
    signIn: {
      input: v.strictObject({
        pupil: id('pupil'),
        code: v.optional(v.pipe(v.array(pictureSchema), v.maxLength(6))),
      }),
      reply: v.object({
        outcome: v.picklist(['in', 'waiting']), // waiting: in elsewhere, the teacher's click is asked
        pupils: v.array(pupilCardSchema),
      }),
    },
    /** Numbered or anonymous lesson: the device's own number is enough. */
    takeSeat: { input: nothing, reply: v.object({ number: v.number() }) },
    /** One of those who share the device leaves; without a pupil, everybody. */
    leave: { input: v.strictObject({ pupil: v.optional(id('pupil')) }), reply: done },
  },
  events: {
    lessonOpened: v.object({ mode: modeSchema, title: v.string(), pictureCode: v.boolean() }),
    lessonClosed: v.object({}),
    /** The teacher put somebody out, or moved a pupil to another device. */
    seatChanged: v.object({ joined: v.boolean(), pupils: v.array(pupilCardSchema) }),
    /** The teacher answered a waiting sign-in. */
    signInAnswered: v.object({ pupil: id('pupil'), accepted: v.boolean(), pupils: v.array(pupilCardSchema) }),
  },
});
