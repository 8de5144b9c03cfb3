import * as v from 'valibot';
import { idFrom, type Id } from '../../domain/id';
import { sha256, utf8 } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Store } from '../../store/port';

/**
 * Where the school's commune is: a document of `parc`, written by the head, found by every poste. Its prefix is the
 * school's, so that nobody but a head may change it (src/exchange/author-rules.ts).
 */
const linkSchema = v.object({ url: v.pipe(v.string(), v.url()), uai: v.string() });
export type CommuneLink = v.InferOutput<typeof linkSchema>;

const linkId = (school: Id<'school'>): string => idFrom('school', sha256(utf8(`commune link ${school}`)));

export async function readCommuneLink(
  store: Store,
  keyring: Pick<Keyring, 'has'>,
  school: Id<'school'>,
): Promise<CommuneLink | undefined> {
  if (!keyring.has('parc')) return undefined;
  const parsed = v.safeParse(linkSchema, (await store.open('parc')).get(linkId(school))?.body);
  return parsed.success ? parsed.output : undefined;
}

export async function shareCommuneLink(store: Store, school: Id<'school'>, link: CommuneLink): Promise<void> {
  const parc = await store.open('parc');
  const held = parc.get(linkId(school));
  const body = {
    ...held?.body,
    _id: linkId(school),
    type: 'communeLink',
    v: 1,
    url: link.url,
    uai: link.uai,
  };
  await parc.put(body, held?.rev);
}
