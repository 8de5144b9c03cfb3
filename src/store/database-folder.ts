import { readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from './atomic-file';

/** In the data folder: one LevelDB an audience. */
export const DATABASES = 'databases';
const LEAVING = '.leaving';

/** Deletes a database's folder. Its name goes first, at once: half a LevelDB is never taken for a whole one. */
export async function deleteWhole(folder: string): Promise<void> {
  const leaving = `${folder}${LEAVING}`;
  await rm(leaving, { recursive: true, force: true });
  try {
    await rename(folder, leaving);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await syncDirectory(dirname(folder));
  await rm(leaving, { recursive: true, force: true, maxRetries: 3 });
}

/** Finishes deletions that a crash cut short. */
export async function finishDeletions(dataFolder: string): Promise<void> {
  const names = await readdir(join(dataFolder, DATABASES)).catch(() => []);
  for (const name of names.filter((one) => one.endsWith(LEAVING)))
    await rm(join(dataFolder, DATABASES, name), { recursive: true, force: true });
}
