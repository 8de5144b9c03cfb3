import { isPreauError, PreauError } from '../../domain/errors';
import { isId, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import { ANONYMOUS, type Actor } from '../../domain/rights/actor';
import type { SessionState } from '../../contract/staff/session';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import { grantsOf } from '../../domain/rights/entitlement';
import type { Accounts, LoginIndex } from '../directory/accounts';
import type { SchoolDatabases } from '../directory/databases';
import type { StaffDocument } from '../directory/records';
import type { SchoolService } from '../directory/school-service';
import type { Attempts } from './attempts';
import type { Sessions } from './sessions';

/** Who is at this window: signing in (offline), out, and what the sign-in screen may show. */
export interface SessionService {
  state(connection: string): Promise<SessionState>;
  /** @throws PreauError `SIGN_IN_WRONG`, `SIGN_IN_DELAYED` */
  signIn(connection: string, who: string, password: string): Promise<SessionState>;
  /** Signs a window in as a person without a password: the poste's own doing (school just created, demonstration). */
  enter(connection: string, personId: Id<'staff'>): Promise<SessionState>;
  signOut(connection: string): Promise<void>;
  actorFor(personId: Id<'staff'>): Promise<Actor>;
  /** After classes or roles moved: who is at a window has the rights of now; who left the school has none. */
  regrant(): Promise<void>;
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
  /** After each sign-in: builds the school's services where its keys were missing, opens what came for this person. */
  readonly unlocked: () => Promise<void>;
}

export function createSessionService(deps: SessionDeps): SessionService {
  const { sessions, attempts, keyring, logins, platform } = deps;
  /** Who each window was last told it is. */
  const told = new Map<string, string>();

  async function people(): Promise<SessionState['people']> {
    const open = deps.school();
    if (!open?.school.exists()) return [];
    const ecole = await open.databases.open('ecole');
    const list: SessionState['people'] = [];
    for (const { body } of ecole.all<StaffDocument>('staff')) {
      const id = body._id as Id<'staff'>;
      if (await open.accounts.has(id)) list.push({ id, name: fullName(body.names) });
    }
    return list.sort((a, b) => a.name.localeCompare(b.name, 'fr'));
  }

  function schoolState(): Pick<SessionState, 'school' | 'locked' | 'schoolName'> {
    const open = deps.school();
    const current = open?.school.current();
    if (!current) {
      // Keys without documents: a poste whose joining was cut short is begun again, not locked.
      const locked = keyring.audiences().length > 0 && !keyring.has('parc');
      return { school: locked ? 'real' : 'none', locked };
    }
    const kind = deps.demonstration ? 'demonstration' : current.provisional ? 'provisional' : 'real';
    return { school: kind, locked: false, schoolName: current.name };
  }

  async function state(connection: string): Promise<SessionState> {
    const actor = sessions.actorOf(connection);
    const open = deps.school();
    const base = { ...schoolState(), people: await people(), keychain: deps.keychain };
    if (actor.kind !== 'staff' || !open) return base;
    const body = (await open.databases.open('ecole')).get<StaffDocument>(actor.personId)?.body;
    if (!body) return base;
    const signedIn = {
      id: actor.personId,
      name: fullName(body.names),
      roles: [...body.roles],
      mustChangePassword: await open.accounts.mustChange(actor.personId),
    };
    told.set(connection, JSON.stringify(signedIn));
    return { ...base, signedIn };
  }

  async function actorFor(personId: Id<'staff'>): Promise<Actor> {
    const open = deps.school();
    const body = open && (await open.databases.open('ecole')).get<StaffDocument>(personId)?.body;
    if (!body) throw new PreauError('NOT_FOUND', { kind: 'staff' });
    return { kind: 'staff', personId, grants: grantsOf(body) };
  }

  async function enter(connection: string, personId: Id<'staff'>): Promise<SessionState> {
    sessions.signIn(connection, await actorFor(personId));
    const next = await state(connection);
    platform.publish('session.changed', next, (actor) => actor === sessions.actorOf(connection));
    return next;
  }

  async function actorNow(actor: Actor): Promise<Actor> {
    if (actor.kind !== 'staff') return actor;
    return actorFor(actor.personId).catch((error: unknown) => {
      if (isPreauError(error) && error.code === 'NOT_FOUND') return ANONYMOUS;
      throw error;
    });
  }

  return {
    state,
    enter,
    actorFor,
    async regrant() {
      for (const [connection, actor] of [...sessions.connections()])
        sessions.signIn(connection, await actorNow(actor));
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
      const personId = isId(who, 'staff') ? who : logins.find(who);
      // The same words and the same delay for an unknown identifier and a wrong password; one count a person, however
      // the identifier is written.
      const tried = personId ?? who.trim().toLowerCase();
      attempts.check(tried);
      // Counted before it is known: tries made at once are tries one after the other.
      attempts.failed(tried);
      try {
        if (!personId) throw new PreauError('SIGN_IN_WRONG');
        await keyring.unlock(personId, password);
      } catch (error) {
        platform.log.warn('session.refused');
        throw new PreauError('SIGN_IN_WRONG', {}, { cause: error });
      }
      attempts.succeeded(tried);
      await deps.unlocked();
      platform.log.info('session.opened', { person: personId });
      return enter(connection, personId);
    },
    async signOut(connection) {
      const actor = sessions.actorOf(connection);
      sessions.signOut(connection);
      told.delete(connection);
      if (actor.kind !== 'staff') return;
      const elsewhere = [...sessions.connections()].some(
        ([, other]) => other.kind === 'staff' && other.personId === actor.personId,
      );
      if (!elsewhere) keyring.forget(actor.personId);
    },
  };
}
