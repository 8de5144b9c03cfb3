import { idFrom, opaqueOf, type Id } from '../../domain/id';
import { fromText, sha256, signerFrom, toText, utf8, type Signer } from '../../exchange';
import type { AudienceDatabase, DocumentBody, Held } from '../../store/port';
import type { Random } from '../capability';

/**
 * The head's key signs grants. Its secret half is a document of `direction`: sealed everywhere but on the postes of
 * heads, opened by the recovery sheet like the rest. A second head's poste finds it there; when a head leaves, another
 * one follows it (head-key-exchange.ts). Such a document is never changed.
 */
interface HeadKeyDocument extends DocumentBody {
  readonly type: 'headKey';
  readonly seed: string;
  /** The key it was made to follow; absent for the school's first. */
  readonly follows?: string;
}

export interface HeldHeadKey {
  readonly seed: Buffer;
  readonly signer: Signer;
  readonly follows: string | undefined;
  /** As it stands in `direction`: its revision proves under which of the base's keys it was written. */
  readonly document: Pick<Held<HeadKeyDocument>, 'rev' | 'body'>;
}

/** The school's first key has the school's own name, so that two postes cannot make two. */
const firstId = (school: Id<'school'>): string => `school_${opaqueOf(school)}`;
const idOf = (publicKey: string): string => idFrom('school', sha256(utf8(`head key ${publicKey}`)));

/** Every key of the school's heads that this poste holds, ended or not. */
export function heldHeadKeys(direction: AudienceDatabase): readonly HeldHeadKey[] {
  const leaves = direction
    .all<HeadKeyDocument>('headKey')
    .flatMap((held) => [{ rev: held.rev, body: held.body }, ...held.conflicts]);
  const keys = leaves.flatMap((document): HeldHeadKey[] => {
    const { seed: text, follows } = document.body;
    const seed = typeof text === 'string' ? fromText(text) : Buffer.alloc(0);
    return seed.length === 32 ? [{ seed, signer: signerFrom(seed), follows, document }] : [];
  });
  return keys.sort((a, b) => (a.signer.publicKey < b.signer.publicKey ? -1 : 1));
}

/**
 * The key that signs today. Where two heads exchanged theirs at once there are two, and every poste takes the same.
 * @param counts whether that key is a head's by the grants; where nobody can say, the last of the row signs
 */
export function currentHeadKey(
  direction: AudienceDatabase,
  counts: (publicKey: string) => boolean = () => true,
): HeldHeadKey | undefined {
  const held = heldHeadKeys(direction).filter(({ signer }) => counts(signer.publicKey));
  const followed = new Set(held.map(({ follows }) => follows));
  return held.find(({ signer }) => !followed.has(signer.publicKey));
}

/** @see currentHeadKey */
export function readHeadKey(
  direction: AudienceDatabase,
  counts?: (publicKey: string) => boolean,
): Signer | undefined {
  return currentHeadKey(direction, counts)?.signer;
}

/** For the poste on which the school is created, once. */
export async function makeHeadKey(
  direction: AudienceDatabase,
  school: Id<'school'>,
  random: Random,
): Promise<Signer> {
  const known = readHeadKey(direction);
  if (known) return known;
  const seed = random(32);
  await direction.put({ _id: firstId(school), type: 'headKey', v: 1, seed: toText(seed) });
  return signerFrom(seed);
}

/** Puts a key where it belongs; the same seed makes the same revision, wherever it is written. */
export async function writeHeadKey(
  direction: AudienceDatabase,
  seed: Buffer,
  follows?: string,
): Promise<Signer> {
  const signer = signerFrom(seed);
  const _id = idOf(signer.publicKey);
  const body = { _id, type: 'headKey', v: 1, seed: toText(seed), ...(follows ? { follows } : {}) };
  if (!direction.get(_id)) await direction.put(body);
  return signer;
}
