import type { Id } from '../../domain/id';
import type { Standing } from '../../domain/people/authority';
import { contactsOf } from '../../domain/people/guardian-contacts';
import { guardiansOfChild } from '../../domain/people/guardian-people';
import { portalState } from '../../domain/people/guardian-portal';
import type { LocalDate } from '../../domain/time';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { SchoolDatabases } from './databases';
import { settle, type Families } from './guardians-records';
import { childrenOn } from './guardians-deps';
import { portalFacts, usedVerifiers } from './portal-records';
import type { ClassDocument } from './records';

/** « Qui prévenir » for one child, in the sealed base of its class; under the child's id. */
export interface ContactsDocument extends DocumentBody {
  readonly type: 'contacts';
  readonly people: readonly {
    readonly civility?: string;
    readonly first: string;
    readonly family: string;
    readonly phones: readonly { readonly kind: string; readonly number: string }[];
  }[];
}
/** What the commune's portal needs to let one guardian in: no name, nothing of another guardian. */
interface PortalAccessDocument extends DocumentBody {
  readonly type: 'portalAccess';
  readonly children: readonly string[];
  readonly codes: readonly { readonly verifier: string; readonly expiresAt: string }[];
}

interface SchoolLook {
  readonly databases: SchoolDatabases;
  readonly direction: AudienceDatabase;
  readonly ecole: AudienceDatabase;
  readonly families: Families;
  readonly standing: (guardian: string, pupil: string) => Standing;
  readonly on: LocalDate;
}

/** A child who moved or left takes the card along. @returns whether anything was written */
export async function publishContacts(school: SchoolLook): Promise<boolean> {
  const { databases, ecole, families, standing, on } = school;
  const children = Map.groupBy(childrenOn(ecole, on), ({ classId }) => classId);
  let written = false;
  for (const { body } of ecole.all<ClassDocument>('class')) {
    const classId = body._id as Id<'class'>;
    if (!databases.readable('suivi', classId)) continue;
    const suivi = await databases.open('suivi', classId);
    const here = body.mergedInto ? [] : (children.get(classId) ?? []);
    const cards = here.map(({ _id }): ContactsDocument => {
      const guardians = guardiansOfChild(families.people, _id);
      return {
        _id,
        type: 'contacts',
        v: 1,
        people: contactsOf(guardians, (who) => standing(who, _id)).map((one) => ({ ...one })),
      };
    });
    if (await keepOnly(suivi, 'contacts', cards)) written = true;
  }
  return written;
}

/** Nobody without a living letter, nobody without a child here. @returns whether anything was written */
export async function publishAccesses(
  school: SchoolLook & {
    readonly now: number;
    readonly accessOf: (guardian: Id<'guardian'>) => Id<'portal'>;
  },
): Promise<boolean> {
  const { direction, ecole, families, standing } = school;
  const here = new Set<string>(childrenOn(ecole, school.on).map(({ _id }) => _id));
  const facts = portalFacts(direction, families);
  const used = usedVerifiers(ecole);
  const accesses = families.people.flatMap(({ id, children }): PortalAccessDocument[] => {
    const guardian = id as Id<'guardian'>;
    const { state, codes } = portalState(facts.get(guardian) ?? [], used, school.now);
    const mine = children.filter((child) => here.has(child) && standing(id, child).receives).sort();
    if (state === 'none' || state === 'revoked' || mine.length === 0) return [];
    const open = codes.map(({ verifier, expiresAt }) => ({ verifier, expiresAt }));
    return [{ _id: school.accessOf(guardian), type: 'portalAccess', v: 1, children: mine, codes: open }];
  });
  return keepOnly(ecole, 'portalAccess', accesses);
}

/** These documents of that type, and no other. */
async function keepOnly(
  db: AudienceDatabase,
  type: string,
  wanted: readonly DocumentBody[],
): Promise<boolean> {
  const ids = new Set(wanted.map(({ _id }) => _id));
  let written = false;
  for (const body of wanted) if (await settle(db, body)) written = true;
  for (const { body, rev } of db.all(type)) {
    if (ids.has(body._id)) continue;
    await db.remove(body._id, rev);
    written = true;
  }
  return written;
}
