import type { Audience } from '../domain/audience';
import type { KeyWraps } from './keyring-file';
import { subjectOf } from './recipient';
import { deriveKey, seal, sealingKey, unseal } from './seal';

/** Wraps that this machine opens by itself, for the night run. */
export interface MachineWraps {
  wrap(audience: Audience, wraps: Pick<KeyWraps, 'generation'>, key: Buffer): string;
  /** Undefined for a wrap of another machine or keychain, and where there is none. */
  unwrap(audience: Audience, wraps: KeyWraps): Buffer | undefined;
}

/**
 * @param secret what the keychain keeps
 * @param salt base64, in the file: two folders of one machine share no wrapping key
 */
export function machineWraps(secret: Uint8Array, salt: string): MachineWraps {
  const key = sealingKey(deriveKey(secret, 'preau/machine/1', Buffer.from(salt, 'base64')), 'wrap');
  const placeOf = (audience: Audience, { generation }: Pick<KeyWraps, 'generation'>): Buffer =>
    Buffer.from(`preau/machine/1|${subjectOf(audience, generation)}`);
  return {
    wrap: (audience, wraps, dataKey) => seal(key, dataKey, placeOf(audience, wraps)).toString('base64'),
    unwrap(audience, wraps) {
      if (wraps.machine === undefined) return undefined;
      try {
        return unseal(key, Buffer.from(wraps.machine, 'base64'), placeOf(audience, wraps));
      } catch {
        // The keychain was emptied or the folder moved: people and the sheet still open it, and `unlock` wraps it again.
        return undefined;
      }
    },
  };
}
