import * as v from 'valibot';
import type { Audience } from '../src/domain/audience';
import { audienceSchema, type AudienceSecrets } from '../src/exchange';
import type { SchoolCache } from './school-cache';

const keySchema = v.object({ audience: audienceSchema, keyId: v.string(), revisionKey: v.string() });

/** Revision keys of open audiences, handed over by a head's poste: they check revisions and open nothing. */
export interface CommuneKeys {
  /** The key of that name; undefined for one that was not handed over (yet). */
  of(audience: Audience, keyId: string): AudienceSecrets | undefined;
  /** Every key of an audience. */
  all(audience: Audience): readonly Buffer[];
  /** Audiences of which a key is held: those that are unpacked here. */
  audiences(): readonly Audience[];
  names(): readonly string[];
  keep(audience: Audience, keyId: string, revisionKey: Buffer): Promise<void>;
}

export function communeKeys(cache: SchoolCache): CommuneKeys {
  const idOf = (audience: string, keyId: string): string => `k!${audience}!${keyId}`;
  const read = (held: unknown): AudienceSecrets | undefined => {
    const parsed = v.safeParse(keySchema, held);
    if (!parsed.success) return undefined;
    const { keyId, revisionKey } = parsed.output;
    return { keyId, revisionKey: Buffer.from(revisionKey, 'base64url') };
  };
  return {
    of: (audience, keyId) => read(cache.get(idOf(audience, keyId))),
    all: (audience) => cache.all(`k!${audience}!`).flatMap((held) => read(held)?.revisionKey ?? []),
    audiences: () => [...new Set(cache.all('k!').map(({ _id }) => _id.split('!')[1] ?? ''))],
    names: () => cache.all('k!').flatMap((held) => read(held)?.keyId ?? []),
    keep: (audience, keyId, revisionKey) =>
      // The first one stays: a key does not change under its name.
      cache.update(idOf(audience, keyId), (held) =>
        held ? undefined : { audience, keyId, revisionKey: revisionKey.toString('base64url') },
      ),
  };
}
