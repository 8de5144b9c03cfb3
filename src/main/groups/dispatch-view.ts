import type { DispatchView } from '../../contract/staff/dispatch';
import { isAwayAt, type Dispatch, type Standing } from '../../domain/groups/dispatch';
import type { Id } from '../../domain/id';
import { teaches, type Actor } from '../../domain/rights/actor';
import { authorize } from '../../domain/rights/authorize';
import { instant, localDate, localMinutes } from '../../domain/time';
import type { SchoolView } from './school-view';

/** A head, who teaches the class, or whoever sent it out. */
export const mayChange = (actor: Actor, { classId, by }: Pick<Dispatch, 'classId' | 'by'>): boolean =>
  authorize(actor, 'dispatch.manage') &&
  (authorize(actor, 'school.manage') ||
    teaches(actor, classId) ||
    (actor.kind === 'staff' && actor.personId === by));

export interface ViewOrder {
  readonly all: readonly Standing[];
  readonly which: (one: Standing) => boolean;
  readonly school: SchoolView;
  readonly now: number;
  readonly zone: string;
  readonly actor: Actor;
}

/** As the person who asks may read them: who has a right in one class sees that class's part and no other. */
export function dispatchViews({ all, which, school, now, zone, actor }: ViewOrder): DispatchView[] {
  const whole = authorize(actor, 'dispatch.read');
  const sees = (classId: Id<'class'>): boolean =>
    whole || authorize(actor, 'dispatch.read', { kind: 'class', classId });
  const placed = all.filter((one) => isAwayAt(one, now, zone));
  return all
    .filter(which)
    .flatMap((standing) => {
      const { dispatch, until, endedBy } = standing;
      const home = sees(dispatch.classId);
      const hosts = dispatch.hosts.filter(({ classId }) => home || sees(classId));
      if (hosts.length === 0) return [];
      const from = Date.parse(dispatch.from);
      const away = isAwayAt(standing, now, zone);
      return [
        {
          id: dispatch.id,
          kind: dispatch.kind,
          ...(dispatch.title === undefined ? {} : { title: dispatch.title }),
          class: { id: dispatch.classId, label: school.label(dispatch.classId) },
          from: dispatch.from,
          until: instant(until),
          ...(dispatch.weekly ? { weekly: { ...dispatch.weekly, days: [...dispatch.weekly.days] } } : {}),
          first: momentAt(from, zone),
          last: momentAt(until, zone),
          by: school.staffName(dispatch.by),
          at: dispatch.at,
          state: until <= now ? ('over' as const) : from > now ? ('later' as const) : ('now' as const),
          away,
          ...(endedBy === undefined ? {} : { endedBy: school.staffName(endedBy) }),
          hosts: hosts
            .map(({ classId, pupils }) => ({
              class: { id: classId, label: school.label(classId) },
              teachers: [...(school.class(classId)?.teachers ?? [])],
              own: school.class(classId)?.pupils.length ?? 0,
              pupils: school.named(pupils),
            }))
            .sort((a, b) => a.class.label.localeCompare(b.class.label, 'fr', { numeric: true })),
          twice: away ? elsewhere(standing, placed, school) : [],
          mayChange: until > now && mayChange(actor, dispatch),
        },
      ];
    })
    .sort((a, b) => b.from.localeCompare(a.from) || (a.id < b.id ? -1 : 1));
}

const two = (value: number): string => String(value).padStart(2, '0');
/** A day and a time as the school's clock says them. */
function momentAt(at: number, zone: string): { date: string; time: string } {
  return { date: localDate(at, zone), time: timeAt(at, zone) };
}
export function timeAt(at: number, zone: string): string {
  const minutes = localMinutes(at, zone);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Two postes that sent a child out apart: both places are shown. */
function elsewhere(own: Standing, placed: readonly Standing[], school: SchoolView): DispatchView['twice'] {
  const places = new Map<Id<'pupil'>, Set<string>>();
  for (const { dispatch } of placed)
    for (const { classId, pupils } of dispatch.hosts)
      for (const pupil of pupils)
        places.set(pupil, (places.get(pupil) ?? new Set()).add(school.label(classId)));
  const mine = own.dispatch.hosts.flatMap(({ pupils }) => pupils);
  return school
    .named(mine.filter((pupil) => (places.get(pupil)?.size ?? 0) > 1))
    .map(({ id, full }) => ({ name: full, classes: [...(places.get(id) ?? [])] }));
}
