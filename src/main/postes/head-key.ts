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

export function readHeadKey(direction: AudienceDatabase, school: Id<'school'>): Signer | undefined {
  const seed = direction.get<HeadKeyDocument>(headKeyId(school))?.body.seed;
  return seed === undefined ? undefined : signerFrom(fromText(seed));
}

/** For the poste on which the school is created, once. */
export async function makeHeadKey(
  direction: AudienceDatabase,
  school: Id<'school'>,
  random: Random,
): Promise<Signer> {
  const known = readHeadKey(direction, school);
  if (known) return known;
  const seed = random(32);
  const body: HeadKeyDocument = { _id: headKeyId(school), type: 'headKey', v: 1, seed: toText(seed) };
  await direction.put(body);
  return signerFrom(seed);
}
