import { audience, type Audience } from '../../domain/audience';
import { isPreauError, PreauError } from '../../domain/errors';
import { opaqueOf, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import { loginOf, passwordWeakness, pronounceable } from '../../domain/people/password-rules';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
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
  mustChange(personId: Id<'staff'>): Promise<boolean>;
  /** True for somebody who can sign in on this poste; an account made elsewhere in the school is not enough. */
  has(personId: Id<'staff'>): Promise<boolean>;
  /** After classes or roles moved: everybody's wraps follow, without their passwords. */
  entitleAll(): Promise<void>;
}

export const accountId = (personId: Id<'staff'>): string => `account_${opaqueOf(personId)}`;

export function createAccounts(deps: {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly keyring: Keyring;
  readonly logins: LoginIndex;
  /** Who is signed in gets the rights that their classes and roles give now. */
  readonly regrant?: () => Promise<void>;
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
  function entitled(who: StaffDocument): Promise<Audience[]> {
    return entitledOverYears(
      databases,
      who,
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
  async function write(who: StaffDocument, password: string, mustChange: boolean): Promise<string> {
    const personId = who._id as Id<'staff'>;
    const perso = audience('perso', { of: personId });
    const before = await account(personId);
    // A password given by somebody else never opens private notes, not even those of who is signed in right now: their
    // key is made with the first password a person chooses, and stays wrapped for that person alone.
    const held = (await entitled(who)).filter((name) => !mustChange || name !== perso);
    await keyring.wrapFor(personId, password, held);
    if (!mustChange && !keyring.has(perso) && (before?.mustChange ?? true)) await createNotes(perso);
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

  return {
    async create(personId, password, mustChange) {
      const who = await person(personId);
      const weakness = passwordWeakness(password, [who.names.first, who.names.family, who.names.usage ?? '']);
      if (weakness) throw new PreauError('PASSWORD_WEAK', { reason: weakness });
      await write(who, password, mustChange);
    },
    async createMany(actor, people) {
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
    },
    async changePassword(actor, current, next) {
      if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'account.manage' });
      demand(actor, 'account.manage', { kind: 'person', personId: actor.personId });
      const who = await person(actor.personId);
      const weakness = passwordWeakness(next, [who.names.first, who.names.family, who.names.usage ?? '']);
      if (weakness) throw new PreauError('PASSWORD_WEAK', { reason: weakness });
      try {
        await keyring.changePassword(actor.personId, current, next);
      } catch (error) {
        // A full disk is not a wrong password.
        if (isPreauError(error) && error.code === 'KEY_WRONG')
          throw new PreauError('SIGN_IN_WRONG', {}, { cause: error });
        throw error;
      }
      const held = await account(actor.personId);
      const perso = audience('perso', { of: actor.personId });
      if (held?.mustChange && !keyring.has(perso)) await createNotes(perso);
      if (held) await upsert(await databases.open('ecole'), { ...held, mustChange: false });
    },
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
