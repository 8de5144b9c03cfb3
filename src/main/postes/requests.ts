import * as v from 'valibot';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { idSchema, isPublicKeyText } from '../../exchange';
import { grantPerson, type Entitlement, type GrantDeps } from './grants';
import { isWithin, keepGrants } from './head-key-exchange';

/** A colleague welcomed a computer of their own while no head's poste was there: a head's click makes it one of the school. */
const requestSchema = v.object({
  _id: idSchema('event'),
  poste: idSchema('poste'),
  key: v.custom<string>((key) => typeof key === 'string' && isPublicKeyText(key)),
  person: idSchema('staff'),
});
type GrantRequest = v.InferOutput<typeof requestSchema>;

export interface GrantRequests {
  /** Those that nobody has answered yet. */
  list(): Promise<readonly GrantRequest[]>;
  /** @throws PreauError `NOT_FOUND`, `FORBIDDEN`, `INTRODUCTION_WRONG` for another computer under a known name */
  accept(actor: Actor, request: string): Promise<void>;
  refuse(actor: Actor, request: string): Promise<void>;
}

export function createGrantRequests(deps: {
  readonly grants: () => Promise<GrantDeps>;
  readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
  readonly afterwards: () => Promise<void>;
}): GrantRequests {
  async function list(): Promise<readonly GrantRequest[]> {
    const { book, parc } = await deps.grants();
    const known = new Set(book.all().flatMap((grant) => (grant.kind === 'poste' ? [grant.poste] : [])));
    return parc.all('grantRequest').flatMap(({ body }) => {
      const parsed = v.safeParse(requestSchema, body);
      return parsed.success && !known.has(parsed.output.poste) ? [parsed.output] : [];
    });
  }
  async function waiting(request: string): Promise<GrantRequest> {
    const found = (await list()).find(({ _id }) => _id === request);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'poste' });
    return found;
  }
  return {
    list,
    async accept(actor, request) {
      demand(actor, 'sync.manage');
      const { poste, key, person } = await waiting(request);
      const grants = await deps.grants();
      const entitled = await deps.entitlementOf(person);
      if (!grants.head) throw new PreauError('FORBIDDEN', { action: 'sync.manage' });
      if (!entitled) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      await grantPerson({ ...grants, head: grants.head }, { poste, key, person }, entitled);
      // What it wrote under a grant of a key that was ended since counts again, where that gave no more than today's.
      const former = grants.book
        .outdated()
        .filter((one) => one.kind === 'poste' && one.poste === poste && one.key === key)
        .filter((one) => one.kind === 'poste' && one.person === person && isWithin(one, entitled));
      await keepGrants(grants, grants.head, former);
      await deps.afterwards();
    },
    async refuse(actor, request) {
      demand(actor, 'sync.manage');
      const { _id } = await waiting(request);
      const { parc } = await deps.grants();
      const held = parc.get(_id);
      if (held) await parc.remove(_id, held.rev);
      await deps.afterwards();
    },
  };
}
