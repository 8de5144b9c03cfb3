import * as v from 'valibot';
import { parseAudience, type Audience } from '../audience';

/** Words of the exchange that both the engine and the screens use. */
export const audienceSchema = v.custom<Audience>(
  (value) => typeof value === 'string' && parseAudience(value) !== undefined,
);

/**
 * Reasons a parcel or a document of one is not taken. Codes, never sentences; part of the protocol (docs/sync.md).
 *
 * Of a parcel (it is not kept, and offered again at the next run): MALFORMED, NEWER, TOO_LARGE, OTHER_SCHOOL,
 * GRANT_UNKNOWN, SIGNATURE_WRONG, AUDIENCE_FORBIDDEN, REVOKED, GAP (an earlier parcel is missing), FORKED (the origin
 * signed two histories), SEAL_WRONG. Of a grant that came by itself: KEY_ENDED (signed with a head's key that was ended).
 * Of a document (its parcel is kept and judged again; the rest goes on): AUTHOR_FORBIDDEN, GRANT_FORGED,
 * REVISION_WRONG, RULE (a rule of the commune's database), NEWER_DATA, TOO_LARGE (it fits in no parcel).
 * Of a parcel that was kept, and whose bytes the disk has spoilt: DAMAGED.
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
  'AUTHOR_FORBIDDEN',
  'GRANT_FORGED',
  'REVISION_WRONG',
  'RULE',
  'NEWER_DATA',
  'KEY_ENDED',
  'DAMAGED',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];
export const refusalReasonSchema = v.picklist(REFUSAL_REASONS);
