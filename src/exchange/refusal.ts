import * as v from 'valibot';
import { audienceSchema, idSchema, sequenceSchema } from './header';

/**
 * Reasons a parcel or a document of one is not taken. Codes, never sentences; part of the protocol.
 *
 * Of a parcel (it is not kept, and offered again at the next run): MALFORMED, NEWER, TOO_LARGE, OTHER_SCHOOL,
 * GRANT_UNKNOWN, SIGNATURE_WRONG, AUDIENCE_FORBIDDEN, REVOKED, GAP (an earlier parcel is missing), FORKED (the origin
 * signed two histories), SEAL_WRONG, STORE_FAILED.
 * Of a document (its parcel is kept and judged again; the rest goes on): AUTHOR_FORBIDDEN, GRANT_FORGED,
 * REVISION_WRONG, RULE (a rule of the commune's database), NEWER_DATA.
 */
export const REFUSAL_REASONS = [
  'MALFORMED',
  'NEWER',
  'TOO_LARGE',
  'OTHER_SCHOOL',
  'GRANT_UNKNOWN',
  'SIGNATURE_WRONG',
  'AUDIENCE_FORBIDDEN',
  'REVOKED',
  'GAP',
  'FORKED',
  'SEAL_WRONG',
  'STORE_FAILED',
  'AUTHOR_FORBIDDEN',
  'GRANT_FORGED',
  'REVISION_WRONG',
  'RULE',
  'NEWER_DATA',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export const refusalSchema = v.strictObject({
  audience: audienceSchema,
  origin: idSchema('poste'),
  /** The parcel: the first sequence of its range. */
  from: sequenceSchema,
  /** The document; absent where the whole parcel is refused. */
  document: v.optional(v.pipe(v.string(), v.maxLength(200))),
  reason: v.picklist(REFUSAL_REASONS),
});
/** One thing that was not taken, and why. It stays in a list until it is taken. */
export type Refusal = v.InferOutput<typeof refusalSchema>;

export const refusalKey = (refusal: Omit<Refusal, 'reason'>): string =>
  [refusal.audience, refusal.origin, String(refusal.from), refusal.document ?? ''].join('|');
