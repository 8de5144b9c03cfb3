import * as v from 'valibot';
import type { Id } from '../../domain/id';
import { compareByFirstName, fullName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { ContactCard } from '../../contract/staff/guardians';
import { childrenOn, titledName, type GuardiansDeps } from './guardians-deps';

const cardSchema = v.object({
  people: v.array(
    v.object({
      civility: v.optional(v.picklist(['mme', 'm'])),
      first: v.string(),
      family: v.string(),
      phones: v.array(v.object({ kind: v.picklist(['mobile', 'home', 'work']), number: v.string() })),
    }),
  ),
});

/** « Qui prévenir » of a class, from its sealed base: who teaches it has no other way to a telephone number. */
export async function readContacts(
  { platform, databases, timeZone }: GuardiansDeps,
  actor: Actor,
  classId: Id<'class'>,
): Promise<ContactCard[]> {
  demand(actor, 'contact.read', { kind: 'class', classId });
  const suivi = await databases.open('suivi', classId);
  const ecole = await databases.ecoleWith(classId);
  return childrenOn(ecole, localDate(platform.clock(), timeZone()))
    .filter((child) => child.classId === classId)
    .map((child) => ({ ...child, id: child._id }))
    .sort(compareByFirstName)
    .map(({ _id, names }) => {
      const parsed = v.safeParse(cardSchema, suivi.get(_id)?.body);
      const people = parsed.success
        ? parsed.output.people.map(({ civility, first, family, phones }) => ({
            name: titledName({ civility, names: { first, family } }),
            phones,
          }))
        : undefined;
      return { pupil: _id, name: fullName(names), people };
    });
}
