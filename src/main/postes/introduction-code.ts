import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { sha256, utf8 } from '../../exchange';

/**
 * How two postes that have nothing in common yet become sure of each other: an X25519 exchange whose six digits a
 * person carries from one screen to the other. The newcomer commits to its half before it sees the other's, so nobody
 * in the middle can steer the digits: one chance in a million, once (ZRTP, RFC 6189 4.4; Bluetooth numeric comparison).
 */
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const PURPOSE = 'preau introduction v0';

export interface Half {
  readonly publicKey: Buffer;
  readonly nonce: Buffer;
  readonly privateKey: KeyObject;
}

/** @param nonce 16 random bytes */
export function newHalf(nonce: Buffer): Half {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return { publicKey: raw, nonce, privateKey };
}

type Public = Pick<Half, 'publicKey' | 'nonce'>;

export const commitmentTo = (half: Public): Buffer =>
  sha256(utf8(`${PURPOSE} commitment`), half.publicKey, half.nonce);

const transcript = (newcomer: Public, host: Public): Buffer =>
  sha256(utf8(PURPOSE), newcomer.publicKey, newcomer.nonce, host.publicKey, host.nonce);

/** The six digits of both screens. */
export function digitsOf(newcomer: Public, host: Public): string {
  const number = sha256(utf8('digits'), transcript(newcomer, host)).readBigUInt64BE() % 1_000_000n;
  return String(number).padStart(6, '0');
}

/** 32 bytes that only these two halves lead to. @throws Error for a public key that is none */
export function sessionKey(mine: Half, other: Public, newcomer: Public, host: Public): Buffer {
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, other.publicKey]),
    format: 'der',
    type: 'spki',
  });
  const shared = diffieHellman({ privateKey: mine.privateKey, publicKey });
  return Buffer.from(hkdfSync('sha256', shared, transcript(newcomer, host), utf8(PURPOSE), 32));
}

/** What one side says under the session's key. Each direction speaks once, under its own name. */
export type Says = 'newcomer' | 'host';

export function sealFor(key: Buffer, says: Says, value: unknown): string {
  const cipher = createCipheriv('aes-256-gcm', directed(key, says), Buffer.alloc(12));
  const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return Buffer.concat([text, cipher.getAuthTag()]).toString('base64');
}

/** Undefined for anything that the other side did not say under this key. */
export function openFrom(key: Buffer, says: Says, sealed: string): unknown {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < 16) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', directed(key, says), Buffer.alloc(12));
  decipher.setAuthTag(bytes.subarray(bytes.length - 16));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - 16)), decipher.final()]);
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A key for one message only, so that its nonce may be zero. */
const directed = (key: Buffer, says: Says): Buffer => Buffer.from(hkdfSync('sha256', key, '', says, 32));
