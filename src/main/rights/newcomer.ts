import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import type { Platform } from '../capability';
import type { Accounts, AccountDocument, NewAccount } from '../directory/accounts';
import type { SchoolDatabases } from '../directory/databases';
import type { StaffDocument } from '../directory/records';

export type NewPerson =
  | { readonly kind: 'known'; readonly id: Id<'staff'> }
  | {
      readonly kind: 'new';
      readonly civility?: 'mme' | 'm' | undefined;
      readonly first: string;
      readonly family: string;
    };

interface EnrolDeps {
  readonly platform: Pick<Platform, 'random'>;
  readonly databases: Pick<SchoolDatabases, 'open'>;
  readonly accounts: Pick<Accounts, 'createMany' | 'has'>;
}

/**
 * Somebody who is given a right is a person of the school: written without any role of their own, since what they may do is
 * dated. Who had left is back.
 * @throws PreauError `NOT_FOUND`
 */
export async function enrol({ platform, databases }: EnrolDeps, who: NewPerson): Promise<Id<'staff'>> {
  const ecole = await databases.open('ecole');
  if (who.kind === 'known') {
    const held = ecole.get<StaffDocument>(who.id);
    if (!held) throw new PreauError('NOT_FOUND', { kind: 'staff' });
    if (held.body.leftOn === undefined) return who.id;
    const back = Object.entries(held.body).filter(([field]) => field !== 'leftOn');
    await ecole.put(Object.fromEntries(back) as StaffDocument, held.rev);
    // What they had was taken away with their password: they begin again with a first one.
    const account = ecole.get<AccountDocument>(`account_${who.id.slice('staff_'.length)}`);
    if (account) await ecole.put({ ...account.body, mustChange: true }, account.rev);
    return who.id;
  }
  const id = idFrom('staff', platform.random(9));
  await ecole.put({
    _id: id,
    type: 'staff',
    v: 1,
    ...(who.civility ? { civility: who.civility } : {}),
    names: { first: who.first, family: who.family },
    roles: [],
    classIds: [],
  });
  return id;
}

/** A first password for whoever cannot sign in on this computer; undefined for who has one, or chose one elsewhere. */
export async function firstPassword(
  { accounts }: EnrolDeps,
  actor: Actor,
  person: Id<'staff'>,
): Promise<NewAccount | undefined> {
  if (await accounts.has(person)) return undefined;
  const [made] = await accounts.createMany(actor, [person]);
  return made;
}
