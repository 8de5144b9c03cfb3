import type { Holding } from '../../contract/staff/rights';
import type { Id } from '../../domain/id';
import { grantsFrom, isEnded, type Delegation } from '../../domain/rights/delegation';
import { grantsAt } from '../../domain/rights/effective';
import { grantsOf } from '../../domain/rights/entitlement';
import { SCOPE_OF } from '../../domain/rights/roles';
import type { StaffDocument } from '../directory/records';
import { nameOf } from './directory';
import { standing, type RightsFacts } from './documents';

export interface Looking {
  readonly facts: RightsFacts;
  readonly staff: readonly StaffDocument[];
  readonly classes: ReadonlyMap<Id<'class'>, string>;
  readonly now: number;
  readonly seenToEnd: (id: string) => boolean;
  readonly mayEnd: (delegation: Delegation) => boolean;
}

/** Who has which right, where it comes from and until when: those of today, those to come, and those that are over. */
export function holdingsOf(look: Looking): Holding[] {
  const rank = { now: 0, later: 1, over: 2 } as const;
  const names = new Intl.Collator('fr');
  return [...lasting(look), ...look.facts.delegations.map((one) => given(one, look))].sort(
    (a, b) =>
      rank[a.state] - rank[b.state] ||
      // What is over: the latest first. What holds: in the order of people.
      (a.state === 'over' ? (b.until ?? '').localeCompare(a.until ?? '') : 0) ||
      names.compare(a.name, b.name),
  );
}

const classesOf = (ids: readonly Id<'class'>[], { classes }: Looking): { id: Id<'class'>; label: string }[] =>
  ids.flatMap((id) => {
    const label = classes.get(id);
    return label === undefined ? [] : [{ id, label }];
  });

function lasting(look: Looking): Holding[] {
  return look.staff
    .filter(({ leftOn }) => leftOn === undefined)
    .flatMap((person) =>
      grantsOf(person).map(({ role, classIds }) => ({
        person: person._id as Id<'staff'>,
        name: nameOf(look.staff, person._id),
        role,
        classes: classesOf(classIds, look),
        groups: [],
        source: 'directory' as const,
        state: 'now' as const,
        mayEnd: false,
      })),
    );
}

function given(one: Delegation, look: Looking): Holding {
  const { facts, staff, now } = look;
  const end = facts.ended.find((other) => isEnded(one, [other]));
  const live = standing(facts, look.seenToEnd);
  const stands = live.delegations.some(({ id }) => id === one.id);
  const past = !stands || (one.until !== undefined && Date.parse(one.until) <= now);
  const state = past ? 'over' : Date.parse(one.from) > now ? 'later' : 'now';
  const worthless =
    state === 'now' &&
    one.role === 'facilitator' &&
    grantsAt(grantsFrom([one], live.conventions), now).length === 0;
  const until = end?.at ?? one.until;
  return {
    person: one.person,
    name: nameOf(staff, one.person),
    role: one.role,
    classes: SCOPE_OF[one.role] === 'classes' ? classesOf(one.classIds, look) : [],
    groups: SCOPE_OF[one.role] === 'groups' ? [...one.groupIds] : [],
    source: 'delegation',
    delegation: one.id,
    state,
    from: one.from,
    ...(until === undefined ? {} : { until }),
    ...(one.reason === undefined ? {} : { reason: one.reason }),
    ...(one.replaces === undefined ? {} : { replaces: nameOf(staff, one.replaces) }),
    by: nameOf(staff, one.by),
    ...(end ? { endedBy: nameOf(staff, end.by) } : {}),
    ...(worthless ? { withoutConvention: true } : {}),
    mayEnd: state !== 'over' && look.mayEnd(one),
  };
}
