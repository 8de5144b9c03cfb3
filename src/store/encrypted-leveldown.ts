import {
  AbstractIterator,
  AbstractLevelDOWN,
  type Bytes,
  type EntryCallback,
  type ErrorCallback,
  type IteratorOptions,
  type OpenOptions,
  type Operation,
  type ReadOptions,
  type ValueCallback,
} from 'abstract-leveldown';
import type { LevelDown } from 'leveldown';
import { PreauError } from '../domain/errors';
import type { DatabaseKeys } from './database-keys';
import { KeyMarkers } from './key-markers';
import { storageError } from './storage-errors';
import { openValue, sealValue } from './value-seal';

/**
 * The LevelDB that PouchDB is given as `db:`. Values are sealed with AES-256-GCM, each bound to its key, so that none
 * can be read, changed or moved; keys stay readable, which is why identifiers are opaque (DESIGN 3).
 * `keys: null` leaves values readable: for the test that proves the at-rest search finds what it looks for.
 */
export interface EncryptionOptions {
  readonly keys: DatabaseKeys | null;
  /** Called with the operations of each batch once they are on the disk. */
  readonly committed?: (operations: readonly Operation[]) => void;
}

/** PouchDB writes this one at every opening, whether it changed or not: nothing anybody waits for. */
const UUID_KEY = '\u00ffmeta-store\u00ff_local_uuid';

const bytesOf = (value: Bytes): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);

export class EncryptedLevelDown extends AbstractLevelDOWN {
  /** The first value that did not open and that nobody was told about yet. */
  #broken: Error | undefined;

  readonly #markers: KeyMarkers;
  #failure: Error | undefined;

  constructor(
    readonly inner: LevelDown,
    private readonly options: EncryptionOptions,
  ) {
    super({ bufferKeys: true, snapshots: true, permanence: true, seek: true, createIfMissing: true });
    this.#markers = new KeyMarkers(inner, options.keys);
  }

  /**
   * Why nothing is written any more: LevelDB goes on behind half a record when a write has failed, and drops what follows
   * it at the next opening (google/leveldb#1180). Whoever has seen this opens the database again.
   */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** One batch as it is, the only way to the disk. The first that fails is the last that is tried. */
  write(
    operations: readonly Operation[],
    options: { readonly sync: boolean },
    callback: ErrorCallback,
  ): void {
    if (this.#failure) return process.nextTick(callback, this.#failure);
    this.inner.batch(operations, options, (error) => {
      if (error) this.#failure ??= storageError(error);
      callback(this.#failure);
    });
  }

  /** @throws PreauError `DOCUMENT_TAMPERED` */
  unseal(key: Bytes, value: Bytes): Buffer {
    if (!this.options.keys) return bytesOf(value);
    try {
      return openValue(this.options.keys, bytesOf(value), bytesOf(key));
    } catch (cause) {
      throw new PreauError(
        'DOCUMENT_TAMPERED',
        {
          id: bytesOf(key)
            .toString()
            .replace(/^\u00ff/, '')
            .replace('\u00ff', '/'),
        },
        { cause },
      );
    }
  }

  override _open(options: OpenOptions, callback: ErrorCallback): void {
    this.inner.open(options, (failure) => {
      if (failure) return callback(storageError(failure));
      this.#markers.check((error) => {
        if (!error) return callback();
        this.inner.close(() => callback(error));
      });
    });
  }

  override _close(callback: ErrorCallback): void {
    this.inner.close(callback);
  }

  override _get(key: Bytes, options: ReadOptions, callback: ValueCallback): void {
    this.inner.get(key, { asBuffer: true }, (error, value) => {
      if (error || value === undefined) return callback(error ?? new Error('NotFound'));
      let plain: Buffer;
      try {
        plain = this.unseal(key, value);
      } catch (broken) {
        // sublevel-pouchdb turns every failed read into "not found", and PouchDB would then write over the document
        // it could not read: the next batch is refused instead.
        this.#broken ??= broken as Error;
        return callback(broken as Error);
      }
      callback(null, options.asBuffer === false ? plain.toString() : plain);
    });
  }

  override _put(key: Bytes, value: Bytes, options: object, callback: ErrorCallback): void {
    this._batch([{ type: 'put', key, value }], options, callback);
  }

  override _del(key: Bytes, options: object, callback: ErrorCallback): void {
    this._batch([{ type: 'del', key }], options, callback);
  }

  override _batch(operations: readonly Operation[], _options: object, callback: ErrorCallback): void {
    if (this.#broken) {
      const broken = this.#broken;
      this.#broken = undefined;
      return process.nextTick(callback, broken);
    }
    const key = this.options.keys?.newest;
    const sealed = operations.map((one) =>
      one.type === 'put' && key
        ? { type: one.type, key: one.key, value: sealValue(key, one.value, bytesOf(one.key)) }
        : one,
    );
    const marker = key && this.#markers.missing(key);
    // PouchDB never asks for a durable write. Here a resolved promise means: on the disk.
    const sync = operations.some((one) => String(one.key) !== UUID_KEY);
    this.write(marker ? [marker, ...sealed] : sealed, { sync }, (error) => {
      if (error) return callback(error);
      if (marker) this.#markers.written(marker);
      this.options.committed?.(operations);
      callback();
    });
  }

  override _iterator(options: IteratorOptions): AbstractIterator {
    return new DecryptingIterator(
      this,
      this.inner.iterator({ ...options, keyAsBuffer: true, valueAsBuffer: true }),
      options,
    );
  }
}

class DecryptingIterator extends AbstractIterator {
  constructor(
    private readonly owner: EncryptedLevelDown,
    private readonly inner: AbstractIterator,
    private readonly options: IteratorOptions,
  ) {
    super(owner);
  }

  override _next(callback: EntryCallback): void {
    this.inner.next((error, key, value) => {
      if (error || key === undefined) return callback(error);
      let plain: Bytes = '';
      try {
        if (this.options.values !== false && value !== undefined) plain = this.owner.unseal(key, value);
      } catch (broken) {
        return callback(broken as Error);
      }
      callback(
        null,
        this.options.keyAsBuffer === false ? key.toString() : key,
        this.options.valueAsBuffer === false ? plain.toString() : plain,
      );
    });
  }

  override _seek(target: Bytes): void {
    this.inner.seek(target);
  }

  override _end(callback: ErrorCallback): void {
    this.inner.end(callback);
  }
}
