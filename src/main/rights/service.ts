import type { ReplyOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import type { ConventionOrder, RightsOrder } from '../../contract/staff/rights';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { actionsOf } from '../../domain/rights/actions-of';
import { authorize, demand } from '../../domain/rights/authorize';
import {
  mayTeacherGive,
  refusedOrder,
  TEACHER_MAY_GIVE,
  type Delegation,
  type DelegationOrder,
} from '../../domain/rights/delegation';
import { holdsAt } from '../../domain/rights/effective';
import { STAFF_ROLES } from '../../domain/rights/roles';
import { instant, instantAt, localDate, type LocalDate } from '../../domain/time';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Platform } from '../capability';
import type { Accounts } from '../directory/accounts';
import type { SchoolDatabases } from '../directory/databases';
import type { RightsClock } from '../session/rights-clock';
import { nameOf, type RightsDirectory } from './directory';
import { readFacts, standing, type RightsFacts } from './documents';
import { holdingsOf } from './holdings';
import { readJournal } from './journal';
import { enrol, firstPassword } from './newcomer';

type Reply<K extends keyof StaffContract['rights']['requests'] & string> = ReplyOf<
  StaffContract,
  `rights.${K}`
>;

/** Who may do what in this school, and the dated gestures that change it (SDET L3964, L4037, L10010). */
export interface RightsService {
  mine(actor: Actor): Promise<Reply<'mine'>>;
  list(actor: Actor): Promise<Reply<'list'>>;
  /** @throws PreauError `FORBIDDEN`, `RIGHTS_REFUSED` with a reason, `NOT_FOUND` */
  delegate(actor: Actor, order: RightsOrder): Promise<Reply<'delegate'>>;
  /** At once. @throws PreauError `FORBIDDEN`, `NOT_FOUND` where there is nothing left to end */
  end(actor: Actor, delegation: Id<'event'>): Promise<void>;
  signConvention(actor: Actor, convention: ConventionOrder): Promise<Id<'event'>>;
  endConvention(actor: Actor, convention: Id<'event'>): Promise<void>;
  correctClock(actor: Actor): Promise<void>;
  /** @throws PreauError `FORBIDDEN`, `BAD_INPUT` */
  journal(
    actor: Actor,
    classId: Id<'class'>,
    from: LocalDate,
    to: LocalDate,
  ): Promise<Reply<'journal'>['entries']>;
}

export interface RightsDeps {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly accounts: Accounts;
  readonly directory: RightsDirectory;
  readonly clock: RightsClock;
  readonly timeZone: () => string;
  /** A head's key is on this computer. */
  readonly headPoste: () => Promise<boolean>;
  /** Rights are others now: wraps, sessions, grants, and what is due (keeper.ts). */
  readonly changed: () => Promise<void>;
}

export function createRightsService(deps: RightsDeps): RightsService {
  const { platform, databases, accounts, clock, directory } = deps;
  const seenToEnd = (id: string): boolean => clock.ended(id);
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');
  const facts = async (): Promise<RightsFacts> => readFacts(await ecole());
  const newId = (): Id<'event'> => idFrom('event', platform.random(9));
  const isHead = (actor: Actor): boolean => authorize(actor, 'rights.read');
  const zoned = (at: { date: LocalDate; time: string }): string => {
    const [hours, minutes] = at.time.split(':').map(Number);
    return instant(instantAt(at.date, (hours ?? 0) * 60 + (minutes ?? 0), deps.timeZone()));
  };

  function giver(actor: Actor): Id<'staff'> {
    demand(actor, 'rights.delegate');
    if (actor.kind !== 'staff') throw new PreauError('FORBIDDEN', { action: 'rights.delegate' });
    return actor.personId;
  }
  const mayEnd =
    (actor: Actor) =>
    (one: Delegation): boolean =>
      isHead(actor) || (actor.kind === 'staff' && one.by === actor.personId);
  const concerns = (actor: Actor, one: { classIds: readonly Id<'class'>[] }): boolean =>
    one.classIds.some((classId) => authorize(actor, 'rights.delegate', { kind: 'class', classId }));

  /** What was said takes effect at once, and is written down. */
  async function settle(
    actor: Actor,
    action: 'right.give' | 'right.end',
    on: readonly string[],
  ): Promise<void> {
    platform.tracer.trace(actor, action, on);
    await deps.changed();
    platform.publish('rights.changed', {});
  }
  async function write(body: DocumentBody): Promise<void> {
    await (await ecole()).put(body);
  }

  return {
    async mine(actor) {
      if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'rights.mine' });
      const labels = databases.readable('ecole') ? await directory.classes() : new Map<string, string>();
      return {
        actions: actionsOf(actor),
        roles: actor.grants.map(({ role, classIds, until }) => ({
          role,
          classes: classIds.flatMap((id) => {
            const label = labels.get(id);
            return label === undefined ? [] : [{ id, label }];
          }),
          ...(until === undefined ? {} : { until }),
        })),
      };
    },
    async list(actor) {
      giver(actor);
      const head = isHead(actor);
      const [said, staff, classes] = [await facts(), await directory.staff(), await directory.classes()];
      const now = clock.now();
      const shown = (one: Delegation): boolean => head || mayEnd(actor)(one) || concerns(actor, one);
      const holdings = holdingsOf({
        facts: { ...said, delegations: said.delegations.filter(shown) },
        staff,
        classes,
        now,
        seenToEnd,
        mayEnd: mayEnd(actor),
      });
      const own = (id: Id<'class'>): boolean =>
        mayTeacherGive(actor, { role: 'teacher', classIds: [id], groupIds: [] });
      const live = standing(said, seenToEnd).conventions;
      return {
        holdings: holdings.filter(
          (one) =>
            head ||
            one.source === 'delegation' ||
            concerns(actor, { classIds: one.classes.map(({ id }) => id) }),
        ),
        mayGive: [...(head ? STAFF_ROLES.filter((role) => role !== 'head') : TEACHER_MAY_GIVE)],
        classes: [...classes].flatMap(([id, label]) => (head || own(id) ? [{ id, label }] : [])),
        people: (
          await Promise.all(
            staff
              .filter(({ leftOn, _id }) => (head || leftOn === undefined) && _id !== giver(actor))
              .map(async ({ _id, leftOn }) => ({
                id: _id as Id<'staff'>,
                name: nameOf(staff, _id),
                account: leftOn === undefined && (await accounts.has(_id as Id<'staff'>)),
              })),
          )
        ).sort((a, b) => a.name.localeCompare(b.name, 'fr')),
        conventions: said.conventions
          .map((one) => ({
            id: one.id,
            from: localDate(Date.parse(one.from), deps.timeZone()),
            ...(one.until === undefined
              ? {}
              : { until: localDate(Date.parse(one.until) - 1, deps.timeZone()) }),
            signedBy: one.signedBy,
            by: nameOf(staff, one.by),
            inForce: live.includes(one) && holdsAt(one, now),
          }))
          .sort((a, b) => b.from.localeCompare(a.from)),
        headPoste: await deps.headPoste(),
        clockBehind: Math.floor(clock.behind() / 60_000),
      };
    },
    async delegate(actor, input) {
      const by = giver(actor);
      const classes = await directory.classes();
      if (input.classes.some((id) => !classes.has(id))) throw new PreauError('NOT_FOUND', { kind: 'class' });
      const order: Omit<DelegationOrder, 'person'> = {
        role: input.role,
        classIds: [...new Set(input.classes)].sort(),
        groupIds: [...new Set(input.groups)].sort(),
        from: zoned(input.from),
        ...(input.until ? { until: zoned(input.until) } : {}),
      };
      // Judged before anybody is written: a refusal leaves nothing behind.
      const whom = input.person.kind === 'known' ? input.person.id : newPersonId();
      const why = refusedOrder(actor, { ...order, person: whom }, clock.now());
      if (why === 'forbidden') throw new PreauError('FORBIDDEN', { action: 'rights.delegate' });
      if (why) throw new PreauError('RIGHTS_REFUSED', { reason: why });
      // A stranger comes into the school by the head's hand only.
      if (input.person.kind === 'new') demand(actor, 'school.manage');
      const person = await enrol(deps, input.person);
      const id = newId();
      await write({
        _id: id,
        type: 'delegation',
        v: 1,
        person,
        ...order,
        ...(input.replaces ? { replaces: input.replaces } : {}),
        ...(input.reason ? { reason: input.reason } : {}),
        ...(input.postes && isHead(actor) ? { postes: [...new Set(input.postes)].sort() } : {}),
        by,
      });
      const password = isHead(actor) ? await firstPassword(deps, actor, person) : undefined;
      await settle(actor, 'right.give', [id, person, ...order.classIds]);
      platform.publish('people.changed', {});
      return {
        delegation: id,
        person,
        ...(password ? { password } : {}),
        keys: (await deps.headPoste()) ? 'here' : 'waits',
      };
    },
    async end(actor, delegation) {
      const by = giver(actor);
      const found = standing(await facts(), seenToEnd).delegations.find(({ id }) => id === delegation);
      if (!found) throw new PreauError('NOT_FOUND', { kind: 'delegation' });
      if (!mayEnd(actor)(found)) throw new PreauError('FORBIDDEN', { action: 'rights.delegate' });
      await write({
        _id: newId(),
        type: 'delegationEnded',
        v: 1,
        delegation,
        at: instant(clock.now()),
        by,
        asHead: isHead(actor),
      });
      await clock.sawEnd([delegation]);
      await settle(actor, 'right.end', [delegation, found.person]);
    },
    async signConvention(actor, { from, until, signedBy }) {
      demand(actor, 'school.manage');
      const by = giver(actor);
      if (until !== undefined && until < from) throw new PreauError('RIGHTS_REFUSED', { reason: 'dates' });
      const id = newId();
      await write({
        _id: id,
        type: 'convention',
        v: 1,
        from: zoned({ date: from, time: '00:00' }),
        // Until the evening of the last day.
        ...(until === undefined ? {} : { until: instant(instantAt(until, 24 * 60, deps.timeZone())) }),
        signedBy,
        by,
      });
      await settle(actor, 'right.give', [id]);
      return id;
    },
    async endConvention(actor, convention) {
      demand(actor, 'school.manage');
      const by = giver(actor);
      const said = await facts();
      if (!standing(said, seenToEnd).conventions.some(({ id }) => id === convention))
        throw new PreauError('NOT_FOUND', { kind: 'convention' });
      await write({
        _id: newId(),
        type: 'conventionEnded',
        v: 1,
        convention,
        at: instant(clock.now()),
        by,
      });
      await settle(actor, 'right.end', [convention]);
    },
    async correctClock(actor) {
      demand(actor, 'school.manage');
      await clock.correct();
      await deps.changed();
      platform.publish('rights.changed', {});
    },
    async journal(actor, classId, from, to) {
      demand(actor, 'journal.read', { kind: 'class', classId });
      platform.tracer.trace(actor, 'journal.read', [classId]);
      return readJournal(databases, classId, from, to);
    },
  };
}

/** Stands for somebody who is not written yet, while their order is judged. */
const newPersonId = (): Id<'staff'> => 'staff_2222222222222';
