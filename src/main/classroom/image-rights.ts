import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { ClassroomDeps } from './deps';

/**
 * A picture leaves for the class only with the families' word for each child who can be recognised in it. Asked of the
 * school's own lists (capability `privacy`, which writes down who asked about whom), never of the screen.
 */
export interface ImageRights {
  /** @throws PreauError `IMAGE_REFUSED` with the names of who stops it */
  demand(actor: Actor, shows: readonly Id<'pupil'>[]): Promise<void>;
}

export const createImageRights = ({ mayPublish }: Pick<ClassroomDeps, 'mayPublish'>): ImageRights => ({
  async demand(actor, shows) {
    if (shows.length === 0) return;
    const answer = await mayPublish?.(actor, shows);
    if (answer?.may) return;
    const names = answer?.stopped.map(({ name }) => name).filter((name) => name !== '') ?? [];
    throw new PreauError('IMAGE_REFUSED', {
      names: names.join(', ') || '?',
      count: answer?.stopped.length ?? shows.length,
    });
  },
});
