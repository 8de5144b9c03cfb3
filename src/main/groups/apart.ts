import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { readApart } from './documents';
import { dispatchTools, type DispatchDeps } from './dispatch-tools';

type Pair = readonly [Id<'pupil'>, Id<'pupil'>];

/** Two children who do better in different classes: in the class's sealed base, for who teaches it and a head. */
export function createApart(deps: DispatchDeps) {
  const { databases } = deps;
  const { view, classOf, newId } = dispatchTools(deps);
  const may = (actor: Actor, classId: Id<'class'>): boolean =>
    authorize(actor, 'class.read', { kind: 'class', classId }) && databases.readable('suivi', classId);
  return {
    may,
    /** Empty for who may not read it. */
    async of(
      actor: Actor,
      classId: Id<'class'>,
    ): Promise<{ id: Id<'event'>; pupils: [Id<'pupil'>, Id<'pupil'>] }[]> {
      if (!may(actor, classId)) return [];
      return readApart(await databases.open('suivi', classId)).map(({ _id, pupils }) => ({
        id: _id,
        pupils,
      }));
    },
    async keep(actor: Actor, classId: Id<'class'>, pupils: Pair): Promise<Id<'event'>> {
      demand(actor, 'class.read', { kind: 'class', classId });
      const own = new Set(classOf(await view(), classId).pupils.map(({ _id }) => _id));
      if (pupils[0] === pupils[1] || pupils.some((pupil) => !own.has(pupil)))
        throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const id = newId();
      const suivi = await databases.open('suivi', classId);
      await suivi.put({ _id: id, type: 'keepApart', v: 1, pupils: [...pupils] });
      return id;
    },
    async meet(actor: Actor, classId: Id<'class'>, id: Id<'event'>): Promise<void> {
      demand(actor, 'class.read', { kind: 'class', classId });
      const suivi = await databases.open('suivi', classId);
      const held = suivi.get(id);
      if (held?.body.type !== 'keepApart') throw new PreauError('NOT_FOUND', { kind: 'keepApart' });
      await suivi.remove(id, held.rev);
    },
  };
}
