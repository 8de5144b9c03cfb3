import { createHash } from 'node:crypto';

/** base64url without padding, as every binary value of a header or a message is written. */
export const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
export const fromText = (text: string): Buffer => Buffer.from(text, 'base64url');

export const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** A length in front of bytes: 4 bytes, big endian. */
export function u32(value: number): Buffer {
  const out = Buffer.allocUnsafe(4);
  out.writeUInt32BE(value);
  return out;
}

export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
