import type { Audience } from '../../../src/domain/audience';
import { secretsOfKeys, type AudienceSecrets, type SecretsOf } from '../../../src/exchange';
import type { DocumentBody } from '../../../src/store/port';
import { dataKeyOf } from './school';

/** What a key that travels is addressed to: its content is the vault's (school.ts), that it came is the document's. */
export interface Wrap extends DocumentBody {
  readonly type: 'keyWrap';
  readonly poste: string;
  readonly audience: Audience;
  readonly generation: number;
}

/** The generations of each audience that a poste was handed, newest first; on its disk, like everything a poste knows. */
export class SimKeyring {
  readonly #held = new Map<Audience, readonly number[]>();
  readonly #secrets = new Map<Audience, readonly AudienceSecrets[]>();

  constructor(entitled: readonly Audience[]) {
    for (const audience of entitled) this.add(audience, 0);
  }

  add(audience: Audience, generation: number): void {
    const held = this.#held.get(audience) ?? [];
    if (held.includes(generation)) return;
    const all = [...held, generation].sort((a, b) => b - a);
    this.#held.set(audience, all);
    const keys = all.map((one) => dataKeyOf(audience, one));
    this.#secrets.set(audience, secretsOfKeys(keys, audience));
  }

  /** The last thing that is destroyed of a year. */
  destroy(audience: Audience): void {
    this.#held.delete(audience);
    this.#secrets.delete(audience);
  }

  has(audience: Audience): boolean {
    return this.#held.has(audience);
  }

  generation(audience: Audience): number {
    return this.#held.get(audience)?.[0] ?? 0;
  }

  all(audience: Audience): readonly AudienceSecrets[] {
    return this.#secrets.get(audience) ?? [];
  }

  readonly secretsOf: SecretsOf = (audience, keyId) =>
    this.all(audience).find((one) => keyId === undefined || one.keyId === keyId);
}
