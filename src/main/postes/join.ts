import * as v from 'valibot';
import type { Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { fromText, toText } from '../../exchange';
import type { Keyring } from '../../store/port-keys';
import type { Random } from '../capability';
import { newIdentity, writeIdentity } from './identity';
import { commitmentTo, digitsOf, newHalf, openFrom, sealFor, sessionKey } from './introduction-code';
import { helloReplySchema, waitReplySchema, welcomeSchema, type Welcome } from './introduction-messages';
import { INTRODUCTION_LIFETIME_MS } from './introductions';
import { fetchCertified, type LanAddress } from './peer-probe';

export interface JoinDeps {
  readonly folder: string;
  readonly keyring: Pick<Keyring, 'add' | 'dataKey'>;
  readonly random: Random;
  /** Shows the six digits that are to be typed on the other computer. */
  readonly showDigits: (digits: string) => void;
}

export interface Joined {
  readonly welcome: Welcome;
  readonly audiences: readonly Audience[];
  readonly person: Id<'staff'>;
  /** Where the school is, for the first exchange. */
  readonly address: LanAddress;
}

/**
 * « Rejoindre mon école », the newcomer's side: shows digits, waits for the person to type them on the other computer,
 * receives its owner's keys and writes its identity. Documents come by an ordinary exchange afterwards. Nothing is
 * written before the digits were right; run again after a cut.
 * @throws PreauError `NO_LINE`, `INTRODUCTION_WRONG`
 */
export async function joinSchool(deps: JoinDeps, address: LanAddress): Promise<Joined> {
  const half = newHalf(deps.random(16));
  const hello = await ask(address, 'hello', helloReplySchema, {
    v: 0,
    commitment: toText(commitmentTo(half)),
  });
  const host = { publicKey: fromText(hello.key), nonce: fromText(hello.nonce) };
  const { session } = hello;
  await ask(address, 'reveal', v.object({}), {
    session,
    key: toText(half.publicKey),
    nonce: toText(half.nonce),
  });
  const key = sessionKey(half, host, half, host);
  deps.showDigits(digitsOf(half, host));

  const identity = newIdentity(deps.random);
  const said = sealFor(key, 'newcomer', { poste: identity.poste, key: identity.signer.publicKey });
  const { sealed } = await ask(address, 'wait', waitReplySchema, { session, sealed: said });
  const parsed = v.safeParse(welcomeSchema, openFrom(key, 'host', sealed));
  if (!parsed.success) throw new PreauError('INTRODUCTION_WRONG');
  const welcome = parsed.output;
  for (const { audience, key: dataKey } of welcome.keys) await deps.keyring.add(audience, fromText(dataKey));
  // Last: a folder with an identity is a poste of the school.
  const { anchors, grants } = welcome;
  await writeIdentity(deps.folder, deps.keyring.dataKey('parc'), { ...identity, anchors, grants });
  return {
    welcome,
    audiences: welcome.keys.map((one) => one.audience),
    person: welcome.person,
    address,
  };
}

async function ask<S extends v.GenericSchema>(
  { host, port }: LanAddress,
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
  }).catch((cause: unknown) => {
    throw new PreauError('NO_LINE', {}, { cause });
  });
  if (answer.status !== 200) throw new PreauError('INTRODUCTION_WRONG');
  const parsed = v.safeParse(schema, JSON.parse(answer.text));
  if (!parsed.success) throw new PreauError('INTRODUCTION_WRONG');
  return parsed.output;
}
