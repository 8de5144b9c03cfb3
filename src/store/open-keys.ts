import type { Audience } from '../domain/audience';
import type { KeyWraps } from './keyring-file';

type Named = Pick<KeyWraps, 'generation' | 'name'>;

/** Unwrapped keys in memory, overwritten when they are let go of. */
export class OpenKeys {
  readonly #keys = new Map<Audience, Map<string, Buffer>>();

  get(audience: Audience, wraps: Named): Buffer | undefined {
    return this.#keys.get(audience)?.get(slot(wraps));
  }

  put(audience: Audience, wraps: Named, key: Buffer): void {
    const known = this.#keys.get(audience);
    if (known) known.set(slot(wraps), key);
    else this.#keys.set(audience, new Map([[slot(wraps), key]]));
  }

  forget(which: (audience: Audience) => boolean): void {
    for (const [audience, keys] of this.#keys) {
      if (!which(audience)) continue;
      for (const key of keys.values()) key.fill(0);
      this.#keys.delete(audience);
    }
  }
}

const slot = (wraps: Named): string => `${wraps.generation}/${wraps.name}`;
