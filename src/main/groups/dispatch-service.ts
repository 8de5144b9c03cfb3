import type { ReplyOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import type { DispatchView, ProposeOrder } from '../../contract/staff/dispatch';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { teaches, type Actor } from '../../domain/rights/actor';
import { actionsOf } from '../../domain/rights/actions-of';
import { authorize, demand } from '../../domain/rights/authorize';
import { nextWeekday, weekdayOf, type LocalDate } from '../../domain/time';
import { createApart } from './apart';
import { classCounts } from './counts';
import { dispatchTools, type DispatchDeps } from './dispatch-tools';
import { createDispatchWriting, type DispatchWriting } from './dispatch-writing';
import { readEnd, SETTINGS_ID } from './documents';
import { hostChoices, propose, siblingsFrom } from './proposal';

type Reply<K extends keyof StaffContract['dispatch']['requests'] & string> = ReplyOf<
  StaffContract,
  `dispatch.${K}`
>;

/** « Répartir la classe », décloisonnement, inclusion (docs/groups.md). */
export interface DispatchService extends DispatchWriting {
  /** @throws PreauError `FORBIDDEN`, `NOT_FOUND` */
  look(actor: Actor, classId: Id<'class'>, day?: LocalDate): Promise<Reply<'look'>>;
  /** @throws PreauError `DISPATCH_NO_HOST` */
  propose(actor: Actor, order: ProposeOrder): Promise<Reply<'propose'>>;
  list(actor: Actor): Promise<DispatchView[]>;
  /** Of that day, today unless told. */
  today(actor: Actor, day?: LocalDate): Promise<Reply<'today'>>;
  setEnd(actor: Actor, time: string): Promise<void>;
  keepApart(
    actor: Actor,
    classId: Id<'class'>,
    pupils: readonly [Id<'pupil'>, Id<'pupil'>],
  ): Promise<Id<'event'>>;
  mayMeet(actor: Actor, classId: Id<'class'>, id: Id<'event'>): Promise<void>;
}

export function createDispatchService(deps: DispatchDeps): DispatchService {
  const { platform, databases, guests, now } = deps;
  const { view, today, zoned, sender, spokenAs, classOf, isOn, views } = dispatchTools(deps);
  const pairs = createApart(deps);
  /** Today as long as children are at school, else the next day that has lessons. */
  function dayMeant(endsAt: string): LocalDate {
    const date = today();
    return weekdayOf(date) < 6 && now() < Date.parse(zoned({ date, time: endsAt }))
      ? date
      : nextWeekday(date);
  }
  const siblings = async (actor: Actor) =>
    authorize(actor, 'guardian.read') && databases.readable('direction')
      ? siblingsFrom(await databases.open('direction'))
      : () => [];
  /** Of some class at least; the views then show that class's part. */
  function reader(actor: Actor): void {
    if (!actionsOf(actor).includes('dispatch.read')) demand(actor, 'dispatch.read');
  }

  return {
    ...createDispatchWriting(deps),
    async look(actor, classId, chosen) {
      sender(actor);
      const school = await view();
      const home = classOf(school, classId);
      const standing = await guests.standing();
      const endsAt = readEnd(await databases.open('parc'));
      const day = chosen ?? dayMeant(endsAt);
      const hosts = hostChoices(school, standing.filter(isOn(day)), classId);
      const apart = await pairs.of(actor, classId);
      const current = (
        await views(
          actor,
          (one) => one.dispatch.classId === classId && one.dispatch.kind === 'replacement' && isOn(day)(one),
        )
      ).find(({ state }) => state !== 'over');
      return {
        class: { id: home.id, label: home.label },
        pupils: school.named(home.pupils.map(({ _id }) => _id)),
        hosts,
        proposal: propose({
          home,
          hosts: hosts.filter(({ away }) => !away),
          placed: [],
          absent: [],
          apart: apart.map(({ pupils }) => pupils),
          siblings: await siblings(actor),
          school,
        }),
        endsAt,
        today: today(),
        day,
        as: spokenAs(actor, classId),
        ...(current ? { current } : {}),
        apart,
        mayKeepApart: pairs.may(actor, classId),
      };
    },
    async propose(actor, { class: classId, day, refused, placed, absent, apart }) {
      sender(actor);
      const school = await view();
      const standing = (await guests.standing()).filter(isOn(day));
      const hosts = hostChoices(school, standing, classId).filter(
        ({ id, away }) => !away && !refused.includes(id),
      );
      if (hosts.length === 0) throw new PreauError('DISPATCH_NO_HOST');
      const home = classOf(school, classId);
      const known = (await pairs.of(actor, classId)).map(({ pupils }) => pupils);
      return {
        hosts: propose({
          home,
          hosts,
          placed,
          absent,
          apart: [...known, ...apart],
          siblings: await siblings(actor),
          school,
        }),
      };
    },
    list(actor) {
      reader(actor);
      return views(actor);
    },
    async today(actor, day = today()) {
      reader(actor);
      const isToday = isOn(day);
      const dispatches = (await views(actor, isToday)).filter(({ state }) => state !== 'over');
      const school = await view();
      const whole = authorize(actor, 'dispatch.read');
      const sees = (classId: Id<'class'>): boolean =>
        whole || authorize(actor, 'dispatch.read', { kind: 'class', classId });
      const standing = (await guests.standing()).filter((one) => isToday(one) && one.until > now());
      return {
        dispatches,
        counts: classCounts(school, standing).filter(({ id }) => sees(id)),
        endsAt: readEnd(await databases.open('parc')),
        mine: school.classes.flatMap(({ id }) => (teaches(actor, id) ? [id] : [])),
        maySend: authorize(actor, 'dispatch.manage'),
      };
    },
    async setEnd(actor, time) {
      demand(actor, 'school.manage');
      const parc = await databases.open('parc');
      const held = parc.get(SETTINGS_ID);
      await parc.put(
        { ...held?.body, _id: SETTINGS_ID, type: 'dispatchSettings', v: 1, endsAt: time },
        held?.rev,
      );
      platform.publish('dispatch.changed', {});
    },
    keepApart: (actor, classId, pupils) => pairs.keep(actor, classId, pupils),
    mayMeet: (actor, classId, id) => pairs.meet(actor, classId, id),
  };
}
