import * as v from 'valibot';
import { id, instantSchema, subject } from '../define';
import { handInPartSchema, itemKindSchema, itemSchema } from './lesson';

/** A file of one's own work, under a ticket that is good while the same children sit here. */
const ownFileSchema = v.object({
  name: v.string(),
  type: v.string(),
  size: v.number(),
  url: v.string(),
});

/** A teacher's word on a piece of work, as the child sees it. */
export const pupilNoteSchema = v.object({
  text: v.string(),
  drawings: v.array(handInPartSchema),
  voice: v.optional(ownFileSchema),
  /** To be done again. */
  again: v.boolean(),
  givenAt: instantSchema,
});

export const shelfWorkSchema = v.object({
  /** The last of that work. */
  id: id('handin'),
  item: id('item'),
  title: v.string(),
  kind: itemKindSchema,
  receivedAt: instantSchema,
  version: v.number(),
  unfinished: v.boolean(),
  /** Given back, and what for. */
  note: v.optional(v.picklist(['given', 'again'])),
});
export type ShelfWork = v.InferOutput<typeof shelfWorkSchema>;

/** « Mes travaux »: what those who sit here did in the last weeks, on whatever device (CARMO #11.17). */
export const notesSubject = subject({
  requests: {
    shelf: {
      input: v.strictObject({ before: v.optional(instantSchema) }),
      reply: v.object({ works: v.array(shelfWorkSchema), more: v.boolean() }),
    },
    open: {
      input: v.strictObject({ id: id('handin') }),
      reply: v.object({
        work: shelfWorkSchema,
        item: v.optional(itemSchema),
        parts: v.array(handInPartSchema),
        /** By the upload that a `file` part names. */
        files: v.record(v.string(), ownFileSchema),
        note: v.optional(pupilNoteSchema),
      }),
    },
  },
  events: {
    /** Something was given back to somebody who sits here. */
    returned: v.object({ id: id('handin'), title: v.string(), again: v.boolean() }),
  },
});
