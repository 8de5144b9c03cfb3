import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopySource } from './source';

/** Documents are written packed as well: their bases say how many bytes that is at the most. */
async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return bytes;
}

/** Bytes a copy takes at the most, from what lies in the data folder; the copy itself says what it took. */
export async function sizeOf({ filesFolder }: CopySource, dataFolder: string): Promise<number> {
  const [parcels, databases, files] = await Promise.all([
    bytesUnder(join(dataFolder, 'parcels')),
    bytesUnder(join(dataFolder, 'databases')),
    bytesUnder(filesFolder),
  ]);
  return parcels + databases + files;
}
