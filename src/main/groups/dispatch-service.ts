import type { ReplyOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import type { DispatchView, ProposeOrder, SendOrder } from '../../contract/staff/dispatch';
import { PreauError } from '../../domain/errors';
import {
  nextWeekday,
  refusedDispatch,
  spanOn,
  type Dispatch,
  type SpokenAs,
  type Standing,
  weekdayOf,
} from '../../domain/groups/dispatch';
import { idFrom, type Id } from '../../domain/id';
import { teaches, type Actor } from '../../domain/rights/actor';
import { actionsOf } from '../../domain/rights/actions-of';
import { authorize, demand } from '../../domain/rights/authorize';
import { instant, instantAt, localDate, type LocalDate } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import type { SchoolDatabases } from '../directory/databases';
import { readApart, readDispatches, readEnd, SETTINGS_ID } from './documents';
import { dispatchViews, mayChange } from './dispatch-view';
import type { Guests } from './guests';
import { hostChoices, propose, siblingsFrom } from './proposal';
import { viewSchool, type SchoolClass, type SchoolView } from './school-view';

type Reply<K extends keyof StaffContract['dispatch']['requests'] & string> = ReplyOf<
  StaffContract,
  `dispatch.${K}`
>;

/** « Répartir la classe », décloisonnement, inclusion (docs/groups.md). */
export interface DispatchService {
  /** @throws PreauError `FORBIDDEN`, `NOT_FOUND` */
  look(actor: Actor, classId: Id<'class'>, day?: LocalDate): Promise<Reply<'look'>>;
  /** @throws PreauError `DISPATCH_NO_HOST` */
  propose(actor: Actor, order: ProposeOrder): Promise<Reply<'propose'>>;
  /** @throws PreauError `DISPATCH_REFUSED` with a reason, `NOT_FOUND`, `FORBIDDEN` */
  send(actor: Actor, order: SendOrder): Promise<DispatchView>;
  end(actor: Actor, dispatch: Id<'event'>): Promise<void>;
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

export interface DispatchDeps {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly guests: Guests;
  readonly timeZone: () => string;
  readonly now: () => number;
  /** Somebody leaves or comes back at another moment than was known. */
  readonly changed: () => void;
}

export function createDispatchService(deps: DispatchDeps): DispatchService {
  const { platform, databases, guests, now } = deps;
  const zone = (): string => deps.timeZone();
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');
  const newId = (): Id<'event'> => idFrom('event', platform.random(9));
  const view = async (): Promise<SchoolView> => viewSchool(await ecole(), now(), zone());
  const today = (): string => localDate(now(), zone());
  const zoned = (at: { date: string; time: string }): string => {
    const [hours, minutes] = at.time.split(':').map(Number);
    return instant(instantAt(at.date, (hours ?? 0) * 60 + (minutes ?? 0), zone()));
  };
  function sender(actor: Actor): Id<'staff'> {
    demand(actor, 'dispatch.manage');
    if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'dispatch.manage' });
    return actor.personId;
  }
  const spokenAs = (actor: Actor, classId: Id<'class'>): SpokenAs =>
    authorize(actor, 'school.manage') ? 'head' : teaches(actor, classId) ? 'class' : 'colleague';
  function classOf(school: SchoolView, id: string): SchoolClass {
    const found = school.class(id);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'class' });
    return found;
  }
  /** Said of the whole day, and today. */
  const isOn = (day: LocalDate) => (one: Standing) => spanOn(one, day, zone()) !== undefined;
  /** Today as long as children are at school, else the next day that has lessons. */
  function dayMeant(endsAt: string): LocalDate {
    const date = today();
    return weekdayOf(date) < 6 && now() < Date.parse(zoned({ date, time: endsAt }))
      ? date
      : nextWeekday(date);
  }
  const mayKeepApart = (actor: Actor, classId: Id<'class'>): boolean =>
    authorize(actor, 'class.read', { kind: 'class', classId }) && databases.readable('suivi', classId);
  async function apartIn(
    actor: Actor,
    classId: Id<'class'>,
  ): Promise<{ id: Id<'event'>; pupils: [Id<'pupil'>, Id<'pupil'>] }[]> {
    if (!mayKeepApart(actor, classId)) return [];
    return readApart(await databases.open('suivi', classId)).map(({ _id, pupils }) => ({ id: _id, pupils }));
  }
  const siblings = async (actor: Actor) =>
    authorize(actor, 'guardian.read') && databases.readable('direction')
      ? siblingsFrom(await databases.open('direction'))
      : () => [];
  /** Of some class at least; the views then show that class's part. */
  function reader(actor: Actor): void {
    if (!actionsOf(actor).includes('dispatch.read')) demand(actor, 'dispatch.read');
  }
  async function views(
    actor: Actor,
    which: (one: Standing) => boolean = () => true,
  ): Promise<DispatchView[]> {
    const all = await guests.standing();
    return dispatchViews({ all, which, school: await view(), now: now(), zone: zone(), actor });
  }
  /** One after the other: what was looked at is still so when it is written. */
  let turn: Promise<unknown> = Promise.resolve();
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }
  function told(): void {
    deps.changed();
    platform.publish('dispatch.changed', {});
  }

  async function send(actor: Actor, order: SendOrder): Promise<DispatchView> {
    const by = sender(actor);
    const db = await ecole();
    const school = await view();
    const home = classOf(school, order.class);
    const own = new Set(home.pupils.map(({ _id }) => _id));
    for (const part of order.hosts) {
      classOf(school, part.class);
      if (part.pupils.some((pupil) => !own.has(pupil))) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
    }
    const at = instant(now());
    const said: Omit<Dispatch, 'id' | 'by' | 'at' | 'replaces' | 'title'> = {
      kind: order.kind,
      classId: home.id,
      hosts: order.hosts
        .filter(({ pupils }) => pupils.length > 0)
        .map((part) => ({ classId: part.class, pupils: [...part.pupils] })),
      from: order.from ? zoned(order.from) : at,
      until: zoned(order.until),
      ...(order.weekly ? { weekly: { ...order.weekly, days: [...order.weekly.days] } } : {}),
      as: spokenAs(actor, home.id),
    };
    const why = refusedDispatch(said, now());
    if (why) throw new PreauError('DISPATCH_REFUSED', { reason: why });
    const before = new Map(readDispatches(db).map((one) => [one.id, one]));
    for (const id of order.replaces) {
      const earlier = before.get(id);
      if (!earlier || earlier.classId !== home.id) throw new PreauError('NOT_FOUND', { kind: 'dispatch' });
      if (!mayChange(actor, earlier)) throw new PreauError('FORBIDDEN', { action: 'dispatch.manage' });
    }
    // Somebody sent it out meanwhile: what one looked at is not how it is.
    const meets = ({ dispatch, until }: Standing): boolean =>
      dispatch.classId === home.id &&
      dispatch.kind === 'replacement' &&
      !order.replaces.includes(dispatch.id) &&
      Date.parse(dispatch.from) < Date.parse(said.until) &&
      Math.max(Date.parse(said.from), now()) < until;
    if (said.kind === 'replacement' && (await guests.standing()).some(meets))
      throw new PreauError('CONFLICT', { kind: 'dispatch' });
    const id = newId();
    await db.put({
      _id: id,
      type: 'dispatch',
      v: 1,
      ...(JSON.parse(JSON.stringify(said)) as object),
      ...(order.title ? { title: order.title } : {}),
      by,
      at,
      replaces: [...order.replaces],
    });
    platform.tracer.trace(actor, 'group.change', [id, home.id, ...said.hosts.map(({ classId }) => classId)]);
    told();
    const [made] = await views(actor, ({ dispatch }) => dispatch.id === id);
    if (!made) throw new PreauError('NOT_FOUND', { kind: 'dispatch' });
    return made;
  }

  return {
    async look(actor, classId, chosen) {
      sender(actor);
      const school = await view();
      const home = classOf(school, classId);
      const standing = await guests.standing();
      const endsAt = readEnd(await databases.open('parc'));
      const day = chosen ?? dayMeant(endsAt);
      const hosts = hostChoices(school, standing.filter(isOn(day)), classId);
      const apart = await apartIn(actor, classId);
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
        mayKeepApart: mayKeepApart(actor, classId),
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
      const known = (await apartIn(actor, classId)).map(({ pupils }) => pupils);
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
    send: (actor, order) => alone(() => send(actor, order)),
    async end(actor, id) {
      const by = sender(actor);
      const found = (await guests.standing()).find(({ dispatch }) => dispatch.id === id);
      if (!found || found.until <= now()) throw new PreauError('NOT_FOUND', { kind: 'dispatch' });
      const { dispatch } = found;
      if (!mayChange(actor, dispatch)) throw new PreauError('FORBIDDEN', { action: 'dispatch.manage' });
      await (
        await ecole()
      ).put({
        _id: newId(),
        type: 'dispatchEnded',
        v: 1,
        dispatch: id,
        classId: dispatch.classId,
        at: instant(now()),
        by,
        as: spokenAs(actor, dispatch.classId),
      });
      platform.tracer.trace(actor, 'group.change', [id, dispatch.classId]);
      told();
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
      const days = standing.filter(({ dispatch }) => dispatch.kind === 'replacement');
      const away = new Set(days.flatMap(({ dispatch }) => dispatch.hosts.flatMap(({ pupils }) => pupils)));
      return {
        dispatches,
        counts: school.classes
          .filter(({ id }) => sees(id))
          .map(({ id, label, pupils }) => {
            const gone = pupils.filter(({ _id }) => away.has(_id as Id<'pupil'>)).length;
            const here = new Set(
              days.flatMap(({ dispatch }) =>
                dispatch.hosts.flatMap((part) => (part.classId === id ? part.pupils : [])),
              ),
            ).size;
            return {
              id,
              label,
              own: pupils.length,
              away: gone,
              guests: here,
              total: pupils.length - gone + here,
            };
          }),
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
    async keepApart(actor, classId, pupils) {
      demand(actor, 'class.read', { kind: 'class', classId });
      const own = new Set(classOf(await view(), classId).pupils.map(({ _id }) => _id));
      if (pupils[0] === pupils[1] || pupils.some((pupil) => !own.has(pupil)))
        throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const id = newId();
      const suivi = await databases.open('suivi', classId);
      await suivi.put({ _id: id, type: 'keepApart', v: 1, pupils: [...pupils] });
      return id;
    },
    async mayMeet(actor, classId, id) {
      demand(actor, 'class.read', { kind: 'class', classId });
      const suivi = await databases.open('suivi', classId);
      const held = suivi.get(id);
      if (held?.body.type !== 'keepApart') throw new PreauError('NOT_FOUND', { kind: 'keepApart' });
      await suivi.remove(id, held.rev);
    },
  };
}
