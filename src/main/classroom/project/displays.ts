import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { projectSubject } from '../../../contract/staff/project';
import { PreauError } from '../../../domain/errors';
import type { StaffHandlers } from '../../capability';

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

export const projectRoutes = {
  async displays({ actor }) {
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'project.displays' });
    const connected = await connectedDisplays();
    return connected === undefined ? {} : { connected };
  },
} satisfies StaffHandlers<typeof projectSubject>;
