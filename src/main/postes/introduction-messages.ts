import * as v from 'valibot';
import { grantSchema, idSchema } from '../../exchange';
import { audienceSchema } from '../../domain/exchange/words';
import { recoverySchema } from './recovery';

/** The three requests of an introduction, version 0 (docs/sync.md). Binary values in base64url. */
const bytes = (length: number) => v.pipe(v.string(), v.regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`)));
const sealed = v.pipe(v.string(), v.maxLength(400_000));

export const helloSchema = v.strictObject({
  v: v.literal(0),
  commitment: bytes(43),
  /** A relay says so: it knocks at doors that were opened for one, and takes no laptop's place. */
  as: v.optional(v.literal('relay')),
});
export const helloReplySchema = v.strictObject({ session: bytes(22), key: bytes(43), nonce: bytes(22) });
export const revealSchema = v.strictObject({ session: bytes(22), key: bytes(43), nonce: bytes(22) });
/** Answered when a person has typed the digits on the other computer, or has refused. */
export const waitSchema = v.strictObject({ session: bytes(22), sealed });
export const waitReplySchema = v.strictObject({ sealed });

/** What the newcomer says of itself. */
export const newcomerSchema = v.strictObject({
  poste: idSchema('poste'),
  key: bytes(43),
  /** Where its keys are sealed to (src/main/postes/box.ts); a relay has none. */
  box: v.optional(v.strictObject({ box: bytes(43), signature: bytes(86) })),
});
export type Newcomer = v.InferOutput<typeof newcomerSchema>;

/** What the newcomer is given: who the school is, who signs for it, its owner's keys and no others. */
export const welcomeSchema = v.strictObject({
  school: idSchema('school'),
  /** Null where a laptop is rebuilt from the sheet (no key is handed over then) and for a relay. */
  person: v.nullable(idSchema('staff')),
  anchors: v.pipe(v.array(bytes(43)), v.minLength(1)),
  /** Grants that let the newcomer know its peers and itself. */
  grants: v.array(grantSchema),
  /** Every generation that the owner may read. */
  keys: v.array(
    v.strictObject({
      audience: audienceSchema,
      key: bytes(43),
      generation: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
    }),
  ),
  /** False where a head's poste must still sign the newcomer's grant. */
  granted: v.boolean(),
  /** What the printed sheet opens; noise without it. */
  recovery: v.optional(recoverySchema),
});
export type Welcome = v.InferOutput<typeof welcomeSchema>;
