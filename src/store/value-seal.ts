import type { DatabaseKey, DatabaseKeys } from './database-keys';
import { TAG_BYTES } from './key-tag';
import { seal, SealBroken, unseal } from './seal';

/**
 * Values of LevelDB. Version 2: `2 | key tag (4) | nonce (12) | ciphertext | tag (16)`, sealed under the newest key, opened with
 * the one it names. Version 1, from before there were generations, names none: `1 | nonce | …`.
 */
const VERSION = 2;
const HEAD_BYTES = 1 + TAG_BYTES;

export const sealValue = (key: DatabaseKey, plain: Uint8Array | string, place: Uint8Array): Buffer =>
  seal(key.sealing, plain, place, Buffer.from(`0${VERSION}${key.tag}`, 'hex'));

/** @throws SealBroken */
export function openValue(keys: DatabaseKeys, sealed: Buffer, place: Uint8Array): Buffer {
  if (sealed[0] !== VERSION) return openUnnamed(keys, sealed, place);
  const key = keys.tagged(sealed.toString('hex', 1, HEAD_BYTES));
  if (!key) throw new SealBroken('no key of that name');
  return unseal(key.sealing, sealed, place, HEAD_BYTES);
}

function openUnnamed(keys: DatabaseKeys, sealed: Buffer, place: Uint8Array): Buffer {
  // The oldest first: it is from before there were others.
  for (const { sealing } of [...keys.all].reverse()) {
    try {
      return unseal(sealing, sealed, place);
    } catch {
      // Perhaps another one's.
    }
  }
  throw new SealBroken('no key opens the value');
}
