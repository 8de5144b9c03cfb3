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
const HEAD = Buffer.of(VERSION);
/** Bytes that sealing adds to a value. */
export const SEAL_OVERHEAD = HEAD.length + NONCE_BYTES + TAG_BYTES;

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

/**
 * `place` is bound to the value (additional data): a value moved elsewhere no longer opens.
 * @param head what stands in front instead of version 1, where a form of its own needs more
 */
export function seal(
  key: KeyObject,
  plain: Uint8Array | string,
  place: Uint8Array,
  head: Uint8Array = HEAD,
): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(place);
  const body = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  cipher.final();
  return Buffer.concat([head, nonce, body, cipher.getAuthTag()]);
}

/**
 * @param head bytes of a form of its own, which its caller has read; version 1 where left out
 * @throws SealBroken
 */
export function unseal(key: KeyObject, sealed: Uint8Array, place: Uint8Array, head?: number): Buffer {
  const start = head ?? HEAD.length;
  const end = sealed.length - TAG_BYTES;
  if (end < start + NONCE_BYTES || (head === undefined && sealed[0] !== VERSION))
    throw new SealBroken('not a sealed value');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(start, start + NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(place);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(start + NONCE_BYTES, end));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealBroken('the value does not open', { cause });
  }
  return plain;
}
