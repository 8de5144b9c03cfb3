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
import type { Level } from './level';

const bytesOf = (value: Bytes): Buffer => (typeof value === 'string' ? Buffer.from(value) : value);

/** The keys under which a database's part stands: from its prefix to just behind it. */
export const partOf = (name: string): { readonly from: Buffer; readonly to: Buffer } => ({
  from: Buffer.from(`d!${name}!`),
  to: Buffer.from(`d!${name}"`),
});

/**
 * One database within a shared LevelDB, as PouchDB takes it (`db:`): every key under a prefix. A school's fifteen open
 * bases are one folder, one log and six files this way, and not fifteen times that.
 */
export class PartOfLevel extends AbstractLevelDOWN {
  readonly prefix: Buffer;
  readonly #end: Buffer;

  constructor(
    readonly level: Level,
    name: string,
  ) {
    super({ bufferKeys: true, snapshots: true, permanence: true, seek: true, createIfMissing: true });
    const { from, to } = partOf(name);
    this.prefix = from;
    this.#end = to;
  }

  override _open(_options: OpenOptions, callback: ErrorCallback): void {
    process.nextTick(callback);
  }

  override _close(callback: ErrorCallback): void {
    process.nextTick(callback);
  }

  override _get(key: Bytes, options: ReadOptions, callback: ValueCallback): void {
    this.level.inner.get(this.keyOf(key), { asBuffer: options.asBuffer !== false }, callback);
  }

  override _put(key: Bytes, value: Bytes, _options: object, callback: ErrorCallback): void {
    this._batch([{ type: 'put', key, value }], {}, callback);
  }

  override _del(key: Bytes, _options: object, callback: ErrorCallback): void {
    this._batch([{ type: 'del', key }], {}, callback);
  }

  override _batch(operations: readonly Operation[], _options: object, callback: ErrorCallback): void {
    const moved = operations.map((one) => ({ ...one, key: this.keyOf(one.key) }));
    this.level.batch(moved).then(() => callback(), callback);
  }

  override _iterator(options: IteratorOptions): AbstractIterator {
    const { gt, gte, lt, lte, ...rest } = options;
    const lower = gt !== undefined ? { gt: this.keyOf(gt) } : { gte: this.keyOf(gte ?? '') };
    const upper =
      lt !== undefined
        ? { lt: this.keyOf(lt) }
        : lte !== undefined
          ? { lte: this.keyOf(lte) }
          : { lt: this.#end };
    const inner = this.level.inner.iterator({ ...rest, ...lower, ...upper, keyAsBuffer: true });
    return new PartIterator(this, inner, options.keyAsBuffer !== false);
  }

  keyOf(key: Bytes): Buffer {
    return Buffer.concat([this.prefix, bytesOf(key)]);
  }
}

class PartIterator extends AbstractIterator {
  constructor(
    private readonly part: PartOfLevel,
    private readonly inner: AbstractIterator,
    private readonly keyAsBuffer: boolean,
  ) {
    super(part);
  }

  override _next(callback: EntryCallback): void {
    this.inner.next((error, key, value) => {
      if (error || key === undefined) return callback(error);
      const own = bytesOf(key).subarray(this.part.prefix.length);
      callback(null, this.keyAsBuffer ? own : own.toString(), value);
    });
  }

  override _seek(target: Bytes): void {
    this.inner.seek(this.part.keyOf(target));
  }

  override _end(callback: ErrorCallback): void {
    this.inner.end(callback);
  }
}
