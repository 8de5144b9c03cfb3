import { isPreauError, PreauError } from '../domain/errors';

/** What LevelDB and the file systems of the three platforms say when a disk is full. */
const FULL = /ENOSPC|EDQUOT|no space left|disk quota|not enough space|disk is full|espace insuffisant/i;
/** LevelDB's lock is the system's own (fcntl, LockFile): it dies with the process. */
const LOCKED = /\/LOCK: |[\\]LOCK: |lock .*(temporarily unavailable|already held)/i;

/** A storage failure as somebody can act on it; anything unknown passes unchanged. */
export function storageError(error: unknown): Error {
  if (isPreauError(error)) return error;
  const text =
    error instanceof Error
      ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`
      : String(error);
  if (FULL.test(text)) return new PreauError('DISK_FULL', {}, { cause: error });
  if (LOCKED.test(text)) return new PreauError('STORE_LOCKED', {}, { cause: error });
  return error instanceof Error ? error : new Error(text);
}
