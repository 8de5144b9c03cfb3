import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

/** A browser's key, in a program: made once, kept as a JWK so that a restarted demonstration is the same tablet. */
export interface PupilKey {
  readonly publicKey: Readonly<Record<string, string>>;
  /** Signature over the door's challenge, base64url, in WebCrypto's fixed-length form. */
  prove(challenge: string, origin: string): string;
  /** PKCS #8 PEM. */
  readonly pem: string;
}

export function makePupilKey(
  pem = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey,
): PupilKey {
  const key = createPrivateKey(pem);
  const { kty = '', crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  return {
    publicKey: { kty, crv, x, y },
    pem,
    prove: (challenge, origin) =>
      sign('sha256', Buffer.from(`preau-door-0|${challenge}|${origin}`), {
        key,
        dsaEncoding: 'ieee-p1363',
      }).toString('base64url'),
  };
}
