import * as v from 'valibot';
import type { Audience } from '../domain/audience';
import { sha256, toText } from './bytes';
import { canonicalBytes } from './canonical';
import { audienceSchema, chainSchema, sequenceSchema } from './header';

/** For one audience: the last sequence held of each chain, an origin's or a snapshot's. */
export const vectorSchema = v.pipe(
  v.record(v.string(), sequenceSchema),
  v.check((vector) => Object.keys(vector).every((chain) => v.is(chainSchema, chain)), 'names are chains'),
);
export type Vector = Readonly<Record<string, number>>;
export const vectorsSchema = v.pipe(
  v.record(v.string(), vectorSchema),
  v.check(
    (vectors) => Object.keys(vectors).every((name) => v.is(audienceSchema, name)),
    'names are audiences',
  ),
);
export type Vectors = Readonly<Record<Audience, Vector>>;

/**
 * One short word for all that is held: equal where nothing moved, whatever the order of arrival. Audiences of which
 * nothing is held do not count, so that a new empty database wakes nobody. 16 bytes in base64url.
 */
export function digestOf(vectors: Vectors): string {
  const held = Object.fromEntries(
    Object.entries(vectors).filter(([, vector]) => Object.keys(vector).length > 0),
  );
  return toText(sha256(canonicalBytes(held)).subarray(0, 16));
}

/** Whether one side lacks something of an audience that the other holds. */
export function isBehind(mine: Vector, theirs: Vector): boolean {
  return Object.entries(theirs).some(([origin, to]) => to > (mine[origin] ?? 0));
}
