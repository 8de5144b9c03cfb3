import * as v from 'valibot';
import type { Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { instant, type Clock } from '../../domain/time';
import { fromText, signGrant, toText } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Random } from '../capability';
import { makeBox } from './box';
import { newIdentity, writeIdentity, type Identity } from './identity';
import { commitmentTo, digitsOf, newHalf, openFrom, sealFor, sessionKey } from './introduction-code';
import { helloReplySchema, waitReplySchema, welcomeSchema, type Welcome } from './introduction-messages';
import { INTRODUCTION_LIFETIME_MS } from './introductions';
import { fetchCertified, type LanAddress } from './peer-probe';
import { headFromRecovery, writeKeyringFromRecovery } from './recovery';

export interface JoinDeps {
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'add' | 'dataKey'>;
  readonly random: Random;
  /** Shows the six digits that are to be typed on the other computer. */
  readonly showDigits: (digits: string) => void;
  /** The person gives it up: nothing is written then. */
  readonly signal?: AbortSignal;
  /** Wraps the keys just received for their owner: where there is no keychain, nothing else holds them. */
  readonly hold?: (person: Id<'staff'>, audiences: readonly Audience[]) => Promise<void>;
}

export interface Joined {
  readonly welcome: Welcome;
  readonly audiences: readonly Audience[];
  readonly person: Id<'staff'>;
  /** Where the school is, for the first exchange. */
  readonly address: LanAddress;
}

/**
 * The newcomer's side of an introduction: shows digits, waits for the person to type them on the other computer.
 * Nothing is written yet. @throws PreauError `NO_LINE`, `INTRODUCTION_WRONG`
 */
export async function meet(
  deps: Pick<JoinDeps, 'random' | 'showDigits' | 'signal'>,
  address: LanAddress,
  as?: 'relay',
): Promise<{ welcome: Welcome; identity: Identity }> {
  const { signal } = deps;
  const half = newHalf(deps.random(16));
  const hello = await ask({ ...address, signal }, 'hello', helloReplySchema, {
    v: 0,
    commitment: toText(commitmentTo(half)),
    ...(as ? { as } : {}),
  });
  const host = { publicKey: fromText(hello.key), nonce: fromText(hello.nonce) };
  const { session } = hello;
  await ask({ ...address, signal }, 'reveal', v.object({}), {
    session,
    key: toText(half.publicKey),
    nonce: toText(half.nonce),
  });
  const key = sessionKey(half, host, half, host);
  deps.showDigits(digitsOf(half, host));

  const identity = newIdentity(deps.random);
  const { box, signature } = makeBox(identity.poste, identity.seed, identity.signer);
  const said = sealFor(key, 'newcomer', {
    poste: identity.poste,
    key: identity.signer.publicKey,
    ...(as === 'relay' ? {} : { box: { box, signature } }),
  });
  const { sealed } = await ask({ ...address, signal }, 'wait', waitReplySchema, { session, sealed: said });
  const parsed = v.safeParse(welcomeSchema, openFrom(key, 'host', sealed));
  if (!parsed.success) throw new PreauError('INTRODUCTION_WRONG');
  signal?.throwIfAborted();
  return { welcome: parsed.output, identity };
}

/**
 * « Rejoindre mon école »: receives its owner's keys and writes its identity. Documents come by an ordinary exchange
 * afterwards. Run again after a cut.
 * @throws PreauError `NO_LINE`, `INTRODUCTION_WRONG`
 */
export async function joinSchool(deps: JoinDeps, address: LanAddress): Promise<Joined> {
  const { welcome, identity } = await meet(deps, address);
  if (welcome.person === null) throw new PreauError('INTRODUCTION_WRONG');
  // The first generations, a holder for them, then the others: a later key is taken only where somebody holds it.
  const [first, later] = [true, false].map((isFirst) =>
    welcome.keys.filter(({ generation }) => (generation === 0) === isFirst),
  ) as [Welcome['keys'], Welcome['keys']];
  const audiences = [...new Set(welcome.keys.map((one) => one.audience))];
  await addAll(deps.keyring, first);
  await deps.hold?.(welcome.person, audiences);
  await addAll(deps.keyring, later);
  // Last: a folder with an identity is a poste of the school.
  const { anchors, grants } = welcome;
  await writeIdentity(deps.folder, deps.keyring.dataKey('parc'), { ...identity, anchors, grants });
  return {
    welcome,
    audiences,
    person: welcome.person,
    address,
  };
}

async function addAll(keyring: JoinDeps['keyring'], keys: Welcome['keys']): Promise<void> {
  for (const { audience, key, generation } of [...keys].sort((a, b) => a.generation - b.generation))
    await keyring.add(audience, fromText(key), generation);
}

export interface RestoreDeps extends Omit<JoinDeps, 'keyring' | 'hold'> {
  /** Opens the folder's keyring, once the sheet's half of it has been written. */
  readonly openKeyring: () => Promise<
    Pick<Keyring, 'audiences' | 'dataKey' | 'dataKeys' | 'unlockWithSheet'>
  >;
  readonly clock: Clock;
}

/**
 * A dead laptop of the head's, rebuilt from any other poste of the school and the printed sheet: the sheet opens the
 * keys, `direction` the head's signing key, and that one signs the new poste's grant. A mistyped code is tried again.
 * @returns where to exchange with first
 * @throws PreauError `RECOVERY_WRONG`, `NOT_FOUND` (no sheet was ever printed), `NO_LINE`, `INTRODUCTION_WRONG`
 */
export async function restoreSchool(
  deps: RestoreDeps,
  address: LanAddress,
  code: () => Promise<string>,
): Promise<{ readonly school: Id<'school'>; readonly address: LanAddress }> {
  const { welcome, identity } = await meet(deps, address);
  const { recovery, school, anchors } = welcome;
  if (!recovery) throw new PreauError('NOT_FOUND', { kind: 'recovery' });
  await writeKeyringFromRecovery(deps.folder, recovery, deps.random(16));
  const keyring = await deps.openKeyring();
  await keyring.unlockWithSheet(await code());
  const head = headFromRecovery(recovery, keyring.dataKeys('direction'));
  const grant = signGrant(
    {
      _id: idFrom('grant', deps.random(9)),
      type: 'grant' as const,
      v: 1 as const,
      kind: 'poste' as const,
      school,
      issued: instant(deps.clock()),
      poste: identity.poste,
      key: identity.signer.publicKey,
      // Nobody's yet: whoever takes a password on it gives it their roles.
      person: null,
      roles: [],
      audiences: [...keyring.audiences()].sort(),
      carries: false,
    },
    head,
  );
  const grants = [...welcome.grants, grant];
  await writeIdentity(deps.folder, keyring.dataKey('parc'), { ...identity, anchors, grants });
  return { school, address };
}

async function ask<S extends v.GenericSchema>(
  { host, port, signal }: LanAddress & { readonly signal: AbortSignal | undefined },
  step: string,
  schema: S,
  body: unknown,
): Promise<v.InferOutput<S>> {
  const answer = await fetchCertified({
    host,
    port,
    method: 'POST',
    path: `/v0/introduction/${step}`,
    body,
    timeoutMs: INTRODUCTION_LIFETIME_MS,
    signal,
  }).catch((cause: unknown) => {
    throw new PreauError('NO_LINE', {}, { cause });
  });
  if (answer.status !== 200) throw new PreauError('INTRODUCTION_WRONG');
  const parsed = v.safeParse(schema, JSON.parse(answer.text));
  if (!parsed.success) throw new PreauError('INTRODUCTION_WRONG');
  return parsed.output;
}
