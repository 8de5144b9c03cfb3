import { readdir, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { userInfo } from 'node:os';
import type { Place } from '../../contract/staff/backup';

/**
 * Keys that are plugged in, as each system shows them: a folder a key, or a drive's letter. Nothing is written to find them.
 * @param roots for tests; where the system puts removable volumes otherwise
 */
export async function removablePlaces(roots: readonly string[] = systemRoots()): Promise<readonly Place[]> {
  const found: Place[] = [];
  for (const root of roots) {
    for (const name of await readdir(root).catch(() => [] as string[])) {
      const place = await placeAt(join(root, name));
      if (place) found.push(place);
    }
  }
  if (process.platform === 'win32') found.push(...(await drives()));
  return found;
}

function systemRoots(): readonly string[] {
  if (process.platform === 'darwin') return ['/Volumes'];
  if (process.platform !== 'linux') return [];
  const { username } = userInfo();
  return [`/media/${username}`, `/run/media/${username}`];
}

/** Letters behind the system's own; a network drive may be among them, and is as good a place. */
async function drives(): Promise<Place[]> {
  const system = (process.env['SystemDrive'] ?? 'C:').toUpperCase();
  const letters = [...'DEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}:`);
  const there = await Promise.all(
    letters.filter((letter) => letter !== system).map((letter) => placeAt(`${letter}\\`)),
  );
  return there.flatMap((place) => place ?? []);
}

async function placeAt(folder: string): Promise<Place | undefined> {
  try {
    if (!(await stat(folder)).isDirectory()) return undefined;
    const { bavail, bsize } = await statfs(folder);
    return { folder, name: basename(folder) || folder.replace('\\', ''), free: bavail * bsize };
  } catch {
    return undefined;
  }
}
