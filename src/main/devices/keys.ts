import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { PreauError } from '../../domain/errors';

export interface DeviceKey {
  readonly keyId: string;
  /** SPKI, base64. */
  readonly spki: string;
}

/**
 * A browser's public key (JWK, P-256) as the door keeps it. The key id is the RFC 7638 thumbprint, which the device
 * computes as well.
 * @throws PreauError `ENROLMENT_WRONG` for anything that is not such a key
 */
export function readDeviceKey(jwk: Readonly<Record<string, unknown>>): DeviceKey {
  const { kty, crv, x, y } = jwk;
  const coordinate = /^[A-Za-z0-9_-]{43}$/;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string')
    throw new PreauError('ENROLMENT_WRONG');
  if (!coordinate.test(x) || !coordinate.test(y)) throw new PreauError('ENROLMENT_WRONG');
  const key: JsonWebKey = { kty, crv, x, y };
  try {
    const spki = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' });
    return { keyId: thumbprint(x, y), spki: spki.toString('base64') };
  } catch (cause) {
    throw new PreauError('ENROLMENT_WRONG', {}, { cause });
  }
}

/** RFC 7638: members in lexicographic order, no spaces. */
export const thumbprint = (x: string, y: string): string =>
  createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url');

/** What a device signs: bound to this door, this moment and this origin, so that a relayed proof is worth nothing. */
export const proofText = (challenge: string, origin: string): string => `preau-door-0|${challenge}|${origin}`;

/** WebCrypto signs in the fixed-length form (IEEE P1363), not in DER. */
export function proves(spki: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
    return verify(
      'sha256',
      Buffer.from(text),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
  } catch {
    return false;
  }
}
