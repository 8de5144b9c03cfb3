import type { Audience } from '../domain/audience';
import { deriveKey } from './seal';

/** Bytes by which a value on the disk names the key it was sealed with. */
export const TAG_BYTES = 4;
const ID_BYTES = 8;

/** Names a data key without telling it: 16 hexadecimal digits. The same key of another audience has another name. */
export const keyName = (dataKey: Uint8Array, audience: Audience): string =>
  deriveKey(dataKey, `preau/key name/1/${audience}`).toString('hex', 0, ID_BYTES);

/** The short form of the name. Two keys of one audience sharing it would be one chance in four thousand million. */
export const tagOf = (name: string): string => name.slice(0, 2 * TAG_BYTES);
