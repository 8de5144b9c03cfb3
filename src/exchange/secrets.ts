import { hkdfSync } from 'node:crypto';
import type { Audience } from '../domain/audience';
import { revisionKey } from '../store/revision';
import { toText, utf8 } from './bytes';

/** What a replica knows of one key of one audience. A relay knows nothing and carries all the same. */
export interface AudienceSecrets {
  readonly keyId: string;
  /** Recomputes revisions, which then need not travel. The commune holds it for open audiences. */
  readonly revisionKey: Buffer;
  /** Absent at the commune, which may check the revisions of open audiences and opens no seal. */
  readonly sealKey?: Buffer | undefined;
  /** Keys that were exchanged since, newest first: they still check what was written under them. */
  readonly former?: readonly AudienceSecrets[] | undefined;
}

/** The secrets of an audience: of that key where one is named, else of the newest, which seals. */
export type SecretsOf = (audience: Audience, keyId?: string) => AudienceSecrets | undefined;

const derive = (key: Uint8Array, audience: Audience, use: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, utf8(audience), utf8(`preau ${use} v0`), bytes));

/** Names a key without telling it: 8 bytes in base64url. A rotated key has another name. */
export const keyIdOf = (dataKey: Uint8Array, audience: Audience): string =>
  toText(derive(dataKey, audience, 'key id', 8));

/** The secrets of a member who holds these keys of an audience (32 bytes each), newest first. */
export function secretsOfKeys(
  dataKeys: readonly Uint8Array[],
  audience: Audience,
): readonly AudienceSecrets[] {
  const all = dataKeys.map((key) => secretsFrom(key, audience));
  return all.map((secrets, at) => ({ ...secrets, former: all.slice(at + 1) }));
}

/** Everything a member of the audience derives from its data key (32 bytes). */
export function secretsFrom(dataKey: Uint8Array, audience: Audience): AudienceSecrets {
  return {
    keyId: keyIdOf(dataKey, audience),
    revisionKey: revisionKey(dataKey),
    sealKey: derive(dataKey, audience, 'parcel seal', 32),
  };
}
