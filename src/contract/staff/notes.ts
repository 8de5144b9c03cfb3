import * as v from 'valibot';
import { done, id, instantSchema, subject } from '../define';
import { handInPartSchema } from '../pupil/lesson';

const of = { handIn: id('handin'), class: v.optional(id('class')) };
const text = v.pipe(v.string(), v.maxLength(4_000));
const drawings = v.pipe(
  v.array(handInPartSchema),
  v.maxLength(40),
  v.everyItem((part) => part.kind === 'drawing'),
);

/** Comments over a pupil's work, saved with it and never in it (CARMO #9.16). */
export const noteSchema = v.object({
  text: v.string(),
  drawings: v.array(handInPartSchema),
  /** Path at the loopback door. */
  voice: v.optional(v.object({ path: v.string(), type: v.string(), size: v.number() })),
  again: v.boolean(),
  givenAt: v.optional(instantSchema),
});
export type NoteView = v.InferOutput<typeof noteSchema>;

export const notesSubject = subject({
  requests: {
    /** Opening somebody's work marks it as seen by who opens it. */
    open: { input: v.strictObject(of), reply: v.object({ note: v.optional(noteSchema) }) },
    save: {
      input: v.strictObject({
        ...of,
        text,
        drawings,
        /** A voice just put at the loopback door; `keep` leaves the one that is there, `none` takes it away. */
        voice: v.union([
          v.picklist(['keep', 'none']),
          v.strictObject({ upload: v.pipe(v.string(), v.maxLength(64)) }),
        ]),
        again: v.boolean(),
        /** Now to those who are here, and to the others when they come. */
        give: v.boolean(),
      }),
      reply: done,
    },
    /** Back from the children's shelf; the comment stays with the teacher. */
    takeBack: { input: v.strictObject(of), reply: done },
  },
  events: { changed: v.object({ handIn: id('handin') }) },
});
