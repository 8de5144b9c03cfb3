import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import type { Store } from '../../store/port';
import type { PosteReplica } from '../sync/poste-replica';

/**
 * Before the keys of a base go: what was written here and nobody has yet is packed, so that it still reaches the school; the
 * base is closed, and others' parcels go. This poste's own chain and the sealed files stay: lent again, it goes on under its
 * own numbers and does not fork.
 */
export async function letGo(
  deps: {
    readonly mine: Pick<PosteReplica, 'replica' | 'log'>;
    readonly store: Pick<Store, 'release'>;
    readonly own: Id<'poste'>;
  },
  audience: Audience,
): Promise<void> {
  const { replica, log } = deps.mine;
  await replica.packOwn(audience);
  await deps.store.release(audience);
  const others = [...(await log.heads(audience)).keys()].filter((chain) => chain !== deps.own);
  await log.cover(audience, new Map(), others);
}
