import type { Id } from '../../domain/id';
import type { Signer } from '../../exchange';
import type { DocumentBody } from '../../store/port';
import { grantTo, rightsOf, type Entitlement, type GrantDeps } from './grants';
import type { Identity } from './identity';

/** Several people may work on one poste: it may do what all of them may. A head's poste signs that for itself. */
export async function grantOwn(
  grants: GrantDeps & { readonly head: Signer },
  deps: {
    readonly identity: Identity;
    readonly owners: () => Promise<readonly Id<'staff'>[]>;
    readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
  },
): Promise<void> {
  const { poste, signer } = deps.identity;
  const owners = await deps.owners();
  const [person] = owners;
  const known = (await Promise.all(owners.map((owner) => deps.entitlementOf(owner)))).flatMap(
    (one) => one ?? [],
  );
  if (!person || known.length === 0) return;
  const audiences = [...new Set(known.flatMap((one) => one.audiences))];
  const roles = known.flatMap((one) => one.roles);
  const held = grants.book.grantsOf(poste);
  const heldAudiences = new Set(held.flatMap((grant) => grant.audiences));
  const heldRights = new Set(held.flatMap((grant) => grant.roles.flatMap(rightsOf)));
  const missing =
    heldAudiences.size === 0 ||
    audiences.some((audience) => !heldAudiences.has(audience)) ||
    roles.flatMap(rightsOf).some((right) => !heldRights.has(right));
  if (missing) await grantTo(grants, { person, audiences, roles, poste, key: signer.publicKey });
}

/** A grant this poste signed for itself when it was rebuilt stands nowhere else yet. */
export async function shareOwnGrants(
  { parc, book }: Pick<GrantDeps, 'parc' | 'book'>,
  identity: Identity,
): Promise<void> {
  for (const grant of identity.grants) {
    const own = grant.kind === 'poste' && grant.poste === identity.poste;
    // One that a head's key signed which has been ended since stays here: nobody would take it.
    if (own && book.has(grant._id) && !parc.get(grant._id)) await parc.put(grant as unknown as DocumentBody);
  }
}
