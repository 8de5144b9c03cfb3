import { audience, type Audience } from '../../domain/audience';
import { isPreauError, PreauError } from '../../domain/errors';
import { opaqueOf, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import { loginOf, passwordWeakness, pronounceable } from '../../domain/people/password-rules';
import type { Actor, RoleGrant } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Attempts } from '../session/attempts';
import type { SchoolDatabases } from './databases';
import { entitledOverYears } from './entitled';
import type { LoginIndex } from './logins';
import { upsert, type StaffDocument } from './records';

export { openLoginIndex, type LoginIndex } from './logins';

export interface AccountDocument extends DocumentBody {
  readonly type: 'account';
  readonly login: string;
  readonly mustChange: boolean;
  readonly createdAt: string;
}

export interface NewAccount {
  readonly id: Id<'staff'>;
  readonly name: string;
  readonly login: string;
  readonly password: string;
}

/** Staff accounts: the password is never stored, it unwraps the keys of what the person may read (docs/store.md). */
export interface Accounts {
  /** @throws PreauError `PASSWORD_WEAK` */
  create(personId: Id<'staff'>, password: string, mustChange: boolean): Promise<void>;
  /** First passwords for those who have no account, or who never used theirs (a lost strip of paper). */
  createMany(actor: Actor, people: readonly Id<'staff'>[]): Promise<NewAccount[]>;
  /** @throws PreauError `SIGN_IN_WRONG`, `PASSWORD_WEAK` */
  changePassword(actor: Actor, current: string, next: string): Promise<void>;
  /**
   * Another password than the forgotten one, which nobody knows. Private notes stay closed: they open with their owner's
   * own sheet (`openNotes`). @throws PreauError `PASSWORD_WEAK`, `KEY_MISSING` where the school's bases are closed here
   */
  reset(personId: Id<'staff'>, next: string): Promise<void>;
  /** Judges a password before anything is spent on it. @throws PreauError `PASSWORD_WEAK` */
  demandStrong(personId: Id<'staff'>, password: string): Promise<void>;
  /** When an account ends, by a head; undefined: never by itself. */
  setEnd(actor: Actor, personId: Id<'staff'>, until: string | undefined): Promise<void>;
  /** A person's own sheet, for their private notes; the former one opens nothing more. @returns the code to print */
  ownSheet(actor: Actor, password: string): Promise<string>;
  /** Private notes after a forgotten password. @throws PreauError `SIGN_IN_WRONG`, `RECOVERY_WRONG` */
  openNotes(actor: Actor, sheet: string, password: string): Promise<void>;
  /** Private notes exist and their key is here: a sheet can be printed; or they are closed. */
  notes(actor: Actor): { readonly open: boolean; readonly sheet: boolean };
  mustChange(personId: Id<'staff'>): Promise<boolean>;
  /** The instant from which the account opens nothing; undefined for one without an end. */
  until(personId: Id<'staff'>): Promise<string | undefined>;
  /**
   * A first password for somebody who has no account in the school; undefined for who has one, whose computers hand their way
   * in over (docs/postes.md).
   */
  firstPassword(actor: Actor, personId: Id<'staff'>): Promise<NewAccount | undefined>;
  /** True for somebody who can sign in on this poste; an account made elsewhere in the school is not enough. */
  has(personId: Id<'staff'>): Promise<boolean>;
  /** After classes or roles moved: everybody's wraps follow, without their passwords. */
  entitleAll(): Promise<void>;
}

export const accountId = (personId: Id<'staff'>): string => `account_${opaqueOf(personId)}`;

export function createAccounts(deps: {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly keyring: Keyring & { hasSheet(owner?: string): boolean };
  readonly logins: LoginIndex;
  /** What was given to somebody on top of their own roles, and whose keys are handed out today. */
  readonly delegatedKeys?: (person: Id<'staff'>) => Promise<readonly RoleGrant[]>;
  /** Who is signed in gets the rights that their classes and roles give now. */
  readonly regrant?: () => Promise<void>;
  /** Whoever guesses at an open window waits as at the closed one. */
  readonly attempts?: Pick<Attempts, 'check' | 'failed' | 'succeeded'>;
}): Accounts {
  const { platform, databases, keyring, logins } = deps;

  async function person(personId: Id<'staff'>): Promise<StaffDocument> {
    const held = (await databases.open('ecole')).get<StaffDocument>(personId);
    if (!held) throw new PreauError('NOT_FOUND', { kind: 'staff' });
    return held.body;
  }
  async function account(personId: Id<'staff'>): Promise<AccountDocument | undefined> {
    return (await databases.open('ecole')).get<AccountDocument>(accountId(personId))?.body;
  }
  async function entitled(who: StaffDocument): Promise<Audience[]> {
    return entitledOverYears(
      databases,
      { ...who, delegated: await deps.delegatedKeys?.(who._id as Id<'staff'>) },
      keyring.audiences().filter((name) => keyring.has(name)),
    );
  }
  /** Notes that their owner's sheet opens stay closed until it is typed: the password is the new one all the same. */
  async function createNotes(perso: Audience): Promise<void> {
    await keyring.create(perso).catch((error: unknown) => {
      if (!isPreauError(error) || error.code !== 'KEY_MISSING') throw error;
    });
  }
  async function freeLogin(who: StaffDocument): Promise<string> {
    const wanted = loginOf(who.names.first, who.names.usage ?? who.names.family);
    const taken = new Set(
      (await databases.open('ecole'))
        .all<AccountDocument>('account')
        .filter(({ body }) => body._id !== accountId(who._id as Id<'staff'>))
        .map(({ body }) => body.login),
    );
    let login = wanted;
    for (let n = 2; taken.has(login); n += 1) login = `${wanted}${n}`;
    return login;
  }
  /** @param reset the person chose it, without having shown the one before */
  async function write(
    who: StaffDocument,
    password: string,
    mustChange: boolean,
    reset = false,
  ): Promise<string> {
    const personId = who._id as Id<'staff'>;
    const perso = audience('perso', { of: personId });
    const before = await account(personId);
    // A password given by somebody else never opens private notes, not even those of who is signed in right now: their
    // key is made with the first password a person chooses, and stays wrapped for that person alone.
    const held = (await entitled(who)).filter((name) => !(mustChange || reset) || name !== perso);
    if (reset) keyring.forget(personId);
    await keyring.wrapFor(personId, password, held, !mustChange);
    if (!mustChange && !keyring.has(perso) && (reset || (before?.mustChange ?? true)))
      await createNotes(perso);
    const login = before?.login ?? (await freeLogin(who));
    await logins.remember(login, personId);
    await upsert(await databases.open('ecole'), {
      _id: accountId(personId),
      type: 'account',
      v: 1,
      login,
      mustChange,
      createdAt: before?.createdAt ?? instant(platform.clock()),
    });
    return login;
  }

  /** What only the right password does; a wrong one is counted before it is known. */
  async function proving(personId: Id<'staff'>, work: () => Promise<unknown>): Promise<void> {
    deps.attempts?.check(personId);
    await deps.attempts?.failed(personId);
    try {
      await work();
    } catch (error) {
      // A full disk is not a wrong password.
      if (isPreauError(error) && error.code === 'KEY_WRONG')
        throw new PreauError('SIGN_IN_WRONG', {}, { cause: error });
      await deps.attempts?.succeeded(personId);
      throw error;
    }
    await deps.attempts?.succeeded(personId);
  }
  function self(actor: Actor): Id<'staff'> {
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'account.manage' });
    return actor.personId;
  }
  function checkStrength(who: StaffDocument, password: string): void {
    const weakness = passwordWeakness(password, [who.names.first, who.names.family, who.names.usage ?? '']);
    if (weakness) throw new PreauError('PASSWORD_WEAK', { reason: weakness });
  }

  async function createMany(actor: Actor, people: readonly Id<'staff'>[]): Promise<NewAccount[]> {
    demand(actor, 'school.manage');
    const made: NewAccount[] = [];
    for (const [index, id] of people.entries()) {
      const who = await person(id);
      const held = await account(id);
      if (!held || held.mustChange) {
        const password = pronounceable(platform.random(16));
        const login = await write(who, password, true);
        keyring.forget(id);
        made.push({ id, name: fullName(who.names), login, password });
      }
      const progress = { work: 'accounts', done: index + 1, total: people.length } as const;
      platform.publish('people.progress', progress, (other) => other === actor);
    }
    platform.publish('people.changed', {});
    return made;
  }

  return {
    createMany,
    async firstPassword(actor, personId) {
      if (await account(personId)) return undefined;
      return (await createMany(actor, [personId]))[0];
    },
    async create(personId, password, mustChange) {
      const who = await person(personId);
      checkStrength(who, password);
      await write(who, password, mustChange);
    },
    async changePassword(actor, current, next) {
      const personId = self(actor);
      demand(actor, 'account.manage', { kind: 'person', personId });
      checkStrength(await person(personId), next);
      await proving(personId, () => keyring.changePassword(personId, current, next));
      const held = await account(personId);
      const perso = audience('perso', { of: personId });
      if (held?.mustChange && !keyring.has(perso)) await createNotes(perso);
      if (held) await upsert(await databases.open('ecole'), { ...held, mustChange: false });
    },
    async reset(personId, next) {
      const who = await person(personId);
      checkStrength(who, next);
      await write(who, next, false, true);
      await deps.attempts?.succeeded(personId);
      platform.publish('people.changed', {});
    },
    demandStrong: async (personId, password) => checkStrength(await person(personId), password),
    async setEnd(actor, personId, until) {
      demand(actor, 'school.manage');
      const ecole = await databases.open('ecole');
      const held = ecole.get<StaffDocument>(personId);
      if (!held) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      // The head who signs everybody else's end must not be the one who cannot come back.
      if (until !== undefined && held.body.roles.includes('head'))
        throw new PreauError('FORBIDDEN', { action: 'account.manage' });
      const kept = Object.entries(held.body).filter(([field]) => field !== 'accountUntil');
      const end = until === undefined ? {} : { accountUntil: until };
      const { _id, type, v } = held.body;
      await ecole.put({ ...Object.fromEntries(kept), ...end, _id, type, v }, held.rev);
      platform.publish('people.changed', {});
      await deps.regrant?.();
    },
    async ownSheet(actor, password) {
      const personId = self(actor);
      await proving(personId, () => keyring.unlock(personId, password));
      const perso = audience('perso', { of: personId });
      if (!keyring.has(perso)) throw new PreauError('KEY_MISSING', { audience: perso });
      return keyring.createSheet(personId);
    },
    async openNotes(actor, sheet, password) {
      const personId = self(actor);
      const perso = audience('perso', { of: personId });
      // Proved first: wrapping under a password that is not theirs would be a reset.
      await proving(personId, () => keyring.unlock(personId, password));
      if (!(await keyring.unlockWithSheet(sheet)).includes(perso)) throw new PreauError('RECOVERY_WRONG');
      await keyring.wrapFor(personId, password, [...(await entitled(await person(personId)))]);
    },
    notes(actor) {
      const perso = audience('perso', { of: self(actor) });
      return { open: keyring.has(perso), sheet: keyring.hasSheet(self(actor)) };
    },
    until: async (personId) =>
      (await databases.open('ecole')).get<StaffDocument>(personId)?.body.accountUntil,
    mustChange: async (personId) => (await account(personId))?.mustChange ?? false,
    has: async (personId) => keyring.hasPerson(personId) && (await account(personId)) !== undefined,
    async entitleAll() {
      for (const { body } of (await databases.open('ecole')).all<StaffDocument>('staff')) {
        if (await account(body._id as Id<'staff'>)) await keyring.entitle(body._id, await entitled(body));
      }
      await deps.regrant?.();
    },
  };
}
