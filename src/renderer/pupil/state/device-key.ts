import type { Shelf } from './database';

/** This browser's identity at this origin: the private key cannot leave it, not even through our own code. */
export interface DeviceKey {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGN = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Absent over plain http (« visitor »): such a page can have no key. */
export const canHoldKey = (): boolean => typeof crypto === 'object' && 'subtle' in crypto;

export async function readKey(shelf: Shelf): Promise<DeviceKey | undefined> {
  if (!canHoldKey()) return undefined;
  const kept = (await shelf.get('device', 'key')) as Partial<DeviceKey> | undefined;
  return kept?.keyId && kept.privateKey ? { keyId: kept.keyId, privateKey: kept.privateKey } : undefined;
}

export interface NewKey {
  readonly publicKey: Record<string, string | boolean | string[]>;
  keep(keyId: string): Promise<DeviceKey>;
}

export async function makeKey(shelf: Shelf): Promise<NewKey> {
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

export const forgetKey = (shelf: Shelf): Promise<void> => shelf.remove('device', 'key');

export function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Signs the door's challenge, bound to this origin (contract `door.prove`). */
export async function prove(key: DeviceKey, challenge: string, origin: string): Promise<string> {
  const text = new TextEncoder().encode(`preau-door-0|${challenge}|${origin}`);
  return base64url(new Uint8Array(await crypto.subtle.sign(SIGN, key.privateKey, text)));
}
