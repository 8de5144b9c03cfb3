import type { BigIntStats } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { storageError } from './storage-errors';

/** Makes a rename or a new name durable. Windows has no such thing: there the journal of NTFS does it. */
export async function syncDirectory(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a file whole: after a crash at any moment the old or the new content is there, never a part.
 * @throws PreauError `DISK_FULL`; the old content is kept
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.new`;
  try {
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(draft, { force: true });
    throw storageError(error);
  }
}

const formerOf = (path: string): string => `${path}.former`;

/**
 * `writeAtomically`, and the bytes that stood there are overwritten before they are let go of. That is all a programme can
 * ask: a disk that moves what it rewrites (most SSDs), a file system that copies on writing or keeps snapshots, a backup
 * and the swap may have them still. On a file system without hard links (FAT) they are only let go of.
 * @throws PreauError `DISK_FULL`; the old content is kept
 */
export async function replaceAndErase(path: string, content: string | Uint8Array): Promise<void> {
  await eraseFormer(path);
  // A second name keeps hold of the old bytes while the first moves on to the new ones.
  const held = await link(path, formerOf(path)).then(
    () => true,
    () => false,
  );
  try {
    await writeAtomically(path, content);
  } finally {
    if (held) await eraseFormer(path);
  }
}

/** Finishes what a crash cut short: overwrites what an earlier replacement left, unless it is the file in use. */
export async function eraseFormer(path: string): Promise<void> {
  const former = formerOf(path);
  const [found, inUse] = await Promise.all([former, path].map(placeOf));
  if (!found || !inUse) return;
  if (found.ino !== inUse.ino || found.dev !== inUse.dev) {
    const handle = await open(former, 'r+');
    try {
      await handle.writeFile(Buffer.alloc(Number(found.size)));
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await rm(former);
  await syncDirectory(dirname(path));
}

const placeOf = (path: string): Promise<BigIntStats | undefined> =>
  stat(path, { bigint: true }).catch(() => undefined);
