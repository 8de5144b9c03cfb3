import * as v from 'valibot';
import { isId, type Id } from '../domain/id';
import { fromText, sha256, toText } from './bytes';
import { canonicalBytes } from './canonical';
import { audienceSchema, hashSchema, idSchema, sequenceSchema } from './header';
import { ENDED_KEYS_MAX, KEPT_GRANTS_MAX, SNAPSHOT_PARCELS_MAX } from './limits';
import { isPublicKeyText, isSignedBy, type Signer } from './signature';

/**
 * Grants prove themselves: a head's key signs each, so anybody may carry one. They live in `parc`, which every
 * poste, every relay and the commune hold, and are never changed: a new one follows, and a revocation ends one.
 */
const keySchema = v.custom<string>((value) => typeof value === 'string' && isPublicKeyText(value));
const common = {
  _id: idSchema('grant'),
  type: v.literal('grant'),
  v: v.literal(1),
  school: idSchema('school'),
  /** For a person who reads; no order is ever taken from it. */
  issued: v.pipe(v.string(), v.isoTimestamp()),
  /** The head's public key that signs. */
  signer: keySchema,
  signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/)),
};

/** A role as a grant says it: perhaps one of a later version, which is signed and carried, and no right (`rolesOf`). */
export interface GrantRole {
  readonly role: string;
  readonly classIds: readonly Id<'class'>[];
  readonly groupIds?: readonly Id<'group'>[] | undefined;
}
const roleSchema: v.GenericSchema<GrantRole> = v.looseObject({
  role: v.pipe(v.string(), v.regex(/^[a-z][a-zA-Z]{0,29}$/)),
  classIds: v.pipe(v.array(idSchema('class')), v.maxLength(60)),
  groupIds: v.optional(v.pipe(v.array(idSchema('group')), v.maxLength(60))),
});

export const grantSchema = v.variant('kind', [
  /** A poste of the school: its key, whose it is, and what may be read and written with it. */
  v.strictObject({
    ...common,
    kind: v.literal('poste'),
    poste: idSchema('poste'),
    key: keySchema,
    /** Null for a poste that is nobody's: a relay. */
    person: v.nullable(idSchema('staff')),
    roles: v.pipe(v.array(roleSchema), v.maxLength(20)),
    /**
     * The first instant on which it gives nothing to read any more. Who serves looks at it; what was written counts until a
     * revocation says otherwise, so that replicas agree whatever their clocks say.
     */
    until: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    audiences: v.pipe(v.array(audienceSchema), v.maxLength(400)),
    /** Carries sealed parcels of the whole school without being able to open them (the relay). */
    carries: v.boolean(),
  }),
  /** Another head's key: a new head, a second one. Signed by a key that counted before. */
  v.strictObject({ ...common, kind: v.literal('headKey'), key: keySchema }),
  /**
   * Ends heads' keys that somebody who left has known: what they signed counts no more, but for what `keeps` names by its
   * hash. Signed by the key that follows them (docs/sync.md, A head who leaves).
   */
  v.strictObject({
    ...common,
    kind: v.literal('headKeyEnd'),
    ended: v.pipe(v.array(keySchema), v.minLength(1), v.maxLength(ENDED_KEYS_MAX)),
    keeps: v.pipe(v.array(hashSchema), v.maxLength(KEPT_GRANTS_MAX)),
  }),
  /**
   * Ends a poste or one grant. No clock decides what came before: `accepted` names the last sequence that still
   * counts, audience by audience; an audience that is not named has none.
   */
  v.strictObject({
    ...common,
    kind: v.literal('revocation'),
    target: v.union([idSchema('poste'), idSchema('grant')]),
    accepted: v.record(audienceSchema, sequenceSchema),
  }),
  /**
   * A snapshot stands for old parcels of an audience (docs/sync.md): whoever holds all of it holds what `covers` names,
   * and lets those parcels go. The signature vouches for every parcel of it by its hash, so nobody asks who first wrote.
   */
  v.strictObject({
    ...common,
    kind: v.literal('consolidation'),
    audience: audienceSchema,
    /** Where each covered chain stood: its last sequence, and the hash of the parcel that ends there. */
    covers: v.pipe(
      v.record(v.string(), v.strictObject({ to: sequenceSchema, hash: hashSchema })),
      v.check((covers) => Object.keys(covers).every((chain) => isId(chain, 'poste')), 'postes are covered'),
    ),
    /** One more than any statement its maker knew for the audience: of two that cover the same, the later counts. */
    round: sequenceSchema,
    /** The poste that made the snapshot. */
    by: idSchema('poste'),
    /** The last sequence of the snapshot's own chain. */
    to: sequenceSchema,
    /** Hashes of the snapshot's parcels, in their order. */
    parcels: v.pipe(v.array(hashSchema), v.minLength(1), v.maxLength(SNAPSHOT_PARCELS_MAX)),
  }),
]);
export type Grant = v.InferOutput<typeof grantSchema>;
export type Consolidation = Extract<Grant, { kind: 'consolidation' }>;
export type HeadKeyEnd = Extract<Grant, { kind: 'headKeyEnd' }>;
export type PosteGrant = Extract<Grant, { kind: 'poste' }>;

type Unsigned<G extends Grant> = G extends Grant ? Omit<G, 'signer' | 'signature'> : never;

export function signGrant<G extends Unsigned<Grant>>(
  content: G,
  head: Signer,
): G & Pick<Grant, 'signer' | 'signature'> {
  const unsigned = { ...content, signer: head.publicKey };
  return { ...unsigned, signature: toText(head.sign('grant', canonicalBytes(unsigned))) };
}

/** The grant in a document or a frame, when its shape is right and its signature is its signer's. */
export function readGrant(value: unknown): Grant | undefined {
  const parsed = v.safeParse(grantSchema, value);
  if (!parsed.success) return undefined;
  const { signature, ...unsigned } = parsed.output;
  const signed = isSignedBy(unsigned.signer, 'grant', canonicalBytes(unsigned), fromText(signature));
  return signed ? parsed.output : undefined;
}

/** Names one grant to the last byte, its signature included: SHA-256 of its canonical JSON, base64url. */
export const grantHash = (grant: Grant): string => toText(sha256(canonicalBytes(grant)));

export type GrantId = Id<'grant'>;
