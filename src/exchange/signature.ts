import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { fromText, toText, utf8 } from './bytes';

/**
 * Ed25519 (RFC 8032). A public key travels as its 32 bytes in base64url: 43 characters. What is signed always starts
 * with a line that names its purpose, so that a signature made for one thing never passes for another.
 */
export type PublicKeyText = string;

export const PURPOSES = {
  parcel: 'preau parcel v0\n',
  grant: 'preau grant v0\n',
  request: 'preau request v0\n',
  lan: 'preau lan v0\n',
  /** The key to which a poste wants its keys sealed (src/main/postes/box.ts). */
  box: 'preau poste box v0\n',
  /** A page of a computer's journal (src/main/privacy/trace-sheet.ts). */
  trace: 'preau trace v0\n',
  /** That a person chose a password (src/main/postes/ways-in.ts). */
  wayIn: 'preau way in v0\n',
} as const;
export type Purpose = keyof typeof PURPOSES;

/** Something that signs in the name of one key and never shows it. */
export interface Signer {
  readonly publicKey: PublicKeyText;
  sign(purpose: Purpose, message: Uint8Array): Buffer;
}

// RFC 8410: what stands before the 32 raw bytes in SubjectPublicKeyInfo and in PKCS#8.
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_TEXT = /^[A-Za-z0-9_-]{43}$/;

export const SIGNATURE_BYTES = 64;
export const isPublicKeyText = (text: string): boolean =>
  KEY_TEXT.test(text) && toText(fromText(text)) === text;

/** Made lately: to make one costs twice what a verification does, and a school has few. */
const keyObjects = new Map<PublicKeyText, KeyObject>();
const KEY_OBJECTS_MAX = 2000;

function publicKeyObject(text: PublicKeyText): KeyObject {
  const known = keyObjects.get(text);
  if (known) return known;
  const der = Buffer.concat([SPKI_PREFIX, fromText(text)]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const [oldest] = keyObjects.keys();
  // Strangers may come with any number of keys.
  if (keyObjects.size >= KEY_OBJECTS_MAX && oldest !== undefined) keyObjects.delete(oldest);
  keyObjects.set(text, key);
  return key;
}

/** @param seed the 32 secret bytes of RFC 8032. @throws RangeError for another length */
export function signerFrom(seed: Uint8Array): Signer {
  if (seed.length !== 32) throw new RangeError(`an Ed25519 seed has 32 bytes, got ${seed.length}`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return {
    publicKey: toText(raw),
    sign: (purpose, message) => sign(null, Buffer.concat([utf8(PURPOSES[purpose]), message]), key),
  };
}

/** False for a wrong signature and for a key or signature that is none: bad input never throws here. */
export function isSignedBy(
  publicKey: PublicKeyText,
  purpose: Purpose,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!isPublicKeyText(publicKey) || signature.length !== SIGNATURE_BYTES) return false;
  try {
    const signed = Buffer.concat([utf8(PURPOSES[purpose]), message]);
    return verify(null, signed, publicKeyObject(publicKey), signature);
  } catch {
    // OpenSSL refuses some encodings of points outright: that is a wrong signature like another.
    return false;
  }
}
