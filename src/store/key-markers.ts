import type { Bytes, ErrorCallback, Operation } from 'abstract-leveldown';
import type { LevelDown } from 'leveldown';
import { PreauError } from '../domain/errors';
import type { DatabaseKey, DatabaseKeys } from './database-keys';
import { storageError } from './storage-errors';
import { openValue, sealValue } from './value-seal';

/**
 * One small value for each key that sealed anything in a database, opened before PouchDB sees it: PouchDB would take what it
 * cannot read for an empty database, and write into it. Their keys sort before all of PouchDB's (which begin with U+00FF).
 */
const PREFIX = '\u0000preau-check';
/** From before there were generations, or readable: it names no key. */
const UNNAMED = PREFIX;
const VALUE = 'preau store 1';

const placeOf = (key: DatabaseKey): string => `${PREFIX}/${key.tag}`;

export class KeyMarkers {
  readonly #marked = new Set<string>();

  /** @param keys null where values stay readable */
  constructor(
    private readonly level: LevelDown,
    private readonly keys: DatabaseKeys | null,
  ) {}

  /**
   * An empty database is marked. An error where the keys are not this database's (`KEY_WRONG`), or where another key of its
   * own is needed too (`KEY_MISSING`): nothing was touched, and the day the key comes it opens.
   */
  check(callback: ErrorCallback): void {
    entries(this.level, { gte: PREFIX, lt: `${PREFIX}0` }, (error, found) => {
      if (error) return callback(storageError(error));
      if (found.length > 0) return callback(this.#verdict(found));
      entries(this.level, { limit: 1 }, (failure, any) => {
        if (failure) return callback(storageError(failure));
        if (any.length > 0) return callback(new PreauError('KEY_WRONG'));
        const first = this.missing() ?? { type: 'put', key: UNNAMED, value: VALUE };
        this.level.batch([first], { sync: true }, (late) => {
          if (late) return callback(storageError(late));
          this.written(first);
          callback();
        });
      });
    });
  }

  #verdict(found: readonly Entry[]): PreauError | undefined {
    const opened = found.filter((entry) => this.#opens(entry));
    if (opened.length === 0) return new PreauError('KEY_WRONG');
    if (opened.length < found.length)
      return new PreauError('KEY_MISSING', { audience: this.keys?.audience ?? '' });
    for (const { key } of opened) this.#marked.add(key.toString());
    return undefined;
  }

  #opens({ key, value }: Entry): boolean {
    if (!this.keys) return key.toString() === UNNAMED && value.toString() === VALUE;
    try {
      return openValue(this.keys, value, key).toString() === VALUE;
    } catch {
      return false;
    }
  }

  /** The marker to be written together with the first values under that key; undefined once it stands. */
  missing(key = this.keys?.newest): Operation | undefined {
    if (!key || this.#marked.has(placeOf(key))) return undefined;
    const place = placeOf(key);
    return { type: 'put', key: place, value: sealValue(key, VALUE, Buffer.from(place)) };
  }

  written(marker: Operation): void {
    this.#marked.add(marker.key.toString());
  }
}

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

function entries(
  level: LevelDown,
  range: { gte?: Bytes; lt?: Bytes; limit?: number },
  callback: (error: Error | null, found: readonly Entry[]) => void,
): void {
  const iterator = level.iterator({ ...range, keyAsBuffer: true, valueAsBuffer: true });
  const found: Entry[] = [];
  const step = (): void => {
    iterator.next((error, key, value) => {
      if (error || key === undefined || value === undefined)
        return iterator.end((late) => callback(error ?? late ?? null, found));
      found.push({ key: Buffer.from(key), value: Buffer.from(value) });
      step();
    });
  };
  step();
}
