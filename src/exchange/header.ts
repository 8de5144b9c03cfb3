import * as v from 'valibot';
import { isSealed } from '../domain/audience';
import { audienceSchema } from '../domain/exchange/words';
import { isId, type Id, type IdPrefix } from '../domain/id';
import { canonical, canonicalBytes } from './canonical';
import { PARCEL_VERSION, RECORDS_MAX } from './limits';

export { audienceSchema };

export const idSchema = <P extends IdPrefix>(prefix: P) => v.custom<Id<P>>((value) => isId(value, prefix));
/** A sequence number: the local order of a change at its origin, from 1. */
export const sequenceSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
export const hashSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/));

/** Names a key of an audience: 8 bytes in base64url. */
export const keyIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{11}$/));

/** What anyone who carries a parcel may read of it. Nothing in it is personal: ids, numbers, one instant. */
export const headerSchema = v.pipe(
  v.strictObject({
    v: v.literal(PARCEL_VERSION),
    school: idSchema('school'),
    /** The poste that wrote these changes, signs them, and counts them. */
    origin: idSchema('poste'),
    audience: audienceSchema,
    /** The origin's changes `from` to `to`, both included; `from` follows the previous parcel's `to`. */
    from: sequenceSchema,
    to: sequenceSchema,
    /** Hash of the origin's previous parcel for this audience; null for its first. */
    previous: v.nullable(hashSchema),
    /** The grant under which the author wrote. */
    grant: idSchema('grant'),
    /**
     * Only in a parcel of a snapshot: the consolidation that vouches for it. Such parcels are a chain of their own, so
     * that a snapshot takes no number of its origin's.
     */
    snapshot: v.optional(idSchema('grant')),
    /** Which key of the audience the body is sealed with, and revisions are computed with where a line says nothing else. */
    key: keyIdSchema,
    codec: v.literal('br'),
    sealed: v.boolean(),
    /** Revision records in the body. */
    count: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(RECORDS_MAX)),
    /** For a person who reads; no order is ever taken from it. */
    created: v.pipe(v.string(), v.isoTimestamp()),
  }),
  v.check((header) => header.from <= header.to, 'from after to'),
  v.check((header) => (header.from === 1) === (header.previous === null), 'only the first has no previous'),
  v.check((header) => header.sealed === isSealed(header.audience), 'the audience decides the seal'),
);
export type ParcelHeader = v.InferOutput<typeof headerSchema>;

/** Which chain a parcel belongs to: its origin's, or that of a snapshot. */
export const chainOf = (header: ParcelHeader): ChainName => header.snapshot ?? header.origin;
/** A poste (its own changes) or a consolidation (a snapshot). */
export type ChainName = Id<'poste'> | Id<'grant'>;
export const chainSchema = v.custom<ChainName>((value) => isId(value, 'poste') || isId(value, 'grant'));
export const isSnapshotChain = (chain: string): chain is Id<'grant'> => isId(chain, 'grant');

export const encodeHeader = (header: ParcelHeader): Buffer => canonicalBytes(header);

/**
 * The header behind bytes, or why not. A header that is not canonical is refused: two texts for one meaning would
 * give one parcel two hashes. A higher version is told apart, so that it can be kept for a later Préau.
 */
export function decodeHeader(bytes: Uint8Array): ParcelHeader | 'malformed' | 'newer' {
  let value: unknown;
  const text = Buffer.from(bytes).toString('utf8');
  try {
    value = JSON.parse(text);
    if (canonical(value) !== text) return 'malformed';
  } catch {
    return 'malformed';
  }
  const version = v.safeParse(v.object({ v: v.pipe(v.number(), v.minValue(PARCEL_VERSION + 1)) }), value);
  if (version.success) return 'newer';
  const parsed = v.safeParse(headerSchema, value);
  return parsed.success ? parsed.output : 'malformed';
}
