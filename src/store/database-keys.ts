import type { KeyObject } from 'node:crypto';
import type { Audience } from '../domain/audience';
import { PreauError } from '../domain/errors';
import { keyName, tagOf } from './key-tag';
import { revisionKey } from './revision';
import { sealingKey } from './seal';

/** What one data key is good for in the store. */
export interface DatabaseKey {
  /** Names it in values on the disk. */
  readonly tag: string;
  readonly sealing: KeyObject;
  /** Makes and checks revisions. */
  readonly revision: Buffer;
}

/**
 * The keys of one open database. They are asked for again each time it matters, because a generation may arrive, or be made,
 * while the database is open.
 */
export class DatabaseKeys {
  #raw: readonly Buffer[] = [];
  #keys: readonly DatabaseKey[] = [];

  /**
   * @param source the audience's data keys, the one that writes first
   * @throws PreauError `KEY_MISSING`, from `source`
   */
  constructor(
    readonly audience: Audience,
    private readonly source: () => readonly Buffer[],
  ) {
    this.#take(source());
  }

  /** All that are held, the one that writes first, as they were known at the last look. */
  get all(): readonly DatabaseKey[] {
    return this.#keys;
  }

  /** The one that writes, after a look. */
  get newest(): DatabaseKey {
    const [newest] = this.look();
    if (!newest) throw new PreauError('KEY_MISSING', { audience: this.audience });
    return newest;
  }

  tagged(tag: string): DatabaseKey | undefined {
    const among = (keys: readonly DatabaseKey[]): DatabaseKey | undefined =>
      keys.find((key) => key.tag === tag);
    return among(this.#keys) ?? among(this.look());
  }

  /** All that are held now. */
  look(): readonly DatabaseKey[] {
    let raw: readonly Buffer[];
    try {
      raw = this.source();
    } catch {
      // Its owner signed out: what is under way ends with the keys it began with.
      return this.#keys;
    }
    const same = raw.length === this.#raw.length && raw.every((key, place) => this.#raw[place]?.equals(key));
    if (!same) this.#take(raw);
    return this.#keys;
  }

  #take(raw: readonly Buffer[]): void {
    this.#raw = raw;
    this.#keys = raw.map((key) => ({
      tag: tagOf(keyName(key, this.audience)),
      sealing: sealingKey(key, `preau/leveldb/1/${this.audience}`),
      revision: revisionKey(key),
    }));
  }
}
