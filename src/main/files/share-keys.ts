import { isSealed, type Audience } from '../../domain/audience';
import { fileIdOf, fileKeysFrom, type FileKeys } from '../../exchange/files';
import type { Keyring } from '../../store/port-keys';

/** How files of an audience are named and sealed: once for each key held, the newest first; once without, in an open one. */
export type FileKeysOf = (audience: Audience) => readonly (FileKeys | undefined)[];

/** @returns nothing for an audience that is closed here */
export const fileKeysOf =
  (keyring: Pick<Keyring, 'has' | 'dataKeys'>): FileKeysOf =>
  (audience) => {
    if (!keyring.has(audience)) return [];
    return isSealed(audience)
      ? keyring.dataKeys(audience).map((key) => fileKeysFrom(key, audience))
      : [undefined];
  };

/** The names under which a file may stand in an audience. */
export const namesOf = (keysOf: FileKeysOf, audience: Audience, sha256: string): string[] =>
  keysOf(audience).map((keys) => fileIdOf(sha256, keys));
