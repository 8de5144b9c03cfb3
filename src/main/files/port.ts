import type { Readable } from 'node:stream';

export interface StoredFile {
  /** Hexadecimal, of the content itself. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface ByteRange {
  /** First byte, 0 where absent. */
  readonly start?: number;
  /** Last byte, included, as in an HTTP range; the end of the file where absent. */
  readonly end?: number;
}

/**
 * Files by content (DESIGN 3): encrypted at rest, under names that tell nothing. A hash is no permission: who asks for
 * a file has named a document that its reader may read, before this is called.
 */
export interface FileStore {
  /** Takes a whole stream in. @throws PreauError `TOO_LARGE`, `DISK_FULL`; nothing is left behind */
  store(content: Readable, limit?: number): Promise<StoredFile>;

  /**
   * Begins or finds again a reception that grows piece by piece and survives a restart.
   * @param key opaque, stable, chosen by the caller
   * @param size of the whole file in bytes; another size than before starts afresh
   * @returns bytes already held, 0 for a new one
   * @throws PreauError `TOO_LARGE`
   */
  begin(key: string, size: number): Promise<number>;
  /**
   * @returns the new offset, which a kill of the process does not take back
   * @throws PreauError `UPLOAD_BROKEN` where `offset` is not where the reception stands, or past its size;
   * `DISK_FULL`: the reception stays as it was and goes on when there is room
   */
  append(key: string, offset: number, bytes: Uint8Array): Promise<number>;
  /**
   * The whole file joins the store, durably.
   * @throws PreauError `UPLOAD_BROKEN` while bytes are missing, or when they are not those of `sha256`; `DISK_FULL`
   */
  finish(key: string, expected?: { readonly sha256: string }): Promise<StoredFile>;
  abandon(key: string): Promise<void>;

  has(sha256: string): Promise<boolean>;
  /** @throws PreauError `NOT_FOUND`; the stream fails with `DOCUMENT_TAMPERED` on bytes that changed on the disk */
  openRead(sha256: string, range?: ByteRange): Promise<Readable>;
  /**
   * Removes what is not in `keep` and has not been touched since `before` (milliseconds since 1970), receptions
   * included. The wait is for replicas that are away (DESIGN 3).
   * @returns bytes given back
   */
  collect(keep: Iterable<string>, before: number): Promise<number>;
  /**
   * Removes one file without waiting, once who reads it has ended; nothing where it is not here. The caller knows that no
   * document names it.
   */
  discard(sha256: string): Promise<void>;
}
