import type { Id } from '../../domain/id';
import type { Signer } from '../../exchange';
import { refreshPerson, type Entitlement, type GrantDeps } from './grants';

/** A computer that a head lends to somebody for as long as a right of theirs lasts. */
export interface Lent {
  readonly poste: Id<'poste'>;
  readonly person: Id<'staff'>;
  /** The first instant on which the right is not held any more. */
  readonly until: string;
}

/**
 * Signs, on a head's poste, grants on computers that were lent, once the keys of the right are handed out. Each once: what a
 * head has taken back since stays taken back.
 */
export async function lendPostes(
  deps: GrantDeps & { readonly head: Signer },
  lent: readonly Lent[],
  entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>,
): Promise<void> {
  for (const { poste, person, until } of lent) {
    const [known] = deps.book.grantsNow(poste);
    const before = deps.book.everGrantedTo(poste);
    if (!known || known.carries || before.some((one) => one.person === person && one.until === until))
      continue;
    const wanted = await entitlementOf(person);
    if (wanted) await refreshPerson(deps, { poste, key: known.key, person }, wanted);
  }
}
