import { mkdir } from 'node:fs/promises';
import leveldown from 'leveldown';
import { PreauError } from '../domain/errors';
import { storageError } from './storage-errors';

/**
 * One process for a folder. The lock is LevelDB's own, on an empty database: the system holds it (fcntl on Linux and
 * macOS, LockFile on Windows) and lets go of it when the process dies, however it dies. A file with a process number
 * in it would stay behind after a SIGKILL.
 * @throws PreauError `STORE_LOCKED`, `DISK_FULL`
 * @returns what lets go of the lock
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const lock = leveldown(folder);
  await new Promise<void>((resolve, reject) => {
    lock.open({ cacheSize: 0, writeBufferSize: 64 * 1024 }, (error) =>
      error ? reject(storageError(error)) : resolve(),
    );
  }).catch((error: unknown) => {
    throw /held by process|temporarily unavailable/i.test(String(error))
      ? new PreauError('STORE_LOCKED')
      : error;
  });
  return () => new Promise((resolve, reject) => lock.close((error) => (error ? reject(error) : resolve())));
}
