import { isPreauError, PreauError } from '../../domain/errors';
import { isId, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import { ANONYMOUS, type Actor, type RoleGrant } from '../../domain/rights/actor';
import { grantsAt } from '../../domain/rights/effective';
import { grantsOf } from '../../domain/rights/entitlement';
import { localDate } from '../../domain/time';
import type { SessionState } from '../../contract/staff/session';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Timers } from '../cart/timers';
import type { Accounts, LoginIndex } from '../directory/accounts';
import type { AccountSettings } from '../directory/accounts-settings';
import type { SchoolDatabases } from '../directory/databases';
import type { StaffDocument } from '../directory/records';
import type { SchoolService } from '../directory/school-service';
import type { Attempts } from './attempts';
import { BEFORE_CHARTER, BEFORE_PASSWORD, WHILE_LOCKED } from './gate';
import { createScreen, type Screen, type WindowHooks } from './screen';
import type { LockReason } from './screen-lock';
import type { Sessions } from './sessions';

/** Who is at this window: signing in (offline), out, and what the sign-in screen may show. */
export interface SessionService {
  state(connection: string): Promise<SessionState>;
  /** @throws PreauError `SIGN_IN_WRONG`, `SIGN_IN_DELAYED`, `ACCOUNT_ENDED`, `RIGHTS_NONE` */
  signIn(connection: string, who: string, password: string): Promise<SessionState>;
  /** Whom an identifier or a line of the list means. */
  find(who: string): Id<'staff'> | undefined;
  /** After the password was proved otherwise than here (a code of the day): as `signIn`. */
  proved(connection: string, personId: Id<'staff'>): Promise<SessionState>;
  /** Signs a window in as a person without a password: the poste's own doing (school just created, demonstration). */
  enter(connection: string, personId: Id<'staff'>): Promise<SessionState>;
  signOut(connection: string): Promise<void>;
  /** Every window of that person on this poste that was signed in before that instant (milliseconds since 1970). */
  signOutAll(personId: Id<'staff'>, before: number): Promise<void>;
  actorFor(personId: Id<'staff'>): Promise<Actor>;
  /** After classes or roles moved: who is at a window has the rights of now; who left the school has none. */
  regrant(): Promise<void>;
  /** Why this window may not ask that now; undefined where it may. */
  refusal(connection: string, method: string): Promise<PreauError | undefined>;
  /** Its screen is locked, or something stands before everything else: it hears nothing of the school. */
  isDeaf(connection: string): boolean;
  /** A file is put on the shelf by whoever may name it afterwards. @throws PreauError */
  demandUpload(connection: string): Promise<void>;
  /** The lid is closed: every window of this computer hides. */
  lockAll(why: LockReason): void;
  readonly screen: Screen;
  close(): Promise<void>;
}

export interface SessionDeps {
  readonly platform: Platform;
  readonly sessions: Sessions;
  readonly attempts: Attempts;
  readonly keyring: Keyring;
  readonly logins: LoginIndex;
  readonly keychain: SessionState['keychain'];
  /** Marked as such on every screen. */
  readonly demonstration: boolean;
  /** What there is once the school's bases can be read; undefined while they are locked or do not exist. */
  readonly school: () =>
    { databases: SchoolDatabases; school: SchoolService; accounts: Accounts } | undefined;
  readonly settings: AccountSettings;
  /** After each sign-in: builds the school's services where its keys were missing, opens what came for this person. */
  readonly unlocked: () => Promise<void>;
  /** Dated roles given on top, past and future ones included: which of them hold is the sessions' to say. */
  readonly delegated?: (person: Id<'staff'>) => Promise<readonly RoleGrant[]>;
  /** Absent: a screen that is due hides when its window asks next. */
  readonly timers?: Timers;
  readonly windows?: WindowHooks;
  /** The version of the charter that person still has to accept; asked of who signed in with a password. */
  readonly charterDue?: (person: Id<'staff'>) => Promise<string | undefined>;
  /** A lesson of that person runs on this poste. */
  readonly teaching?: (actor: Actor) => boolean;
  /** The instant by which rights are judged (rights-clock.ts); the computer's clock where left out. */
  readonly rightsNow?: () => number;
}

/** Longest wait a timer takes, in milliseconds; a later end is looked at again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createSessionService(deps: SessionDeps): SessionService {
  const { sessions, attempts, keyring, logins, platform } = deps;
  const now = deps.rightsNow ?? platform.clock;
  /** Who each window was last told it is. */
  const told = new Map<string, string>();
  /** Windows whose person proved a password, and when. */
  const proven = new Map<string, number>();
  /** Windows before which nothing stands any more. */
  const clear = new Set<string>();
  /** Signed in, and something still stands before everything else. */
  const gated = new Set<string>();
  const ends = new Map<string, () => void>();
  const { settings } = deps;
  const timeZone = (): string => deps.school()?.school.current()?.timeZone ?? 'Europe/Paris';

  const screen = createScreen({
    platform,
    sessions,
    attempts,
    keyring,
    timers: deps.timers,
    today: () => localDate(platform.clock(), timeZone()),
    windows: deps.windows,
    tell,
  });

  async function staffBody(personId: Id<'staff'>): Promise<StaffDocument | undefined> {
    const open = deps.school();
    return open && (await open.databases.open('ecole')).get<StaffDocument>(personId)?.body;
  }

  async function people(): Promise<SessionState['people']> {
    const open = deps.school();
    // On a shared computer nobody reads who works here: one types one's identifier.
    if (!open?.school.exists() || settings.shared()) return [];
    const ecole = await open.databases.open('ecole');
    const list: SessionState['people'] = [];
    for (const { body } of ecole.all<StaffDocument>('staff')) {
      const id = body._id as Id<'staff'>;
      if (await open.accounts.has(id)) list.push({ id, name: fullName(body.names) });
    }
    return list.sort((a, b) => a.name.localeCompare(b.name, 'fr'));
  }

  function schoolState(): Pick<SessionState, 'school' | 'locked' | 'schoolName' | 'timeZone'> {
    const open = deps.school();
    const current = open?.school.current();
    if (!current) {
      // Keys without documents: a poste whose joining was cut short is begun again, not locked.
      const locked = keyring.audiences().length > 0 && !keyring.has('parc');
      return { school: locked ? 'real' : 'none', locked };
    }
    const kind = deps.demonstration ? 'demonstration' : current.provisional ? 'provisional' : 'real';
    return { school: kind, locked: false, schoolName: current.name, timeZone: current.timeZone };
  }

  async function charterFor(connection: string, personId: Id<'staff'>): Promise<string | undefined> {
    const open = deps.school();
    return open && proven.has(connection) ? deps.charterDue?.(personId) : undefined;
  }

  async function state(connection: string): Promise<SessionState> {
    const actor = sessions.actorOf(connection);
    const open = deps.school();
    const base: SessionState = {
      ...schoolState(),
      people: await people(),
      keychain: deps.keychain,
      shared: settings.shared(),
    };
    if (actor.kind !== 'staff' || !open) return base;
    const body = await staffBody(actor.personId);
    if (!body) return base;
    const [charter, until] = [
      await charterFor(connection, actor.personId),
      await open.accounts.until(actor.personId),
    ];
    const signedIn = {
      id: actor.personId,
      name: fullName(body.names),
      roles: [...new Set(actor.grants.map(({ role }) => role))],
      mustChangePassword: await open.accounts.mustChange(actor.personId),
      ...(charter ? { charter } : {}),
      ...(until ? { until } : {}),
    };
    told.set(connection, JSON.stringify(signedIn));
    const hidden = screen.stateOf(connection, actor);
    const lesson = deps.teaching?.(actor) ?? false;
    return { ...base, signedIn, ...(hidden ? { screen: { ...hidden, lesson } } : {}) };
  }
  async function tell(connection: string): Promise<void> {
    const next = await state(connection);
    platform.publish('session.changed', next, (actor) => actor === sessions.actorOf(connection));
  }

  async function actorFor(personId: Id<'staff'>): Promise<Actor> {
    const body = await staffBody(personId);
    if (!body) throw new PreauError('NOT_FOUND', { kind: 'staff' });
    const delegated = await deps.delegated?.(personId);
    return { kind: 'staff', personId, grants: grantsOf({ ...body, delegated }) };
  }
  async function actorNow(actor: Actor): Promise<Actor> {
    if (actor.kind !== 'staff') return actor;
    return actorFor(actor.personId).catch((error: unknown) => {
      if (isPreauError(error) && error.code === 'NOT_FOUND') return ANONYMOUS;
      throw error;
    });
  }

  /** An account with an end is signed out on time, whatever its window does. */
  async function endOnTime(connection: string, personId: Id<'staff'>): Promise<void> {
    ends.get(connection)?.();
    ends.delete(connection);
    const until = await deps.school()?.accounts.until(personId);
    if (until === undefined) return;
    const wait = Math.min(Math.max(Date.parse(until) - now(), 0), LONGEST_TIMER_MS);
    const cancel = deps.timers?.after(wait, () => {
      const over =
        Date.parse(until) <= now()
          ? leave(connection).then(() => tell(connection))
          : endOnTime(connection, personId);
      over.catch((error: unknown) => {
        platform.log.error('session.end', { error: error instanceof Error ? error.name : 'unknown' });
      });
    });
    if (cancel) ends.set(connection, cancel);
  }

  async function enter(connection: string, personId: Id<'staff'>): Promise<SessionState> {
    const actor = await actorFor(personId);
    const before = sessions.actorOf(connection);
    if (before.kind === 'staff' && before.personId !== personId) await leave(connection);
    clear.delete(connection);
    if (await gateOf(connection, personId)) gated.add(connection);
    sessions.signIn(connection, actor);
    screen.watch(connection, personId, await settings.minutesOf(actor));
    await endOnTime(connection, personId);
    const next = await state(connection);
    platform.publish('session.changed', next, (other) => other === sessions.actorOf(connection));
    return next;
  }

  async function leave(connection: string): Promise<void> {
    // Also somebody whose every right has ended since: their keys are forgotten all the same.
    const actor = sessions.signedIn(connection);
    sessions.signOut(connection);
    told.delete(connection);
    proven.delete(connection);
    clear.delete(connection);
    gated.delete(connection);
    ends.get(connection)?.();
    ends.delete(connection);
    if (actor.kind !== 'staff') return Promise.resolve();
    const elsewhere = [...sessions.connections()].some(
      ([, other]) => other.kind === 'staff' && other.personId === actor.personId,
    );
    screen.left(connection, actor.personId, elsewhere);
    if (!elsewhere) keyring.forget(actor.personId);
  }

  async function proved(connection: string, personId: Id<'staff'>): Promise<SessionState> {
    await deps.unlocked();
    if (await hasEnded(personId)) {
      keyring.forget(personId);
      throw new PreauError('ACCOUNT_ENDED');
    }
    const actor = await actorFor(personId);
    // A replacement that has not begun, or is over: there is nothing to show.
    if (actor.kind !== 'staff' || grantsAt(actor.grants, now()).length === 0) {
      keyring.forget(personId);
      throw new PreauError('RIGHTS_NONE');
    }
    platform.log.info('session.opened', { person: personId });
    proven.set(connection, platform.clock());
    // Signing in over one's own locked window is reopening it.
    screen.forgetLock(connection);
    return enter(connection, personId);
  }
  async function hasEnded(personId: Id<'staff'>): Promise<boolean> {
    const until = await deps.school()?.accounts.until(personId);
    return until !== undefined && Date.parse(until) <= now();
  }
  /** What that person has to do before anything else, and what they may ask meanwhile. */
  async function gateOf(connection: string, personId: Id<'staff'>) {
    if (await deps.school()?.accounts.mustChange(personId))
      return { code: 'PASSWORD_FIRST', passes: BEFORE_PASSWORD } as const;
    if (await charterFor(connection, personId))
      return { code: 'CHARTER_FIRST', passes: BEFORE_CHARTER } as const;
    return undefined;
  }
  async function refusal(connection: string, method: string): Promise<PreauError | undefined> {
    if (screen.isLocked(connection))
      return WHILE_LOCKED.has(method) ? undefined : new PreauError('SCREEN_LOCKED');
    const actor = sessions.actorOf(connection);
    if (actor.kind !== 'staff' || !deps.school()) return undefined;
    if (ends.has(connection) && (await hasEnded(actor.personId))) {
      await leave(connection);
      return method === 'session.state' ? undefined : new PreauError('ACCOUNT_ENDED');
    }
    if (clear.has(connection)) return undefined;
    const gate = await gateOf(connection, actor.personId);
    if (gate) return gate.passes.has(method) ? undefined : new PreauError(gate.code);
    clear.add(connection);
    if (gated.delete(connection)) deps.windows?.shown(connection);
    return undefined;
  }
  const find = (who: string): Id<'staff'> | undefined => (isId(who, 'staff') ? who : logins.find(who));

  return {
    state,
    enter,
    actorFor,
    proved,
    find,
    screen,
    isDeaf: (connection) => screen.isLocked(connection) || gated.has(connection),
    async demandUpload(connection) {
      if (sessions.actorOf(connection).kind !== 'staff') throw new PreauError('NOT_SIGNED_IN');
      const refused = await refusal(connection, 'upload');
      if (refused) throw refused;
    },
    lockAll: (why) => screen.lockAll(why),
    async regrant() {
      for (const [connection, actor] of [...sessions.connections()]) {
        const next = await actorNow(actor);
        sessions.signIn(connection, next);
        if (next.kind === 'staff') screen.watch(connection, next.personId, await settings.minutesOf(next));
      }
      // An import or a correction may have given the person another name, or another role: the menu says so at once.
      for (const [connection, actor] of [...sessions.connections()]) {
        const before = told.get(connection);
        const next = await state(connection);
        if (next.signedIn && told.get(connection) !== before)
          platform.publish('session.changed', next, (other) => other === actor);
      }
      sessions.welcome(await actorNow(sessions.welcomed()));
    },
    async signIn(connection, who, password) {
      const personId = find(who);
      // The same words and the same delay for an unknown identifier and a wrong password; one count a person, however
      // the identifier is written, which no number of invented identifiers pushes out (tries-file.ts).
      const known = personId !== undefined && keyring.hasPerson(personId);
      const tried = known ? personId : `unknown ${who.trim().toLowerCase()}`;
      attempts.check(tried);
      // Counted before it is known: tries made at once are tries one after the other.
      await attempts.failed(tried);
      try {
        if (!personId) throw new PreauError('SIGN_IN_WRONG');
        await keyring.unlock(personId, password);
      } catch (error) {
        platform.log.warn('session.refused');
        throw new PreauError('SIGN_IN_WRONG', {}, { cause: error });
      }
      await attempts.succeeded(tried);
      return proved(connection, personId);
    },
    signOut: leave,
    async signOutAll(personId, before) {
      for (const [connection, actor] of [...sessions.connections()]) {
        if (actor.kind !== 'staff' || actor.personId !== personId) continue;
        if ((proven.get(connection) ?? 0) >= before) continue;
        await leave(connection);
        await tell(connection);
      }
    },
    refusal,
    async close() {
      for (const cancel of ends.values()) cancel();
      await screen.close();
    },
  };
}
