import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PreauError } from '../../domain/errors';
import { syncDirectory } from '../../store/atomic-file';
import { storageError } from '../../store/storage-errors';

export interface Written {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * A key (or any folder) as a copy sees it. Paths are relative, of lower-case letters, digits, dots and dashes only, so that
 * FAT keeps them apart. @throws PreauError `BACKUP_CUT` where the medium is not there any more, `DISK_FULL`
 */
export interface Medium {
  /** Names in a folder; none where it does not exist. */
  list(folder: string): Promise<readonly string[]>;
  makeFolder(folder: string): Promise<void>;
  /** A whole new file, flushed to the medium when the promise resolves. */
  write(path: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Written>;
  read(path: string): AsyncIterable<Buffer>;
  /** Bytes, or undefined where there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Replaces what is there; the new name is flushed. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Bytes that may still be written; undefined where the system does not say. */
  free(): Promise<number | undefined>;
}

/** Errors of a key that was pulled out, or is failing, as the three systems call them. */
const GONE = new Set(['ENOENT', 'EIO', 'ENODEV', 'ENXIO', 'ENOTCONN', 'EROFS', 'EBADF', 'UNKNOWN']);

function mediumError(error: unknown): Error {
  const known = storageError(error);
  if (known instanceof PreauError) return known;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return GONE.has(code) ? new PreauError('BACKUP_CUT', { code }, { cause: error }) : known;
}

export function folderMedium(root: string): Medium {
  const at = (path: string): string => join(root, path);
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw mediumError(error);
    }
  };
  return {
    list: (folder) =>
      guarded(async () => {
        try {
          return (await readdir(at(folder))).sort();
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
          throw error;
        }
      }),
    makeFolder: (folder) => guarded(async () => void (await mkdir(at(folder), { recursive: true }))),
    write: (path, content) =>
      guarded(async () => {
        const hash = createHash('sha256');
        let bytes = 0;
        const handle = await open(at(path), 'w');
        try {
          for await (const piece of content) {
            hash.update(piece);
            bytes += piece.length;
            await handle.writeFile(piece);
          }
          await handle.sync();
        } finally {
          await handle.close();
        }
        return { bytes, sha256: hash.digest('hex') };
      }),
    async *read(path) {
      try {
        yield* createReadStream(at(path), { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
      } catch (error) {
        throw mediumError(error);
      }
    },
    async size(path) {
      try {
        return (await stat(at(path))).size;
      } catch {
        return undefined;
      }
    },
    rename: (from, to) =>
      guarded(async () => {
        await rename(at(from), at(to));
        await syncDirectory(join(at(to), '..'));
      }),
    remove: (path) => guarded(() => rm(at(path), { recursive: true, force: true })),
    async free() {
      try {
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      } catch {
        return undefined;
      }
    },
  };
}

/** What a file holds, read again from the medium. */
export async function readBack(medium: Medium, path: string): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of medium.read(path)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

export async function readWhole(medium: Medium, path: string, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of medium.read(path)) {
    bytes += piece.length;
    if (bytes > limit) throw new PreauError('BACKUP_DAMAGED', { reason: 'large' });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
