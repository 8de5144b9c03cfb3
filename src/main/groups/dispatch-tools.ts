import type { DispatchView } from '../../contract/staff/dispatch';
import { PreauError } from '../../domain/errors';
import { spanOn, type SpokenAs, type Standing } from '../../domain/groups/dispatch';
import { idFrom, type Id } from '../../domain/id';
import { teaches, type Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { instant, instantAt, localDate, type LocalDate } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import type { SchoolDatabases } from '../directory/databases';
import { dispatchViews } from './dispatch-view';
import type { Guests } from './guests';
import { viewSchool, type SchoolClass, type SchoolView } from './school-view';

export interface DispatchDeps {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly guests: Guests;
  readonly timeZone: () => string;
  readonly now: () => number;
  /** Somebody leaves or comes back at another moment than was known. */
  readonly changed: () => void;
}

/** What reading and writing of hosted children have in common. */
export function dispatchTools(deps: DispatchDeps) {
  const { platform, databases, guests, now } = deps;
  const zone = (): string => deps.timeZone();
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');
  const view = async (): Promise<SchoolView> => viewSchool(await ecole(), now(), zone());
  return {
    ecole,
    view,
    newId: (): Id<'event'> => idFrom('event', platform.random(9)),
    today: (): LocalDate => localDate(now(), zone()),
    zoned(at: { date: string; time: string }): string {
      const [hours, minutes] = at.time.split(':').map(Number);
      return instant(instantAt(at.date, (hours ?? 0) * 60 + (minutes ?? 0), zone()));
    },
    /** @throws PreauError `FORBIDDEN` */
    sender(actor: Actor): Id<'staff'> {
      demand(actor, 'dispatch.manage');
      if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'dispatch.manage' });
      return actor.personId;
    },
    spokenAs: (actor: Actor, classId: Id<'class'>): SpokenAs =>
      authorize(actor, 'school.manage') ? 'head' : teaches(actor, classId) ? 'class' : 'colleague',
    /** @throws PreauError `NOT_FOUND` */
    classOf(school: SchoolView, id: string): SchoolClass {
      const found = school.class(id);
      if (!found) throw new PreauError('NOT_FOUND', { kind: 'class' });
      return found;
    },
    isOn: (day: LocalDate) => (one: Standing) => spanOn(one, day, zone()) !== undefined,
    async views(actor: Actor, which: (one: Standing) => boolean = () => true): Promise<DispatchView[]> {
      const all = await guests.standing();
      return dispatchViews({ all, which, school: await view(), now: now(), zone: zone(), actor });
    },
    told(): void {
      deps.changed();
      platform.publish('dispatch.changed', {});
    },
  };
}
export type DispatchTools = ReturnType<typeof dispatchTools>;
