import type { Id } from '../../domain/id';
import type { Signer } from '../../exchange';
import type { DocumentBody } from '../../store/port';
import { refreshPerson, type Entitlement, type GrantDeps } from './grants';
import type { Identity } from './identity';

/** Several people may work on one poste, each under grants of their own. A head's poste signs those for itself. */
export async function grantOwn(
  grants: GrantDeps & { readonly head: Signer },
  deps: {
    readonly identity: Identity;
    readonly owners: () => Promise<readonly Id<'staff'>[]>;
    readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
  },
): Promise<void> {
  const { poste, signer } = deps.identity;
  for (const person of await deps.owners()) {
    const wanted = await deps.entitlementOf(person);
    if (wanted) await refreshPerson(grants, { poste, key: signer.publicKey, person }, wanted);
  }
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
