import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { u32, utf8 } from './bytes';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a compressed body: nonce, ciphertext, tag. AES-256-GCM with the header as associated data.
 *
 * The nonce is a keyed hash of header and text: the engine has no randomness of its own, and a poste that packs one
 * range twice after a crash can never use one nonce for two texts (the reasoning of RFC 8452, by simpler means).
 */
export function seal(key: Buffer, header: Uint8Array, text: Uint8Array): Buffer {
  const nonceKey = createHmac('sha256', key).update(utf8('preau nonce v0')).digest();
  const nonce = createHmac('sha256', nonceKey)
    .update(u32(header.length))
    .update(header)
    .update(text)
    .digest()
    .subarray(0, NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(header);
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** The compressed body, or undefined when key, header or body is not the one that was sealed. */
export function unseal(key: Buffer, header: Uint8Array, body: Buffer): Buffer | undefined {
  if (body.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE_BYTES));
  decipher.setAAD(header);
  decipher.setAuthTag(body.subarray(body.length - TAG_BYTES));
  try {
    return Buffer.concat([
      decipher.update(body.subarray(NONCE_BYTES, body.length - TAG_BYTES)),
      decipher.final(),
    ]);
  } catch {
    return undefined;
  }
}
