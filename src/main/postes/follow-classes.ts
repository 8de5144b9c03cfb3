import { isPreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Logger } from '../capability';
import type { PeopleService } from '../directory/people-service';
import type { Members } from './members';

/**
 * A class that somebody teaches no more is a departure: the directory says who teaches what, and what their postes may
 * read follows in the same gesture.
 */
export function followClasses(
  people: PeopleService,
  deps: { readonly members: () => Pick<Members, 'leavesClasses'> | undefined; readonly log: Logger },
): PeopleService {
  return {
    ...people,
    async assignClasses(actor, person, classes) {
      const before = (await people.staff(actor)).find(({ id }) => id === person)?.classIds ?? [];
      await people.assignClasses(actor, person, classes);
      const lost = before.filter((one): one is Id<'class'> => !(classes as readonly string[]).includes(one));
      if (lost.length === 0) return;
      try {
        await deps.members()?.leavesClasses(actor, person, lost);
      } catch (error) {
        // A head at a colleague's computer, which holds no head's key: the directory is right, the keys wait for theirs.
        if (!isPreauError(error) || error.code !== 'FORBIDDEN') throw error;
        deps.log.warn('keys.not-exchanged', { person });
      }
    },
  };
}
