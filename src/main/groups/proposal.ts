import * as v from 'valibot';
import { id } from '../../contract/define';
import type { HostChoice } from '../../contract/staff/dispatch';
import type { Standing } from '../../domain/groups/dispatch';
import { spread } from '../../domain/groups/spread';
import type { Id } from '../../domain/id';
import type { Grade } from '../../domain/people/person';
import type { AudienceDatabase } from '../../store/port';
import type { SchoolClass, SchoolView } from './school-view';

/** The other classes of the school as hosts of a day. `standing`: what is already said of that day. */
export function hostChoices(
  school: SchoolView,
  standing: readonly Standing[],
  home: Id<'class'>,
): HostChoice[] {
  const others = standing.filter(
    ({ dispatch }) => dispatch.classId !== home && dispatch.kind === 'replacement',
  );
  const away = new Set(others.map(({ dispatch }) => dispatch.classId));
  return school.classes
    .filter((one) => one.id !== home)
    .map(({ id: classId, label, grades, teachers, pupils }) => ({
      id: classId,
      label,
      grades: [...grades],
      teachers: [...teachers],
      own: pupils.length,
      guests: others.reduce(
        (sum, { dispatch }) =>
          sum +
          dispatch.hosts.reduce((n, part) => n + (part.classId === classId ? part.pupils.length : 0), 0),
        0,
      ),
      away: away.has(classId),
    }));
}

export interface ProposalOrder {
  readonly home: SchoolClass;
  readonly hosts: readonly HostChoice[];
  readonly placed: readonly { readonly class: Id<'class'>; readonly pupils: readonly Id<'pupil'>[] }[];
  readonly absent: readonly Id<'pupil'>[];
  readonly apart: readonly (readonly [Id<'pupil'>, Id<'pupil'>])[];
  readonly siblings: (pupil: string) => readonly string[];
  readonly school: SchoolView;
}

/** Every host stands in the answer, also one that takes nobody. */
export function propose({ home, hosts, placed, absent, apart, siblings, school }: ProposalOrder): {
  class: Id<'class'>;
  pupils: Id<'pupil'>[];
}[] {
  const out = new Set<string>(absent);
  const places = spread({
    pupils: home.pupils
      .filter(({ _id }) => !out.has(_id))
      .map(({ _id, grade }) => ({
        id: _id,
        grade: grade as Grade | undefined,
        siblingsIn: siblings(_id).flatMap((other) => school.pupil(other)?.classId ?? []),
      })),
    hosts: hosts.map((one) => ({ id: one.id, grades: one.grades, size: one.own + one.guests })),
    apart,
    placed: new Map(placed.flatMap((part) => part.pupils.map((pupil) => [pupil, part.class] as const))),
  });
  return hosts.map((host) => ({
    class: host.id,
    pupils: school
      .named(home.pupils.flatMap(({ _id }) => (places.get(_id) === host.id ? [_id] : [])))
      .map((pupil) => pupil.id),
  }));
}

const guardianSchema = v.looseObject({
  children: v.optional(v.array(id('pupil')), []),
  mergedInto: v.optional(v.string()),
});

/** Brothers and sisters: children of one guardian, as the head's base says it. */
export function siblingsFrom(direction: AudienceDatabase): (pupil: string) => readonly string[] {
  const found = new Map<string, Set<string>>();
  for (const { body } of direction.all('guardian')) {
    const parsed = v.safeParse(guardianSchema, body);
    if (!parsed.success) continue;
    for (const one of parsed.output.children) {
      const list = found.get(one) ?? new Set();
      for (const other of parsed.output.children) if (other !== one) list.add(other);
      found.set(one, list);
    }
  }
  return (pupil) => [...(found.get(pupil) ?? [])];
}
