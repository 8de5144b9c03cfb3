import type { Id } from '../../domain/id';
import {
  contradictions,
  livingFacts,
  standingOf,
  standingsOf,
  type AuthorityFact,
  type Standing,
} from '../../domain/people/authority';
import { lettersFor } from '../../domain/people/guardian-letters';
import { guardiansOfChild, type GuardianPerson } from '../../domain/people/guardian-people';
import { compareByFamilyName, familyName, fullName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate, type LocalDate } from '../../domain/time';
import type {
  AuthorityEntry,
  ChildOfSchool,
  FamilyLetter,
  GuardianSummary,
  StandingSummary,
} from '../../contract/staff/guardians';
import type { AudienceDatabase } from '../../store/port';
import { childrenOn, titledName, type GuardiansDeps } from './guardians-deps';
import { readFamilies, withoutGaps, type Families } from './guardians-records';
import type { ClassDocument, StaffDocument } from './records';

/** Guardians and their children as the head reads and prints them. */
export interface GuardianLists {
  list(actor: Actor): Promise<{ children: ChildOfSchool[]; guardians: GuardianSummary[] }>;
  history(actor: Actor, pupil: Id<'pupil'>): Promise<AuthorityEntry[]>;
  letters(
    actor: Actor,
    classes: readonly Id<'class'>[],
    per: 'household' | 'person',
  ): Promise<FamilyLetter[]>;
}

export function createGuardianLists(deps: GuardiansDeps): GuardianLists {
  const { platform, databases } = deps;
  const today = (): LocalDate => localDate(platform.clock(), deps.timeZone());
  const direction = (): Promise<AudienceDatabase> => databases.open('direction');
  const families = async (): Promise<Families> => readFamilies(await direction());

  return {
    async list(actor) {
      demand(actor, 'guardian.read');
      const { people, facts } = await families();
      const on = today();
      const byPupil = Map.groupBy(facts, ({ pupil }) => pupil);
      const children = childrenOn(await databases.open('ecole'), on)
        .map((child) => ({ ...child, id: child._id }))
        .sort(compareByFamilyName)
        .map(({ _id, names, classId }): ChildOfSchool => {
          const mine = [...guardiansOfChild(people, _id)].sort(compareByFamilyName);
          const said = byPupil.get(_id) ?? [];
          const ids = mine.map(({ id }) => id as Id<'guardian'>);
          const standings = standingsOf(ids, said, on);
          return {
            id: _id,
            name: fullName(names),
            first: names.first,
            family: familyName(names),
            ...(classId ? { class: classId as Id<'class'> } : {}),
            guardians: [...standings].map(([id, standing]) => ({
              id,
              standing: summaryOf(
                standing,
                said.filter(({ guardian }) => guardian === id),
                on,
              ),
            })),
            contradictions: contradictions([...standings.values()]),
          };
        });
      const nameOf = namesIn(await direction());
      return {
        children,
        guardians: [...people].sort(compareByFamilyName).map((one) => guardianSummary(one, nameOf)),
      };
    },
    async history(actor, pupil) {
      demand(actor, 'guardian.read');
      const { people, facts } = await families();
      const said = facts.filter((fact) => fact.pupil === pupil);
      const living = new Set(livingOf(said));
      const staff = await databases.open('ecole');
      const nameOf = (id: string): string => {
        const held = staff.get<StaffDocument>(id)?.body;
        return held ? fullName(held.names) : '';
      };
      const adults = new Map(people.map((one) => [one.id, titledName(one)]));
      return [...said]
        .sort((a, b) => b.at.localeCompare(a.at) || a.id.localeCompare(b.id))
        .map(({ id, guardian, holds, from, until, receives, mayCall, basis, by, at }) => ({
          id: id as Id<'event'>,
          guardian,
          name: adults.get(guardian) ?? '',
          holds,
          from,
          until,
          receives: receives ?? false,
          mayCall: mayCall ?? false,
          basis,
          by: nameOf(by),
          at,
          living: living.has(id),
        }));
    },
    async letters(actor, classes, per) {
      demand(actor, 'guardian.read');
      const ecole = await databases.open('ecole');
      const on = today();
      const { people, facts } = await families();
      const labels = new Map(ecole.all<ClassDocument>('class').map(({ body }) => [body._id, body.label]));
      const wanted = childrenOn(ecole, on).filter(
        ({ classId }) => classId !== undefined && (classes as readonly string[]).includes(classId),
      );
      const byId = new Map(wanted.map((child) => [child._id, child]));
      const names = new Map(people.map((one) => [one.id, titledName(one)]));
      const byPupil = Map.groupBy(facts, ({ pupil }) => pupil);
      const standing = (guardian: Id<'guardian'>, pupil: Id<'pupil'>): Standing =>
        standingOf(
          (byPupil.get(pupil) ?? []).filter((fact) => fact.guardian === guardian),
          on,
        );
      const sorted = wanted
        .map((child) => ({ ...child, id: child._id }))
        .sort(
          (a, b) =>
            (labels.get(a.classId ?? '') ?? '').localeCompare(labels.get(b.classId ?? '') ?? '', 'fr', {
              numeric: true,
            }) || compareByFamilyName(a, b),
        );
      return lettersFor(
        sorted.map(({ id }) => id),
        people,
        (guardian, pupil) => standing(guardian, pupil).receives,
        per,
      ).map(({ guardians, address, children }) => ({
        names: guardians.map((id) => names.get(id) ?? ''),
        signers: guardians
          .filter((id) => children.every((child) => standing(id, child).holds !== 'none'))
          .map((id) => names.get(id) ?? ''),
        ...(address ? { address: withoutGaps(address) as Record<string, string> } : {}),
        children: children.flatMap((id) => {
          const child = byId.get(id);
          return child ? [{ name: fullName(child.names), class: labels.get(child.classId ?? '') ?? '' }] : [];
        }),
      }));
    },
  };
}

const livingOf = (facts: readonly AuthorityFact[]): string[] => livingFacts(facts).map(({ id }) => id);

function summaryOf(standing: Standing, facts: readonly AuthorityFact[], on: LocalDate): StandingSummary {
  const { holds, fact, disputed, receives, mayCall } = standing;
  const [next] = livingFacts(facts)
    .filter(({ from }) => from > on)
    .sort((a, b) => a.from.localeCompare(b.from));
  return {
    holds,
    ...(fact ? { from: fact.from, until: fact.until, basis: fact.basis } : {}),
    receives,
    mayCall,
    disputed: disputed.length > 0,
    ...(next && next.holds !== 'undone' ? { next: { holds: next.holds, from: next.from } } : {}),
  };
}

const namesIn =
  (direction: AudienceDatabase) =>
  (id: string): string => {
    const names = direction.get(id)?.body['names'] as GuardianPerson['names'] | undefined;
    return names ? fullName(names) : '';
  };

function guardianSummary(one: GuardianPerson, nameOf: (id: string) => string): GuardianSummary {
  const { id, civility, names, email, phones, address, children, merged } = one;
  return {
    id: id as Id<'guardian'>,
    name: titledName(one),
    civility,
    first: names.first,
    family: names.family,
    usage: names.usage,
    email,
    phones: withoutGaps(phones) as Record<string, string>,
    address: withoutGaps(address) as Record<string, string>,
    children: children as Id<'pupil'>[],
    merged: merged.map((other) => ({ id: other as Id<'guardian'>, name: nameOf(other) })),
  };
}
