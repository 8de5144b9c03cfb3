import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { canonicalBytes, fromText, idSchema, isPublicKeyText, toText } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Entitlement, GrantDeps } from './grants';
import type { Identity } from './identity';
import { fetchCertified, type KnownPeer } from './peer-probe';
import { fingerprintOfRaw } from './pinned-agent';

/**
 * A computer rebuilt from a teacher's copy has the school's keys and no grant: nobody takes what it writes, a request in `parc`
 * included. So it asks a head's poste on the LAN, which writes the request for it (requests.ts); a head's click answers.
 * That it is of the school, it proves with the key of `parc`.
 */
const askSchema = v.strictObject({
  poste: idSchema('poste'),
  key: v.custom<string>((key) => typeof key === 'string' && isPublicKeyText(key)),
  person: idSchema('staff'),
  proof: v.pipe(v.string(), v.maxLength(60)),
});
type Ask = Omit<v.InferOutput<typeof askSchema>, 'proof'>;

/** More than so many that nobody answers is not a school changing its laptops. */
const WAITING_MAX = 20;

const proofOf = (key: Buffer, { poste, key: own, person }: Ask): Buffer =>
  createHmac('sha256', key)
    .update(canonicalBytes(['preau ask v0', poste, own, person]))
    .digest();

export interface TakeAskDeps {
  readonly keyring: Pick<Keyring, 'dataKeys'>;
  readonly grants: () => Promise<GrantDeps>;
  readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
}

/**
 * The asked side. The same again changes nothing.
 * @throws PreauError `BAD_INPUT`, `FORBIDDEN` where this is no head's poste or the proof is wrong, `NOT_FOUND` for nobody of the
 * school, `CONFLICT` for a poste that is known, put out or not, or too many at once
 */
export async function takeAsk(deps: TakeAskDeps, body: unknown): Promise<{ readonly asked: true }> {
  const parsed = v.safeParse(askSchema, body);
  if (!parsed.success) throw new PreauError('BAD_INPUT', { path: 'body' });
  const { proof, ...ask } = parsed.output;
  const { head, book, parc } = await deps.grants();
  const said = fromText(proof);
  const isOfSchool = deps.keyring.dataKeys('parc').some((key) => {
    const right = proofOf(key, ask);
    return said.length === right.length && timingSafeEqual(said, right);
  });
  if (!head || !isOfSchool) throw new PreauError('FORBIDDEN', { action: 'sync.manage' });
  if (!(await deps.entitlementOf(ask.person))) throw new PreauError('NOT_FOUND', { kind: 'staff' });
  const waiting = parc.all('grantRequest');
  if (waiting.some((held) => held.body['poste'] === ask.poste)) return { asked: true };
  const isKnown = book.all().some((grant) => grant.kind === 'poste' && grant.poste === ask.poste);
  if (isKnown || waiting.length >= WAITING_MAX) throw new PreauError('CONFLICT', { id: ask.poste });
  const _id = idFrom('event', createHash('sha256').update(`grant request\n${ask.poste}`).digest());
  await parc.put({ _id, type: 'grantRequest', v: 1, ...ask });
  return { asked: true };
}

/** The asking side: true once a head's poste has written it down. A neighbour that is none, or does not answer, is passed over. */
export async function askForGrant(
  peers: readonly KnownPeer[],
  { poste, signer }: Pick<Identity, 'poste' | 'signer'>,
  person: Id<'staff'>,
  parcKey: Buffer,
): Promise<boolean> {
  const ask = { poste, key: signer.publicKey, person };
  const body = { ...ask, proof: toText(proofOf(parcKey, ask)) };
  for (const { address, channel } of peers) {
    const path = '/v0/introduction/ask';
    const reply = await fetchCertified({ ...address, method: 'POST', path, body }).catch(() => undefined);
    if (reply?.status === 200 && fingerprintOfRaw(reply.raw) === channel) return true;
  }
  return false;
}
