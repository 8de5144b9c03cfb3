import * as v from 'valibot';
import { COLLEAGUE_MAX_MS } from '../domain/groups/dispatch';
import type { Id } from '../domain/id';
import { teaches, type Actor } from '../domain/rights/actor';
import { authorize } from '../domain/rights/authorize';
import type { DocumentBody } from '../store/port';
import { idSchema } from './header';

/** One way of writing an instant, so that the commune's databases read the same (sync-server/rules/judge.js). */
export const instantOnly = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  v.check((text) => Number.isFinite(Date.parse(text))),
);
const dispatchSchema = v.object({
  as: v.picklist(['class', 'colleague']),
  classId: idSchema('class'),
  from: instantOnly,
  until: instantOnly,
});
const endedSchema = v.pick(dispatchSchema, ['as', 'classId']);
const guestSchema = v.object({ host: idSchema('class') });
const groupSchema = v.object({ owner: idSchema('staff'), classIds: v.array(idSchema('class')) });

/**
 * What is written of groups and of children hosted elsewhere by somebody who is no head: in their own name; « as the class »
 * only by who teaches it; as any colleague for a day at most; a host's roll call by who calls that class's; a group of
 * one's own, with pupils of one's own classes. From the document alone (docs/groups.md).
 */
export function isOwnDispatch(body: DocumentBody, actor: Actor): boolean {
  if (authorize(actor, 'school.manage')) return true;
  if (body.type === 'dispatch' || body.type === 'dispatchEnded' || body.type === 'guestRoll') {
    if (actor.kind !== 'staff' || body['by'] !== actor.personId) return false;
  }
  const asClass = (as: string, classId: Id<'class'>): boolean => as !== 'class' || teaches(actor, classId);
  switch (body.type) {
    case 'dispatch': {
      const said = v.safeParse(dispatchSchema, body);
      if (!said.success) return false;
      const { as, classId, from, until } = said.output;
      const short = Date.parse(until) - Date.parse(from) <= COLLEAGUE_MAX_MS;
      return asClass(as, classId) && (as === 'class' || short);
    }
    case 'dispatchEnded': {
      const said = v.safeParse(endedSchema, body);
      return said.success && asClass(said.output.as, said.output.classId);
    }
    case 'guestRoll': {
      const said = v.safeParse(guestSchema, body);
      return said.success && authorize(actor, 'roll.write', { kind: 'class', classId: said.output.host });
    }
    case 'group': {
      const said = v.safeParse(groupSchema, body);
      if (!said.success || actor.kind !== 'staff' || said.output.owner !== actor.personId) return false;
      return said.output.classIds.every((classId) =>
        authorize(actor, 'group.manage', { kind: 'class', classId }),
      );
    }
    default:
      return true;
  }
}
