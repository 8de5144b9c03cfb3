import { sha256, toText, u32, utf8 } from './bytes';
import { decodeHeader, encodeHeader, type ParcelHeader } from './header';
import { PARCEL_MAX_BYTES } from './limits';
import { isSignedBy, SIGNATURE_BYTES, type PublicKeyText, type Signer } from './signature';

/**
 * A parcel as it lies in a file, a request or a USB key (docs/sync.md):
 *
 *     "PRE0"  u32 header length  header  u32 body length  body  signature (64 bytes)
 *
 * Its hash covers header and body; the signature covers the hash.
 */
export interface Parcel {
  readonly header: ParcelHeader;
  readonly body: Buffer;
  readonly signature: Buffer;
  /** SHA-256 in base64url; the next parcel of the origin names it. */
  readonly hash: string;
  /** The whole, as it travels. */
  readonly bytes: Buffer;
}

const MAGIC = utf8('PRE0');

function digest(header: Uint8Array, body: Uint8Array): Buffer {
  return sha256(MAGIC, u32(header.length), header, u32(body.length), body);
}

export function writeParcel(header: ParcelHeader, body: Buffer, signer: Signer): Parcel {
  const head = encodeHeader(header);
  const hash = digest(head, body);
  const signature = signer.sign('parcel', hash);
  const bytes = Buffer.concat([MAGIC, u32(head.length), head, u32(body.length), body, signature]);
  return { header, body, signature, hash: toText(hash), bytes };
}

/** The parcel in exactly these bytes, or why they are none. Nothing is verified but the form. */
export function readParcel(bytes: Buffer): Parcel | 'malformed' | 'newer' | 'large' {
  if (bytes.length > PARCEL_MAX_BYTES) return 'large';
  if (bytes.length < MAGIC.length + 8 + SIGNATURE_BYTES) return 'malformed';
  if (!bytes.subarray(0, 3).equals(MAGIC.subarray(0, 3))) return 'malformed';
  if (!bytes.subarray(0, 4).equals(MAGIC)) return 'newer';
  const headerLength = bytes.readUInt32BE(4);
  const bodyAt = 8 + headerLength;
  if (bodyAt + 4 + SIGNATURE_BYTES > bytes.length) return 'malformed';
  const bodyLength = bytes.readUInt32BE(bodyAt);
  const end = bodyAt + 4 + bodyLength;
  if (end + SIGNATURE_BYTES !== bytes.length) return 'malformed';
  const head = bytes.subarray(8, bodyAt);
  const header = decodeHeader(head);
  if (typeof header === 'string') return header;
  const body = bytes.subarray(bodyAt + 4, end);
  return { header, body, signature: bytes.subarray(end), hash: toText(digest(head, body)), bytes };
}

export function isParcelSignedBy(parcel: Parcel, key: PublicKeyText): boolean {
  return isSignedBy(key, 'parcel', Buffer.from(parcel.hash, 'base64url'), parcel.signature);
}
