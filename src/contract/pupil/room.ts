import * as v from 'valibot';
import { done, id, nothing, subject } from '../define';
import { pupilCardSchema } from './join';
import { handInPartSchema } from './lesson';

/** Whose work it is: those who sit here, or one of those who take turns. */
const pupilsSchema = v.pipe(v.array(id('pupil')), v.maxLength(3));
/** Of whose turn it is. */
const handedInSchema = v.array(v.object({ item: id('item'), version: v.number() }));
const turnSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3));
const strokesSchema = handInPartSchema.options[1].entries.strokes;

export const roomSubject = subject({
  requests: {
    /** Who most likely sits here: first name and symbol of one, two or three, never a list. Nobody: empty. */
    greeting: {
      input: nothing,
      reply: v.object({
        pupils: v.pipe(v.array(pupilCardSchema), v.maxLength(3)),
        /** Label of the device that took this one's place. */
        replacedBy: v.optional(v.string()),
      }),
    },
    /** What else stands for this device; asked at every arrival. */
    state: {
      input: nothing,
      reply: v.object({
        workshop: v.optional(v.object({ name: v.string(), text: v.optional(v.string()) })),
        /** Two or three take turns: how many, and whose turn it is. */
        share: v.optional(v.object({ of: turnSchema, turn: turnSchema })),
        handedIn: handedInSchema,
      }),
    },
    /** « Au suivant » on a shared device; `of: 1` ends it. */
    share: {
      input: v.strictObject({ of: turnSchema, turn: turnSchema }),
      reply: v.object({ handedIn: handedInSchema }),
    },
    /**
     * Work in progress, so that a spare goes on with it: the strokes of a page from `from` on (what came before is kept),
     * or the words. In the poste's memory until the lesson ends.
     */
    keep: {
      input: v.strictObject({
        item: id('item'),
        pupils: pupilsSchema,
        turn: v.optional(turnSchema),
        text: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
        page: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
        from: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2_000))),
        strokes: v.optional(strokesSchema),
        /** Photos, voices and films that are on the device alone: asked for when another one goes on. */
        taken: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20))),
      }),
      reply: done,
    },
    /** It was thrown away here. */
    drop: {
      input: v.strictObject({ item: id('item'), pupils: pupilsSchema, turn: v.optional(turnSchema) }),
      reply: done,
    },
    /** What was begun by those who sit here: how much of it on which page. */
    begun: {
      input: v.strictObject({ item: id('item'), pupils: pupilsSchema, turn: v.optional(turnSchema) }),
      reply: v.object({
        pages: v.array(v.object({ page: v.number(), strokes: v.number() })),
        text: v.string(),
        /** Photos, voices and films that the device put out handed over. */
        files: v.optional(v.array(v.object({ url: v.string(), type: v.string() }))),
      }),
    },
    page: {
      input: v.strictObject({
        item: id('item'),
        pupils: pupilsSchema,
        turn: v.optional(turnSchema),
        page: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
        from: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2_000)),
      }),
      /** Strokes from there on, as many as one frame holds; `more` when others follow. */
      reply: v.object({ strokes: strokesSchema, more: v.boolean() }),
    },
  },
  events: {
    /** The workshop of this device's group has begun, or ended. */
    workshop: v.object({
      workshop: v.optional(v.object({ name: v.string(), text: v.optional(v.string()) })),
    }),
    /** Another one is about to go on: what is taken with this one is handed over, unfinished, and `lesson.collected` says so. */
    handOver: v.object({ collect: v.string() }),
    /** This device is put out: another one goes on. */
    replaced: v.object({ by: v.string() }),
  },
});
