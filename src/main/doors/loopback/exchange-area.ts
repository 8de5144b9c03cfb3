import type { Readable } from 'node:stream';
import type { FileStore } from '../../files/port';
import type { Random } from '../../capability';
import { PreauError } from '../../../domain/errors';

/** What a window put here (an extraction, a document, an application package), waiting for the request that names it. */
export interface Upload {
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
  readonly type: string;
}

export interface Download {
  readonly name: string;
  readonly type: string;
  readonly size?: number;
  open(range?: { start: number }): Readable | Promise<Readable>;
}

/**
 * The binary door's two shelves. JSON requests name what lies on them by an id; an id is only good for the
 * connection that received it.
 */
export interface ExchangeArea {
  put(connection: string, name: string, type: string, body: Readable): Promise<string>;
  /** @throws PreauError `NOT_FOUND` for an id that is not this connection's */
  uploaded(connection: string, id: string): Upload;
  /** Path at the loopback door, valid for this connection. */
  offer(connection: string, download: Download): string;
  offered(connection: string, id: string): Download | undefined;
  forget(connection: string): void;
  /** Behind a locked screen nothing is put here and nothing is taken, until it is open again. */
  hide(connection: string, hidden: boolean): void;
}

/** Largest upload of a staff window: an application package. Bytes. */
export const MAX_UPLOAD = 2 * 1024 ** 3;

/** @param admits throws for a window that may not put anything here: nobody's, or one that has something to do before */
export function createExchangeArea(
  files: () => FileStore,
  admits: (connection: string) => Promise<void>,
  random: Random,
): ExchangeArea {
  const uploads = new Map<string, { connection: string; upload: Upload }>();
  const downloads = new Map<string, { connection: string; download: Download }>();
  const locked = new Set<string>();
  const newId = (): string => random(12).toString('base64url');
  return {
    async put(connection, name, type, body) {
      if (locked.has(connection)) throw new PreauError('SCREEN_LOCKED');
      await admits(connection);
      const { sha256, size } = await files().store(body, MAX_UPLOAD);
      const id = newId();
      uploads.set(id, { connection, upload: { sha256, size, name, type } });
      return id;
    },
    uploaded(connection, id) {
      const found = uploads.get(id);
      if (found?.connection !== connection) throw new PreauError('NOT_FOUND', { kind: 'upload' });
      return found.upload;
    },
    offer(connection, download) {
      const id = newId();
      downloads.set(id, { connection, download });
      return `/download/${id}`;
    },
    offered(connection, id) {
      const found = downloads.get(id);
      return found?.connection === connection && !locked.has(connection) ? found.download : undefined;
    },
    hide(connection, hidden) {
      if (hidden) locked.add(connection);
      else locked.delete(connection);
    },
    forget(connection) {
      locked.delete(connection);
      for (const [id, entry] of uploads) if (entry.connection === connection) uploads.delete(id);
      for (const [id, entry] of downloads) if (entry.connection === connection) downloads.delete(id);
    },
  };
}
