import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Memory } from './memory';

/**
 * The key by which doors of the school know this computer. It lies with the computer and not with a page's address, so
 * that another address, or another class's computer, finds the same device; the page may only have a challenge signed.
 */
export interface DeviceKey {
  keyId(): string | undefined;
  make(): Record<string, string>;
  keep(keyId: string): Promise<void>;
  forget(): Promise<void>;
  /** Over `preau-door-0|<challenge>|<origin>`; base64url, as WebCrypto writes it. @returns undefined without a key */
  sign(challenge: string, origin: string): string | undefined;
}

export function createDeviceKey(memory: Memory): DeviceKey {
  let made: KeyObject | undefined;
  const known = (): KeyObject | undefined => {
    const { key } = memory.now;
    return key && createPrivateKey(key.privateKey);
  };
  return {
    keyId: () => memory.now.key?.keyId,
    make() {
      made = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      const { kty = '', crv = '', x = '', y = '' } = createPublicKey(made).export({ format: 'jwk' });
      return { kty, crv, x, y };
    },
    async keep(keyId) {
      if (!made) return;
      const privateKey = made.export({ type: 'pkcs8', format: 'pem' }).toString();
      made = undefined;
      await memory.set({ key: { privateKey, keyId } });
    },
    forget: () => memory.set({ key: undefined }),
    sign(challenge, origin) {
      const key = known();
      if (!key) return undefined;
      const text = Buffer.from(`preau-door-0|${challenge}|${origin}`);
      return sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    },
  };
}
