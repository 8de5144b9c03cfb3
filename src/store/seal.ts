import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomFillSync,
  type KeyObject,
} from 'node:crypto';

/**
 * AES-256-GCM with a random nonce, and the keys it takes. One form everywhere a value rests on a disk:
 * `version (1) | nonce (12) | ciphertext | tag (16)`. A key is good for 2^32 values (NIST SP 800-38D, 8.3); at one
 * value each millisecond that is 49 days of writing without a pause, so a yearly key does not come near.
 */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;
/** Bytes that sealing adds to a value. */
export const SEAL_OVERHEAD = HEAD_BYTES + TAG_BYTES;

/** The bytes were not made with this key, for this place, or have changed since. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** A 32-byte key for one purpose, from a secret. `purpose` is part of the format: never change one. */
export function deriveKey(secret: Uint8Array, purpose: string, salt: Uint8Array = new Uint8Array(0)): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, purpose, 32));
}

export function sealingKey(secret: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(deriveKey(secret, purpose));
}

// Asking the system for 12 bytes at a time costs as much as the encryption itself.
const pool = Buffer.alloc(NONCE_BYTES * 512);
let used = pool.length;

function nextNonce(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += NONCE_BYTES;
  return pool.subarray(used - NONCE_BYTES, used);
}

/** `place` is bound to the value (additional data): a value moved elsewhere no longer opens. */
export function seal(key: KeyObject, plain: Uint8Array | string, place: Uint8Array): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(place);
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  cipher.final();
  return Buffer.concat([Buffer.of(VERSION), nonce, body, cipher.getAuthTag()]);
}

/** @throws SealBroken */
export function unseal(key: KeyObject, sealed: Uint8Array, place: Uint8Array): Buffer {
  if (sealed.length < SEAL_OVERHEAD || sealed[0] !== VERSION) throw new SealBroken('not a sealed value');
  const nonce = sealed.subarray(1, HEAD_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(place);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(HEAD_BYTES, sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken('the value does not open', { cause });
  }
  return plain;
}
