import * as v from 'valibot';
import { done, id, line, localDateSchema, nothing } from '../define';

/** Putting the directory right by hand: a class opened without a file meets the real one, a name was typed wrong. */
export const mergeableSchema = v.object({
  id: id('class'),
  label: v.string(),
  /** It was decided and cut short, or another poste wrote in the old class since: only to be finished. */
  begun: v.boolean(),
  /** Classes it may become one with, the likeliest first; itself where ONDE's class had the same name. */
  into: v.array(v.object({ id: id('class'), label: v.string(), found: v.number() })),
});
export type MergeableClass = v.InferOutput<typeof mergeableSchema>;

const namedSchema = v.object({ id: id('pupil'), name: v.string() });
export const mergePlanSchema = v.object({
  begun: v.boolean(),
  pupils: v.array(
    v.object({
      ...namedSchema.entries,
      /** Where one child of each list answers to that name. */
      to: v.optional(id('pupil')),
      candidates: v.array(id('pupil')),
    }),
  ),
  real: v.array(namedSchema),
  /** What would move; nothing of it is lost either way. */
  moves: v.object({ homework: v.number(), plans: v.number(), rolls: v.number(), work: v.number() }),
});
export type MergePlan = v.InferOutput<typeof mergePlanSchema>;

/** Who left, by the day from which the list no longer shows them. */
export const leftPupilSchema = v.object({
  ...namedSchema.entries,
  leftOn: localDateSchema,
});
export type LeftPupil = v.InferOutput<typeof leftPupilSchema>;

const pair = v.strictObject({
  pupil: id('pupil'),
  to: v.union([id('pupil'), v.picklist(['stay', 'out'])]),
});
const both = { from: id('class'), into: id('class') };
/** Empty where a child is known by the first name alone. */
export const familySchema = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(80),
  v.regex(/^[^\u0000-\u001f\u007f]*$/),
);

export const correctionRequests = {
  mergeable: { input: nothing, reply: v.object({ classes: v.array(mergeableSchema) }) },
  /** The dry look; nothing is written. */
  mergePlan: { input: v.strictObject(both), reply: mergePlanSchema },
  /** Can be asked again after anything: what was done is not done twice. */
  mergeClass: {
    input: v.strictObject({ ...both, pairs: v.pipe(v.array(pair), v.maxLength(200)) }),
    reply: v.object({ documents: v.number() }),
  },
  leftPupils: {
    input: v.strictObject({ class: id('class') }),
    reply: v.object({ pupils: v.array(leftPupilSchema) }),
  },
  correctPupil: {
    input: v.strictObject({
      pupil: id('pupil'),
      first: line(80),
      family: familySchema,
      class: v.optional(id('class')),
    }),
    reply: done,
  },
  removePupil: {
    input: v.strictObject({ pupil: id('pupil') }),
    reply: v.object({ outcome: v.picklist(['removed', 'left']) }),
  },
  pupilReturned: { input: v.strictObject({ pupil: id('pupil') }), reply: done },
  correctClass: { input: v.strictObject({ class: id('class'), label: line(60) }), reply: done },
} as const;
