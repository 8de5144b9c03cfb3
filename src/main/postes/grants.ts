import type { Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { RoleGrant } from '../../domain/rights/actor';
import { instant } from '../../domain/time';
import { signGrant, type GrantBook, type GrantRole, type PosteGrant, type Signer } from '../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Platform } from '../capability';

export interface Entitled {
  readonly audiences: readonly Audience[];
  readonly roles: readonly RoleGrant[];
}

/** What a person may read and be, as the directory says it today: all of it, and which of it has an end. */
export interface Entitlement extends Entitled {
  /** What has no end; absent: everything is that. */
  readonly lasting?: Entitled;
  /** What has one, by it. */
  readonly dated?: readonly (Entitled & { readonly until: string })[];
}

/** @param given dated roles, on top of those that `withRoles` knows by itself */
export async function entitlementFrom(
  given: readonly RoleGrant[],
  withRoles: (given: readonly RoleGrant[]) => Promise<Entitled>,
): Promise<Entitlement> {
  const without = given.filter(({ until }) => until === undefined);
  const own = await withRoles(without);
  // Who is of the school for a time only holds nothing beyond it, not even a place to keep notes.
  const lasting = own.roles.length > 0 ? own : { audiences: [], roles: [] };
  const dated: (Entitled & { until: string })[] = [];
  for (const until of new Set(given.flatMap((grant) => grant.until ?? []))) {
    const roles = given.filter((grant) => grant.until === until);
    const { audiences } = await withRoles([...without, ...roles]);
    dated.push({ audiences: audiences.filter((name) => !lasting.audiences.includes(name)), roles, until });
  }
  return { ...(await withRoles(given)), lasting, dated };
}

export interface GrantDeps {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'log'>;
  readonly book: GrantBook;
  readonly parc: AudienceDatabase;
  /** Undefined where this poste holds no head's key. */
  readonly head: Signer | undefined;
}

export interface NewGrant {
  readonly audiences: readonly Audience[];
  readonly roles: readonly GrantRole[];
  readonly poste: Id<'poste'>;
  readonly key: string;
  readonly person: Id<'staff'> | null;
  readonly carries?: boolean;
  /** The first instant on which it gives nothing to read any more. */
  readonly until?: string | undefined;
}

/**
 * Signs a grant and writes it to `parc`, where everybody finds it. A poste is its key: a newcomer that calls itself by
 * the name of a known poste would read what that one may.
 * @throws PreauError `INTRODUCTION_WRONG` for another key under a known name
 */
export async function grantTo(
  deps: GrantDeps & { readonly head: Signer },
  to: NewGrant,
): Promise<PosteGrant> {
  const { platform, book, parc, head } = deps;
  const taken = book
    .all()
    .some((one) => one.kind === 'poste' && one.poste === to.poste && one.key !== to.key);
  if (taken) throw new PreauError('INTRODUCTION_WRONG');
  const grant = signGrant(
    {
      _id: idFrom('grant', platform.random(9)),
      type: 'grant' as const,
      v: 1 as const,
      kind: 'poste' as const,
      school: book.school,
      issued: instant(platform.clock()),
      poste: to.poste,
      key: to.key,
      person: to.person,
      roles: to.roles.map(({ role, classIds, groupIds }) => ({
        role,
        classIds: [...classIds].sort(),
        ...(groupIds && groupIds.length > 0 ? { groupIds: [...groupIds].sort() } : {}),
      })),
      audiences: [...to.audiences].sort(),
      carries: to.carries ?? false,
      ...(to.until === undefined ? {} : { until: to.until }),
    },
    head,
  );
  await parc.put(grant satisfies DocumentBody as unknown as DocumentBody);
  book.learn(grant);
  platform.log.info('poste.granted', { poste: to.poste, audiences: to.audiences.length });
  return grant;
}

/** Signs all that a person holds to a poste: what lasts in one grant, what has an end in one for each. */
export async function grantPerson(
  deps: GrantDeps & { readonly head: Signer },
  to: Pick<NewGrant, 'poste' | 'key' | 'carries'> & { readonly person: Id<'staff'> },
  { lasting, dated = [], ...all }: Entitlement,
): Promise<PosteGrant[]> {
  const parts = [...(lasting && lasting.roles.length === 0 ? [] : [lasting ?? all]), ...dated];
  const signed: PosteGrant[] = [];
  for (const part of parts) signed.push(await grantTo(deps, { ...to, ...part }));
  return signed;
}

/**
 * Signs what the directory gives and no grant says yet: a class that was added, a role that changed. Only ever adds;
 * taking away is a revocation, which a head decides. Each person who works on a poste has grants of their own there.
 * @param entitlementOf what a person may hold today; undefined for somebody the school does not know any more
 */
export async function refreshGrants(
  deps: GrantDeps,
  entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>,
): Promise<number> {
  const { head, book } = deps;
  if (!head) return 0;
  const latest = new Map(
    book
      .all()
      .flatMap((grant) =>
        grant.kind === 'poste' && grant.person
          ? [[`${grant.poste} ${grant.person}`, { ...grant, person: grant.person }] as const]
          : [],
      ),
  );
  let signed = 0;
  for (const { poste, key, person, carries } of latest.values()) {
    if (!book.grantsOf(poste).some((grant) => grant.person === person)) continue;
    const wanted = await entitlementOf(person);
    if (wanted) signed += await refreshPerson({ ...deps, head }, { poste, key, person, carries }, wanted);
  }
  return signed;
}

/** The same for one person on one poste. @returns how many were signed */
export async function refreshPerson(
  deps: GrantDeps & { readonly head: Signer },
  to: Pick<NewGrant, 'poste' | 'key' | 'carries'> & { readonly person: Id<'staff'> },
  wanted: Entitlement,
): Promise<number> {
  const grants = deps.book.grantsOf(to.poste).filter(({ person }) => person === to.person);
  const { lasting = wanted, dated = [] } = wanted;
  const without = grants.filter(({ until }) => until === undefined);
  let signed = 0;
  if (lasting.roles.length > 0 && !without.some((grant) => covers(grant, lasting))) {
    const before = without.flatMap((grant) => grant.audiences);
    const audiences = [...new Set([...before, ...lasting.audiences])];
    await grantTo(deps, { ...to, roles: lasting.roles, audiences });
    signed += 1;
  }
  for (const part of dated) {
    if (grants.some((grant) => grant.until === part.until && covers(grant, part))) continue;
    await grantTo(deps, { ...to, ...part });
    signed += 1;
  }
  return signed;
}

function covers(grant: PosteGrant, wanted: Entitled): boolean {
  const roles = new Set(grant.roles.flatMap(rightsOf));
  return (
    wanted.audiences.every((audience) => grant.audiences.includes(audience)) &&
    wanted.roles.flatMap(rightsOf).every((right) => roles.has(right))
  );
}

/** Each right of a role by itself, so that two grants can be compared. */
const rightsOf = ({ role, classIds, groupIds = [] }: GrantRole): string[] => {
  const scope = [...classIds, ...groupIds];
  return scope.length === 0 ? [role] : scope.map((id) => `${role} ${id}`);
};
