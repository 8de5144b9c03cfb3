import { createHmac, hkdfSync } from 'node:crypto';
import type { Audience } from '../../domain/audience';
import { utf8 } from '../bytes';
import { keyIdOf } from '../secrets';

/** What a member of a sealed audience derives from one of its data keys, for the audience's files. */
export interface FileKeys {
  /** Names the key in lists, as it does in parcels. */
  readonly keyId: string;
  readonly sealKey: Buffer;
  readonly nameKey: Buffer;
}

export function fileKeysFrom(dataKey: Uint8Array, audience: Audience): FileKeys {
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', dataKey, utf8(audience), utf8(`preau ${use} v0`), 32));
  return {
    keyId: keyIdOf(dataKey, audience),
    sealKey: derive('file seal'),
    nameKey: derive('file name'),
  };
}

/**
 * How a file is asked for, 64 hexadecimal digits. Of an open audience its SHA-256; of a sealed one a keyed hash of it, so
 * that whoever carries it cannot tell a known file.
 */
export const fileIdOf = (sha256: string, keys?: FileKeys): string =>
  keys ? createHmac('sha256', keys.nameKey).update(`file ${sha256}`).digest('hex') : sha256;
