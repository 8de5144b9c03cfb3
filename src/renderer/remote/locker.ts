import type { RemoteRoll } from '../../contract/pupil/remote';
import type { Shelf } from '../pupil/state/database';

/**
 * What this telephone keeps while there is no line: the class list of the roll call and what was called, under the code
 * its owner types. The key is made of the code and of a key of this browser that its own scripts cannot read out: the store
 * alone, copied from the telephone, says nothing to who does not hold both. Nothing stays once it was delivered.
 */
export interface Kept {
  /** The list that was last taken, for the safety check. */
  readonly roll?: RemoteRoll;
  /** Called and not delivered. */
  readonly waiting: readonly { readonly roll: RemoteRoll; readonly complete: boolean }[];
}
export const NOTHING_KEPT: Kept = { waiting: [] };

export interface Locker {
  read(): Promise<Kept>;
  write(kept: Kept): Promise<void>;
}

const PLACE = 'remote-kept';
const SECRET = 'remote-secret';
/** OWASP 2023 for PBKDF2 with HMAC-SHA-256. */
const ROUNDS = 600_000;

async function secretOf(shelf: Shelf): Promise<CryptoKey> {
  const held = (await shelf.get('device', SECRET)) as CryptoKey | undefined;
  if (held) return held;
  const made = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  await shelf.put('device', SECRET, made);
  return made;
}

/** Wrong digits make another key: what was kept does not open. */
export async function openLocker(shelf: Shelf, pin: string): Promise<Locker> {
  const digits = new TextEncoder().encode(`preau-telecommande-0|${pin}`);
  const mixed = await crypto.subtle.sign('HMAC', await secretOf(shelf), digits);
  const base = await crypto.subtle.importKey('raw', mixed, 'PBKDF2', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt: digits, iterations: ROUNDS },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
  return {
    async read() {
      const held = (await shelf.get('device', PLACE)) as
        { iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer } | undefined;
      if (!held) return NOTHING_KEPT;
      const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: held.iv }, key, held.sealed);
      // Written by this page alone, and opened by its key.
      return JSON.parse(new TextDecoder().decode(plain)) as Kept;
    },
    async write(kept) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = new TextEncoder().encode(JSON.stringify(kept));
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain);
      await shelf.put('device', PLACE, { iv, sealed });
    },
  };
}

export const somethingKept = async (shelf: Shelf): Promise<boolean> =>
  (await shelf.get('device', PLACE)) !== undefined;

export async function emptyLocker(shelf: Shelf): Promise<void> {
  await shelf.remove('device', PLACE);
  await shelf.remove('device', SECRET);
}
