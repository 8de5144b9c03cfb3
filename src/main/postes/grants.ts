import type { Audience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { RoleGrant } from '../../domain/rights/actor';
import { instant } from '../../domain/time';
import { signGrant, type GrantBook, type GrantRole, type PosteGrant, type Signer } from '../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Platform } from '../capability';

/** What a person may read and be, as the directory says it today. */
export interface Entitlement {
  readonly audiences: readonly Audience[];
  readonly roles: readonly RoleGrant[];
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

/**
 * Signs what the directory gives and no grant says yet: a class that was added, a role that changed. Only ever adds;
 * taking away is a revocation, which a head decides.
 * @param entitlementOf what a person may hold today; undefined for somebody the school does not know any more
 */
export async function refreshGrants(
  deps: GrantDeps,
  entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>,
): Promise<number> {
  const { head, book } = deps;
  if (!head) return 0;
  const latest = new Map(
    book.all().flatMap((grant) => (grant.kind === 'poste' ? [[grant.poste, grant] as const] : [])),
  );
  let signed = 0;
  for (const { poste, key, person, carries } of latest.values()) {
    const grants = book.grantsOf(poste);
    const wanted = person && grants.length > 0 ? await entitlementOf(person) : undefined;
    if (!person || !wanted || grants.some((grant) => covers(grant, wanted))) continue;
    const before = grants.flatMap((grant) => grant.audiences);
    const audiences = [...new Set([...before, ...wanted.audiences])];
    await grantTo({ ...deps, head }, { poste, key, person, carries, roles: wanted.roles, audiences });
    signed += 1;
  }
  return signed;
}

function covers(grant: PosteGrant, wanted: Entitlement): boolean {
  const roles = new Set(grant.roles.flatMap(rightsOf));
  return (
    wanted.audiences.every((audience) => grant.audiences.includes(audience)) &&
    wanted.roles.flatMap(rightsOf).every((right) => roles.has(right))
  );
}

/** Each right of a role by itself, so that two grants can be compared. */
export const rightsOf = ({ role, classIds, groupIds = [] }: GrantRole): string[] => {
  const scope = [...classIds, ...groupIds];
  return scope.length === 0 ? [role] : scope.map((id) => `${role} ${id}`);
};
