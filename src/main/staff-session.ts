import type { EventMessage, Reply } from '../contract/bridge';
import type { SessionState } from '../contract/staff/session';
import { DAY_CODE_TRIES } from '../domain/accounts/day-code';
import { PreauError } from '../domain/errors';
import { idFrom, isId, type Id } from '../domain/id';
import type { Actor, RoleGrant } from '../domain/rights/actor';
import { authorize } from '../domain/rights/authorize';
import { instant, localDate } from '../domain/time';
import type { Keyring } from '../store/port-keys';
import type { Disposable, Platform, StaffCall } from './capability';
import type { Accounts, LoginIndex } from './directory/accounts';
import { charterDue, createCharters } from './directory/accounts-charter';
import { createDayCodes } from './directory/accounts-day-code';
import { accountsRoutes } from './directory/accounts-routes';
import { openAccountSettings } from './directory/accounts-settings';
import type { SchoolDatabases } from './directory/databases';
import type { PeopleService } from './directory/people-service';
import type { SchoolService } from './directory/school-service';
import type { HandlerTable } from './dispatch';
import type { BinaryDoor } from './doors/loopback/binary-door';
import type { EventHub } from './events';
import type { Outside, Rooms } from './rooms';
import type { Attempts } from './session/attempts';
import { createHeldEvents } from './session/held-events';
import { sessionRoutes } from './session/routes';
import { createSessionService, type SessionService } from './session/service';
import type { Sessions } from './session/sessions';
import type { TriesStore } from './session/tries-file';

/** Who sits at the staff windows, as the host puts it together: sign-in, locks, codes of the day, charters. */
export interface StaffSession extends Disposable {
  readonly session: SessionService;
  readonly handlers: HandlerTable<StaffCall>;
  /** What stands before everything else at that window, as the answer it gets. */
  refusal(connection: string, method: string): Promise<Reply | undefined>;
  subscribe(connection: string, listener: (event: EventMessage) => void): () => void;
  /** Once the school's rooms are open, and after each sign-in: hears the school's other postes, owes them their secrets. */
  opened(): Promise<void>;
}

export interface StaffSessionDeps {
  readonly platform: Platform;
  readonly sessions: Sessions;
  readonly events: EventHub;
  readonly attempts: Attempts;
  readonly tries: TriesStore;
  readonly keyring: Keyring;
  readonly logins: LoginIndex;
  readonly databases: SchoolDatabases;
  readonly accounts: Accounts;
  readonly people: PeopleService;
  readonly school: SchoolService;
  readonly keychain: SessionState['keychain'];
  readonly demonstration: boolean;
  readonly binary: BinaryDoor;
  readonly timers: Outside['timers'];
  readonly timeZone: () => string;
  readonly rooms: () => Rooms | undefined;
  readonly unlocked: () => Promise<void>;
  readonly rightsNow?: () => number;
  /** Dated roles given on top (src/main/rights). */
  readonly delegated?: (person: Id<'staff'>) => Promise<readonly RoleGrant[]>;
}

export function openStaffSession(deps: StaffSessionDeps): StaffSession {
  const { platform, sessions, databases, accounts, binary, school, rooms } = deps;
  const now = deps.rightsNow ?? platform.clock;
  const settings = openAccountSettings(platform.dataFolder, databases);
  const teaching = (actor: Actor): boolean =>
    authorize(actor, 'lesson.open') && rooms()?.classroom.state(actor).lesson !== undefined;

  const session = createSessionService({
    platform,
    sessions,
    attempts: deps.attempts,
    keyring: deps.keyring,
    logins: deps.logins,
    settings,
    keychain: deps.keychain,
    demonstration: deps.demonstration,
    school: () => (school.exists() ? { databases, school, accounts } : undefined),
    unlocked: deps.unlocked,
    timers: deps.timers,
    teaching,
    charterDue: (person) => charterDue(databases, person),
    ...(deps.rightsNow ? { rightsNow: deps.rightsNow } : {}),
    ...(deps.delegated ? { delegated: deps.delegated } : {}),
    windows: {
      hidden(connection) {
        binary.area.hide(connection, true);
        // The wall's screens are not sent to a page that nobody sees; its board's are asked for again (screens.ts).
        rooms()?.windowHidden(connection);
        if (teaching(sessions.actorOf(connection))) held.spoil(connection);
      },
      shown(connection) {
        binary.area.hide(connection, false);
        held.release(connection);
      },
      left(connection) {
        held.drop(connection);
        binary.area.forget(connection);
        rooms()?.connectionClosed(connection);
      },
    },
  });
  const held = createHeldEvents(deps.events, (connection) => session.isDeaf(connection));
  const charters = createCharters({ platform, databases });
  const parc = async () => (databases.readable('parc') ? databases.open('parc') : undefined);
  const dayCodes = createDayCodes({
    platform,
    keyring: deps.keyring,
    parc,
    boxes: () => rooms()?.boxes,
    tries: deps.tries,
    worksHere: (person) => deps.keyring.hasPerson(person),
  });
  const today = (): string => localDate(now(), deps.timeZone());

  async function useDayCode(who: string, code: string, next: string): Promise<Id<'staff'>> {
    const person = session.find(who);
    // The same words for an identifier that nobody has.
    if (!person || !deps.keyring.hasPerson(person))
      throw new PreauError('DAY_CODE_WRONG', { left: DAY_CODE_TRIES - 1 });
    const hindrance = await dayCodes.hindrance();
    if (hindrance) throw new PreauError('DAY_CODE_IMPOSSIBLE', { reason: hindrance });
    await accounts.demandStrong(person, next);
    await dayCodes.use(person, code, today());
    await accounts.reset(person, next);
    platform.tracer.trace({ kind: 'poste' }, 'account.reset', [person]);
    platform.log.info('session.dayCode', { person });
    await session.signOutAll(person, Infinity);
    return person;
  }

  async function signOutEverywhere(actor: Actor): Promise<void> {
    if (actor.kind !== 'staff') return;
    const db = await parc();
    await db?.put({
      _id: idFrom('event', platform.random(9)),
      type: 'signedOut',
      v: 1,
      person: actor.personId,
      at: instant(platform.clock()),
    });
    await session.signOutAll(actor.personId, Infinity);
  }

  let end: (() => void) | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other; nobody waits for it. */
  function soon(work: () => Promise<unknown>): void {
    turn = turn.then(work).catch((error: unknown) => {
      platform.log.error('accounts.failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
  }
  async function follow(): Promise<void> {
    const db = await parc();
    if (!db || end) return;
    end = db.onChange(({ id, foreign }) => {
      // A computer was introduced, or put out and taken in again.
      if (id.startsWith('poste_') || id.startsWith('grant_')) soon(() => dayCodes.deliver());
      const body = foreign && id.startsWith('event_') ? db.get(id)?.body : undefined;
      if (body?.type !== 'signedOut' || !isId(body['person'], 'staff')) return;
      const person = body['person'];
      const at = Date.parse(String(body['at']));
      if (Number.isFinite(at)) soon(() => session.signOutAll(person, at));
    });
  }

  return {
    session,
    subscribe: (connection, listener) => held.subscribe(connection, listener),
    async refusal(connection, method) {
      const refused = await session.refusal(connection, method);
      return refused && { ok: false, error: { code: refused.code, params: refused.params } };
    },
    async opened() {
      await follow();
      soon(() => dayCodes.deliver());
    },
    handlers: {
      session: sessionRoutes({
        session,
        settings,
        binary,
        signOutEverywhere,
        dayCode: async () => {
          const hindrance = await dayCodes.hindrance();
          return { ...(hindrance ? { hindrance } : {}), date: today() };
        },
        useDayCode,
      }),
      accounts: accountsRoutes({
        platform,
        timeZone: deps.timeZone,
        accounts,
        charters,
        dayCodes,
        people: deps.people,
        codesMoved: async () => rooms()?.classroom.renewRoster(),
      }),
    },
    async close() {
      end?.();
      await session.close();
      await turn;
    },
  };
}
