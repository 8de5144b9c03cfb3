/**
 * The part of abstract-leveldown 7 that the store uses. The published types (7.2) miss iterators' `highWaterMark` and
 * the protected hooks that a wrapper overrides.
 */
declare module 'abstract-leveldown' {
  export type Bytes = string | Buffer;
  export type ErrorCallback = (error?: Error | null) => void;
  export type ValueCallback = (error: Error | null | undefined, value?: Bytes) => void;
  export type EntryCallback = (error?: Error | null, key?: Bytes, value?: Bytes) => void;

  export interface OpenOptions {
    createIfMissing?: boolean;
    errorIfExists?: boolean;
    compression?: boolean;
    /** Bytes. */
    cacheSize?: number;
    /** Bytes. */
    writeBufferSize?: number;
  }
  export interface ReadOptions {
    asBuffer?: boolean;
    fillCache?: boolean;
  }
  export interface WriteOptions {
    sync?: boolean;
  }
  export interface IteratorOptions {
    gt?: Bytes;
    gte?: Bytes;
    lt?: Bytes;
    lte?: Bytes;
    reverse?: boolean;
    limit?: number;
    keys?: boolean;
    values?: boolean;
    keyAsBuffer?: boolean;
    valueAsBuffer?: boolean;
    fillCache?: boolean;
    /** Bytes fetched from the native side in one call. */
    highWaterMark?: number;
  }
  export type Operation = { type: 'put'; key: Bytes; value: Bytes } | { type: 'del'; key: Bytes };

  export class AbstractIterator {
    constructor(db: AbstractLevelDOWN);
    next(callback: EntryCallback): this;
    seek(target: Bytes): void;
    end(callback: ErrorCallback): void;
    _next(callback: EntryCallback): void;
    _seek(target: Bytes): void;
    _end(callback: ErrorCallback): void;
  }

  export class AbstractLevelDOWN {
    constructor(manifest?: Record<string, boolean | Record<string, boolean>>);
    readonly status: 'new' | 'opening' | 'open' | 'closing' | 'closed';
    open(options: OpenOptions, callback: ErrorCallback): void;
    close(callback: ErrorCallback): void;
    get(key: Bytes, options: ReadOptions, callback: ValueCallback): void;
    put(key: Bytes, value: Bytes, options: WriteOptions, callback: ErrorCallback): void;
    batch(operations: readonly Operation[], options: WriteOptions, callback: ErrorCallback): void;
    iterator(options: IteratorOptions): AbstractIterator;
    _open(options: OpenOptions, callback: ErrorCallback): void;
    _close(callback: ErrorCallback): void;
    _get(key: Bytes, options: ReadOptions, callback: ValueCallback): void;
    _put(key: Bytes, value: Bytes, options: WriteOptions, callback: ErrorCallback): void;
    _del(key: Bytes, options: WriteOptions, callback: ErrorCallback): void;
    _batch(operations: readonly Operation[], options: WriteOptions, callback: ErrorCallback): void;
    _iterator(options: IteratorOptions): AbstractIterator;
    _serializeKey(key: Bytes): Bytes;
    _serializeValue(value: Bytes): Bytes;
  }
}
