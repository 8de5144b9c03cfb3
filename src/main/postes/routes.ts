import type { postesSubject, PostesState } from '../../contract/staff/postes';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import type { GrantBook } from '../../exchange';
import type { StaffHandlers } from '../capability';
import type { Postes } from './service';

/** The contract's `postes` requests. */
export function postesRoutes(deps: {
  readonly postes: Pick<Postes, 'members' | 'requests' | 'introductions' | 'reach' | 'headKey'>;
  readonly book: GrantBook;
  readonly own: Id<'poste'>;
  /** When the last exchange with that poste went through. */
  readonly seen: (poste: Id<'poste'>) => string | undefined;
}) {
  const { postes, book, own } = deps;

  async function state(actor: Actor): Promise<PostesState> {
    demand(actor, 'sync.read');
    // The latest grant says whose it is.
    const latest = new Map(
      book.all().flatMap((grant) => (grant.kind === 'poste' ? [[grant.poste, grant] as const] : [])),
    );
    const manages = authorize(actor, 'sync.manage') && (await postes.headKey()) !== undefined;
    return {
      postes: [...latest.values()].map(({ poste, person, carries }) => {
        const seen = deps.seen(poste);
        return {
          id: poste,
          ...(person ? { person } : {}),
          here: poste === own,
          relay: carries,
          out: book.grantsOf(poste).length === 0,
          ...(seen ? { seen } : {}),
        };
      }),
      waiting: (await postes.requests.list()).map(({ _id, poste, person }) => ({
        request: _id,
        poste,
        person,
      })),
      manages,
    };
  }

  return {
    list: ({ actor }) => state(actor),
    async reach({ actor }) {
      demand(actor, 'sync.read');
      const found = await postes.reach();
      return {
        found: found.map(({ poste, address, cause }) => ({
          poste,
          cause,
          ...(address ? { address: `${address.host}:${address.port}` } : {}),
        })),
      };
    },
    async accept({ actor }, { request }) {
      await postes.requests.accept(actor, request);
      return state(actor);
    },
    async refuse({ actor }, { request }) {
      await postes.requests.refuse(actor, request);
      return state(actor);
    },
    async putOut({ actor }, { poste }) {
      await postes.members.putOut(actor, poste);
      return state(actor);
    },
    async leavesSchool({ actor }, { person }) {
      await postes.members.leavesSchool(actor, person);
      return state(actor);
    },
    openRelay: ({ actor }) => postes.introductions.openRelay(actor),
  } satisfies StaffHandlers<typeof postesSubject>;
}
