import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { fromText, toText } from './bytes';

/** X25519 (RFC 7748): keys to which a secret is sealed. A public key travels as its 32 bytes in base64url. */

// RFC 8410: what stands before the 32 raw bytes in PKCS#8 and in SubjectPublicKeyInfo.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

/** @param secret 32 bytes. @throws Error for another length */
export const agreementKey = (secret: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' });
/** @throws Error for a text that is no key */
export const agreementPublic = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, fromText(text)]), format: 'der', type: 'spki' });
export const agreementText = (key: KeyObject): string =>
  toText(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length));
