import { parseAudience, type Audience } from '../../domain/audience';
import { keyIdOf, type GrantBook } from '../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { Logger } from '../capability';
import { boxesOf, leaves, makeBox, openWrap, readWrap, wrapId, wrapKey } from './box';
import type { Identity } from './identity';
import { isLentAndOver } from './ways-in';

export interface DeliveryDeps {
  readonly keyring: Pick<Keyring, 'has' | 'audiences' | 'dataKeys' | 'generations' | 'add'>;
  readonly parc: AudienceDatabase;
  readonly book: GrantBook;
  readonly identity: Pick<Identity, 'poste' | 'seed' | 'signer'>;
  readonly log: Logger;
  /** Wraps new keys for the people who work here: without a keychain, nobody else holds them. */
  readonly entitleHere: () => Promise<void>;
}

/**
 * `parc` itself is never wrapped: who reads a wrap has its key. Nor are private notes, which a poste alone must not open.
 */
const isDelivered = (name: Audience): boolean =>
  !['parc', 'perso'].includes(parseAudience(name)?.kind ?? 'parc');

/** What an ended year's bases were sealed with is destroyed everywhere: no wrap brings it back. */
function endedYears(parc: AudienceDatabase): ReadonlySet<unknown> {
  return new Set(parc.all('yearEnded').map(({ body }) => body['year']));
}
const isOver = (audience: Audience, ended: ReadonlySet<unknown>): boolean =>
  ended.has(parseAudience(audience)?.year);

/**
 * Says to which key this poste wants its keys sealed. Again is harmless. Not before `parc` has come: a head's poste that
 * welcomed this one has written it already.
 */
export async function publishBox({ parc, identity }: DeliveryDeps): Promise<void> {
  const box = makeBox(identity.poste, identity.seed, identity.signer);
  if (parc.lastSeq > 0 && !parc.get(box._id)) await parc.put(box);
}

/**
 * On a head's poste: one wrap for each poste, audience and key that its grants allow and that stands nowhere yet. A
 * poste that was put out has no grant and gets none.
 * @returns how many were written
 */
export async function writeWraps(deps: DeliveryDeps): Promise<number> {
  const { keyring, parc, book, identity } = deps;
  const ended = endedYears(parc);
  const wraps: DocumentBody[] = [];
  for (const { poste, box } of boxesOf(parc, book)) {
    if (poste === identity.poste) continue;
    for (const audience of book.served(poste).audiences) {
      if (!isDelivered(audience) || isOver(audience, ended) || !keyring.has(audience)) continue;
      const generations = keyring.generations(audience);
      for (const [at, dataKey] of keyring.dataKeys(audience).entries()) {
        if (parc.get(wrapId(poste, audience, keyIdOf(dataKey, audience)))) continue;
        const generation = generations[at] ?? 0;
        wraps.push(wrapKey({ school: book.school, poste, audience, generation, box, dataKey }));
      }
    }
  }
  if (wraps.length > 0) {
    await parc.putAll(wraps);
    deps.log.info('keys.wrapped', { count: wraps.length });
  }
  return wraps.length;
}

/** On a head's poste: takes away what was sealed of years that are over. */
export async function dropEndedWraps({ parc }: Pick<DeliveryDeps, 'parc'>): Promise<void> {
  const ended = endedYears(parc);
  if (ended.size === 0) return;
  for (const held of parc.all('keyWrap')) {
    const wrap = readWrap(held.body);
    if (wrap && isOver(wrap.audience, ended)) await parc.remove(wrap._id, held.rev);
  }
}

/**
 * Takes in the keys that were sealed to this poste. What is locked (nobody who may open it is signed in) waits.
 * @returns audiences that have a key they had not
 */
export async function openWraps(deps: DeliveryDeps): Promise<Audience[]> {
  const { keyring, parc, book, identity } = deps;
  const opened = new Set<Audience>();
  const ended = endedYears(parc);
  const wraps = parc
    .all('keyWrap')
    .flatMap(leaves)
    .flatMap((body) => readWrap(body) ?? [])
    .filter(
      (wrap) => wrap.poste === identity.poste && isDelivered(wrap.audience) && !isOver(wrap.audience, ended),
    )
    .sort((a, b) => a.generation - b.generation);
  for (const wrap of wraps) {
    const { audience, generation, key } = wrap;
    const known = keyring.audiences().includes(audience);
    if ((known && !keyring.has(audience)) || holds(keyring, audience, key)) continue;
    if (!known && isLentAndOver(book, identity.poste, audience)) continue;
    const dataKey = openWrap(wrap, book.school, identity.seed);
    if (!dataKey) {
      deps.log.warn('keys.unopened', { audience, key });
      continue;
    }
    await keyring.add(audience, dataKey, generation);
    // A later generation of it is taken only where somebody holds this one.
    if (!known) await deps.entitleHere();
    opened.add(audience);
  }
  if (opened.size > 0) deps.log.info('keys.received', { count: opened.size });
  return [...opened];
}

function holds(keyring: DeliveryDeps['keyring'], audience: Audience, key: string): boolean {
  return keyring.has(audience) && keyring.dataKeys(audience).some((one) => keyIdOf(one, audience) === key);
}
