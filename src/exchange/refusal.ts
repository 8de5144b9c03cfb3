import * as v from 'valibot';
import { REFUSAL_REASONS, type RefusalReason } from '../domain/exchange/words';
import { audienceSchema, chainSchema, sequenceSchema } from './header';

export { REFUSAL_REASONS, type RefusalReason };

export const refusalSchema = v.strictObject({
  audience: audienceSchema,
  /** Whose chain the parcel belongs to: a poste, or the consolidation of a snapshot. */
  origin: chainSchema,
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
