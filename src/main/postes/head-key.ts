import { opaqueOf, type Id } from '../../domain/id';
import { fromText, signerFrom, toText, type Signer } from '../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Random } from '../capability';

/**
 * The head's key signs grants. Its secret half is a document of `direction`: sealed everywhere but on the postes of
 * heads, opened by the recovery sheet like the rest. One a school; a second head's poste finds it there.
 */
interface HeadKeyDocument extends DocumentBody {
  readonly type: 'headKey';
  readonly seed: string;
}

const headKeyId = (school: Id<'school'>): string => `school_${opaqueOf(school)}`;

export function readHeadSeed(direction: AudienceDatabase, school: Id<'school'>): Buffer | undefined {
  const seed = direction.get<HeadKeyDocument>(headKeyId(school))?.body.seed;
  return seed === undefined ? undefined : fromText(seed);
}

export function readHeadKey(direction: AudienceDatabase, school: Id<'school'>): Signer | undefined {
  const seed = readHeadSeed(direction, school);
  return seed && signerFrom(seed);
}

/** For the poste on which the school is created, once. */
export async function makeHeadKey(
  direction: AudienceDatabase,
  school: Id<'school'>,
  random: Random,
): Promise<Signer> {
  return readHeadKey(direction, school) ?? writeHeadSeed(direction, school, random(32));
}

/** Puts the key where it belongs; the same seed makes the same revision, wherever it is written. */
export async function writeHeadSeed(
  direction: AudienceDatabase,
  school: Id<'school'>,
  seed: Buffer,
): Promise<Signer> {
  const body: HeadKeyDocument = { _id: headKeyId(school), type: 'headKey', v: 1, seed: toText(seed) };
  await direction.put(body);
  return signerFrom(seed);
}
