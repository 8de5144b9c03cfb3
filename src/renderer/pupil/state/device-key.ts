import { computer } from './computer';
import type { Shelf } from './database';

/**
 * This device's identity: a browser's is of this origin and cannot leave it, not even through our own code; that of a computer in
 * pupil mode is the computer's, at whatever address of the school.
 */
export interface DeviceKey {
  readonly keyId: string;
  /** Absent where the computer signs. */
  readonly privateKey?: CryptoKey;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGN = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Absent over plain http (« visitor »): such a page can have no key. */
export const canHoldKey = (): boolean => typeof crypto === 'object' && 'subtle' in crypto;

export async function readKey(shelf: Shelf): Promise<DeviceKey | undefined> {
  const own = computer();
  if (own) {
    const { keyId } = await own.ask('key', {});
    return keyId === undefined ? undefined : { keyId };
  }
  if (!canHoldKey()) return undefined;
  const kept = (await shelf.get('device', 'key')) as Partial<DeviceKey> | undefined;
  return kept?.keyId && kept.privateKey ? { keyId: kept.keyId, privateKey: kept.privateKey } : undefined;
}

export interface NewKey {
  readonly publicKey: Record<string, string | boolean | string[]>;
  keep(keyId: string): Promise<DeviceKey>;
}

export async function makeKey(shelf: Shelf): Promise<NewKey> {
  const own = computer();
  if (own) {
    const { publicKey } = await own.ask('makeKey', {});
    return {
      publicKey,
      async keep(keyId) {
        await own.ask('keepKey', { keyId });
        return { keyId };
      },
    };
  }
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const { kty = '', crv = '', x = '', y = '' } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return {
    publicKey: { kty, crv, x, y },
    async keep(keyId) {
      const key = { keyId, privateKey: pair.privateKey };
      await shelf.put('device', 'key', key);
      return key;
    },
  };
}

export async function forgetKey(shelf: Shelf): Promise<void> {
  await computer()?.ask('forgetKey', {});
  await shelf.remove('device', 'key');
}

export function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Signs the door's challenge, bound to this origin (contract `door.prove`). */
export async function prove(key: DeviceKey, challenge: string, origin: string): Promise<string> {
  if (!key.privateKey) {
    const signed = await computer()?.ask('sign', { challenge });
    return signed?.signature ?? '';
  }
  const text = new TextEncoder().encode(`preau-door-0|${challenge}|${origin}`);
  return base64url(new Uint8Array(await crypto.subtle.sign(SIGN, key.privateKey, text)));
}
