import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import type { Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import type { Id } from '../domain/id';
import { seal, unseal } from './seal';
import { stretch, STRETCH, type StretchParameters } from './stretch';

/**
 * Who may unwrap data keys with something they know: a person with a password, or whoever holds a recovery sheet.
 * Each is a P-256 key pair whose private half is sealed under the stretched password or code. Data keys are sealed to
 * the public half, so that a new audience is wrapped for a teacher or for the sheet while neither is at hand.
 * P-256 because Electron's BoringSSL and Node's OpenSSL both have it behind the same calls.
 */
export interface Recipient {
  /** Base64, uncompressed point. */
  readonly publicKey: string;
  readonly stretch: StretchParameters;
  /** Base64, 16 bytes. */
  readonly salt: string;
  /** Base64: the private key, sealed. */
  readonly secret: string;
  /**
   * How often a password was chosen since the first one: which of two that met is the later (src/main/postes/ways-in.ts).
   * Absent: 0.
   */
  readonly edition?: number | undefined;
  /** Base64: the pair's own signature under this state of it, made when its password was changed (`provesItself`). */
  readonly proof?: string | undefined;
  /** The poste that stands for this state, and its signature, base64url (src/main/postes/ways-in.ts). */
  readonly vouched?: { readonly poste: Id<'poste'>; readonly signature: string } | undefined;
}

const CURVE = 'prime256v1';
const POINT_BYTES = 65;
const PRIVATE_BYTES = 32;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');

/** `name` (a person's id, or the sheet's) is bound to everything sealed: records cannot be exchanged in the file. */
async function secretKey(password: string, salt: Buffer, parameters: StretchParameters): Promise<KeyObject> {
  return createSecretKey(await stretch(password, salt, parameters));
}

const secretPlace = (name: string, publicKey: string): Buffer =>
  Buffer.from(`preau/recipient/1|${name}|${publicKey}`);
const wrapPlace = (name: string, subject: string): Buffer => Buffer.from(`preau/wrap/1|${name}|${subject}`);

/** A fresh key pair for a person or a sheet. */
export async function makeRecipient(
  name: string,
  password: string,
  parameters = STRETCH,
  edition = 0,
): Promise<Recipient> {
  const pair = createECDH(CURVE);
  pair.generateKeys();
  return lockRecipient(name, password, pair.getPublicKey(), pair.getPrivateKey(), parameters, edition);
}

async function lockRecipient(
  name: string,
  password: string,
  publicKey: Buffer,
  privateKey: Buffer,
  parameters: StretchParameters,
  edition: number,
): Promise<Recipient> {
  const salt = randomBytes(16);
  const key = await secretKey(password, salt, parameters);
  const secret = seal(key, privateKey, secretPlace(name, base64(publicKey)));
  return {
    publicKey: base64(publicKey),
    stretch: parameters,
    salt: base64(salt),
    secret: base64(secret),
    ...(edition > 0 ? { edition } : {}),
  };
}

/** The private key, or undefined for a wrong password: nothing else verifies it. */
export async function openRecipient(
  name: string,
  recipient: Recipient,
  password: string,
): Promise<Buffer | undefined> {
  const key = await secretKey(password, bytes(recipient.salt), recipient.stretch);
  try {
    return unseal(key, bytes(recipient.secret), secretPlace(name, recipient.publicKey));
  } catch {
    return undefined;
  }
}

/** The same key pair under another password. @throws PreauError `KEY_WRONG` */
export async function changePassword(
  name: string,
  recipient: Recipient,
  from: string,
  to: string,
  parameters: StretchParameters,
): Promise<Recipient> {
  const privateKey = await openRecipient(name, recipient, from);
  if (!privateKey) throw new PreauError('KEY_WRONG');
  const edition = (recipient.edition ?? 0) + 1;
  const next = await lockRecipient(name, to, bytes(recipient.publicKey), privateKey, parameters, edition);
  const d = Buffer.alloc(PRIVATE_BYTES);
  privateKey.copy(d, PRIVATE_BYTES - privateKey.length);
  const key = createPrivateKey({ format: 'jwk', key: { ...jwkOf(next), d: d.toString('base64url') } });
  const proof = sign('sha256', stateOf(name, next), { key, dsaEncoding: 'ieee-p1363' });
  return { ...next, proof: base64(proof) };
}

function jwkOf({ publicKey }: Recipient) {
  const point = bytes(publicKey);
  const [x, y] = [point.subarray(1, 1 + PRIVATE_BYTES), point.subarray(1 + PRIVATE_BYTES, POINT_BYTES)];
  return { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
}

/** Everything a state says of itself, with whose it is: what a proof and a poste's word are signatures of. */
export function stateOf(name: string, recipient: Recipient): Buffer {
  const { publicKey, stretch: cost, salt, secret, edition = 0 } = recipient;
  const parts = [
    name,
    publicKey,
    cost.algorithm,
    cost.memory,
    cost.passes,
    cost.lanes,
    salt,
    secret,
    edition,
  ];
  return Buffer.from(`preau/recipient state/1|${JSON.stringify(parts)}`);
}

/** True where whoever knew the password before signed this state: of the same pair. */
export function provesItself(name: string, known: Recipient, next: Recipient): boolean {
  if (next.proof === undefined || next.publicKey !== known.publicKey) return false;
  try {
    const key = createPublicKey({ format: 'jwk', key: jwkOf(known) });
    return verify('sha256', stateOf(name, next), { key, dsaEncoding: 'ieee-p1363' }, bytes(next.proof));
  } catch {
    return false;
  }
}

export const editionOf = ({ edition = 0 }: Recipient): number => edition;

/** Of two states of one pair the same one on every poste: changed more often; of two changes at once, the greater text. */
export const isLater = (one: Recipient, other: Recipient): boolean =>
  editionOf(one) === editionOf(other) ? one.secret > other.secret : editionOf(one) > editionOf(other);

const sharedKey = (secret: Buffer, ephemeral: Buffer, publicKey: Buffer): KeyObject =>
  createSecretKey(
    Buffer.from(hkdfSync('sha256', secret, Buffer.concat([ephemeral, publicKey]), 'preau/wrap/1', 32)),
  );

/** What a wrap is bound to: one generation's wrap does not pass for another's. Generation 0 is as version 1 wrote it. */
export const subjectOf = (audience: Audience, generation: number): string =>
  generation === 0 ? audience : `${audience}#${generation}`;

/** A data key that only that recipient unwraps. `subject` names what it is the key of. Base64. */
export function wrapFor(name: string, recipient: Recipient, subject: string, dataKey: Uint8Array): string {
  const publicKey = bytes(recipient.publicKey);
  const pair = createECDH(CURVE);
  const ephemeral = pair.generateKeys();
  const key = sharedKey(pair.computeSecret(publicKey), ephemeral, publicKey);
  return base64(Buffer.concat([ephemeral, seal(key, dataKey, wrapPlace(name, subject))]));
}

/** @throws SealBroken on a wrap of another recipient or subject, or one that was changed */
export function unwrapWith(
  name: string,
  recipient: Recipient,
  privateKey: Buffer,
  subject: string,
  wrap: string,
): Buffer {
  const whole = bytes(wrap);
  const ephemeral = whole.subarray(0, POINT_BYTES);
  const pair = createECDH(CURVE);
  pair.setPrivateKey(privateKey);
  const key = sharedKey(pair.computeSecret(ephemeral), ephemeral, bytes(recipient.publicKey));
  return unseal(key, whole.subarray(POINT_BYTES), wrapPlace(name, subject));
}
