import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const CONNECTORS = '/sys/class/drm';

/**
 * Screens and projectors that are plugged in, whether each shows a picture of its own or a copy of another's (Linux; a
 * computer without such a list has no screen). Undefined on other systems.
 */
export async function connectedDisplays(
  system: NodeJS.Platform = process.platform,
  folder = CONNECTORS,
): Promise<number | undefined> {
  if (system !== 'linux') return undefined;
  const names = await readdir(folder).catch(() => []);
  const states = await Promise.all(
    names.map((name) => readFile(join(folder, name, 'status'), 'utf8').catch(() => '')),
  );
  return states.filter((state) => state.trim() === 'connected').length;
}
