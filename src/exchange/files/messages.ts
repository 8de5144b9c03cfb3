import * as v from 'valibot';
import { audienceSchema, hashSchema, idSchema } from '../header';
import { LIST_MAX_CHUNKS } from './limits';
import { rangesSchema, wantSchema } from './ranges';

/** What is said about files (docs/files.md): JSON heads; lists and pieces follow them. */

/** 64 hexadecimal digits: `fileIdOf`. */
export const fileSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const bytesSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ticketSchema = v.pipe(v.string(), v.maxLength(80));

/** A file, as somebody who may read it names it. */
const named = {
  audience: audienceSchema,
  /** A document of that audience that names the file; left out where the other side cannot open the audience. */
  document: v.optional(v.pipe(v.string(), v.maxLength(200))),
};

export const listRequestSchema = v.strictObject({
  ...named,
  /** One name for each key of the audience that the caller holds, the newest first. */
  files: v.pipe(v.array(fileSchema), v.minLength(1), v.maxLength(32)),
  /** Hash of the list that the caller has: it is not sent again. */
  known: v.optional(hashSchema),
});
export type ListRequest = v.InferOutput<typeof listRequestSchema>;

/**
 * What a poste is fetching over the line, for its neighbours: `asking` while it looks whether another one does the same,
 * `going` after that. Nothing depends on it but bytes.
 */
export const claimSchema = v.strictObject({
  state: v.picklist(['asking', 'going']),
  ranges: rangesSchema,
});
export type Claim = v.InferOutput<typeof claimSchema>;

export const listAnswerSchema = v.strictObject({
  hash: hashSchema,
  /** Chunks that this side can give now. */
  held: rangesSchema,
  claim: v.optional(claimSchema),
});
export type ListAnswer = v.InferOutput<typeof listAnswerSchema>;

export const chunksRequestSchema = v.strictObject({
  ...named,
  file: fileSchema,
  list: hashSchema,
  want: wantSchema,
  /** Bytes of the first wanted body that the caller has already. */
  skip: bytesSchema,
});
export type ChunksRequest = v.InferOutput<typeof chunksRequestSchema>;

/** A list follows, unless the other side is known to have it. */
export const offerRequestSchema = v.strictObject({ ...named, file: fileSchema, list: hashSchema });
export type OfferRequest = v.InferOutput<typeof offerRequestSchema>;

export const offerAnswerSchema = v.variant('send', [
  /** The list is not known here: offer again, with it. */
  v.strictObject({ send: v.literal('list') }),
  v.strictObject({ send: v.literal('nothing') }),
  v.strictObject({
    send: v.literal('chunks'),
    lacking: rangesSchema,
    /** Bytes of the first lacking body that stand here already. */
    skip: bytesSchema,
    /** Stands for the caller's signature in front of what is put. */
    ticket: ticketSchema,
  }),
]);
export type OfferAnswer = v.InferOutput<typeof offerAnswerSchema>;

/** In front of the pieces of a put. */
export const putHeadSchema = v.strictObject({
  poste: idSchema('poste'),
  audience: audienceSchema,
  file: fileSchema,
  list: hashSchema,
  ticket: ticketSchema,
});
export type PutHead = v.InferOutput<typeof putHeadSchema>;

export const putAnswerSchema = v.strictObject({
  taken: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LIST_MAX_CHUNKS)),
  complete: v.boolean(),
});
export type PutAnswer = v.InferOutput<typeof putAnswerSchema>;
