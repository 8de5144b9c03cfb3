import type { FirstPassword } from '../../contract/staff/people';
import type { postesSubject, PostesState, PosteSummary } from '../../contract/staff/postes';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import type { GrantBook } from '../../exchange';
import type { StaffHandlers } from '../capability';
import type { PosteNames } from './poste-names';
import type { Postes } from './service';

/** The contract's `postes` requests. */
export function postesRoutes(deps: {
  readonly postes: Pick<
    Postes,
    'members' | 'heads' | 'requests' | 'introductions' | 'reach' | 'headKey' | 'refreshGrants'
  >;
  readonly book: GrantBook;
  readonly own: Id<'poste'>;
  /** When the last exchange with that poste went through. */
  readonly seen: (poste: Id<'poste'>) => string | undefined;
  /** True where that person's way in stands for that poste, or was made on it. */
  readonly wayStands: (poste: Id<'poste'>, person: Id<'staff'>) => boolean;
  readonly names: PosteNames;
  /** Others hold more of this poste's own chain than it does. */
  readonly isPutBack: () => boolean;
  readonly wantAnew: () => Promise<void>;
  /** A first password for somebody who has no account in the school yet. */
  readonly firstPassword: (actor: Actor, person: Id<'staff'>) => Promise<FirstPassword | undefined>;
}) {
  const { postes, book, own, names } = deps;

  /** One line a person, in the order of their first grant; the latest end, none where one has none. */
  function peopleOn(poste: Id<'poste'>): PosteSummary['people'] {
    const found = new Map<Id<'staff'>, string | undefined>();
    for (const { person, until } of book.grantsNow(poste)) {
      if (!person) continue;
      const before = found.get(person);
      const isLasting = until === undefined || (found.has(person) && before === undefined);
      found.set(person, isLasting ? undefined : [before ?? until, until].sort().at(-1));
    }
    return [...found].map(([person, until], at) => ({
      person,
      ...(until === undefined ? {} : { until }),
      waits: at > 0 && !deps.wayStands(poste, person),
    }));
  }

  async function state(actor: Actor): Promise<PostesState> {
    demand(actor, 'sync.read');
    // The latest grant says whose it was, of a computer that was put out.
    const latest = new Map(
      book.all().flatMap((grant) => (grant.kind === 'poste' ? [[grant.poste, grant] as const] : [])),
    );
    const called = await names.all();
    const manages = authorize(actor, 'sync.manage') && (await postes.headKey()) !== undefined;
    return {
      postes: [...latest.values()].map(({ poste, person, carries }) => {
        const seen = deps.seen(poste);
        const people = peopleOn(poste);
        const whose = people[0]?.person ?? person;
        const name = called.get(poste);
        return {
          id: poste,
          ...(whose ? { person: whose } : {}),
          people,
          ...(name === undefined ? {} : { name }),
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
    async addPerson({ actor }, { poste, person }) {
      demand(actor, 'sync.manage');
      const password = await deps.firstPassword(actor, person);
      await postes.members.addTo(actor, poste, person);
      return { state: await state(actor), ...(password ? { password } : {}) };
    },
    async removePerson({ actor }, { poste, person }) {
      await postes.members.takeFrom(actor, poste, person);
      return state(actor);
    },
    async rename({ actor }, { poste, name }) {
      demand(actor, 'sync.manage');
      if (book.everGrantedTo(poste).length === 0) throw new PreauError('NOT_FOUND', { kind: 'poste' });
      await names.call(poste, name);
      return state(actor);
    },
    async nameHead({ actor }, { person }) {
      await postes.heads.name(actor, person);
      await postes.refreshGrants();
      return {};
    },
    async endHead({ actor }, { person }) {
      await postes.heads.letGo(actor, person);
      return {};
    },
    async leavesSchool({ actor }, { person }) {
      await postes.members.leavesSchool(actor, person);
      return state(actor);
    },
    async beginAnew({ actor }) {
      demand(actor, 'poste.introduce');
      if (!deps.isPutBack()) throw new PreauError('CONFLICT', { id: own });
      await deps.wantAnew();
      return {};
    },
    openRelay: ({ actor }) => postes.introductions.openRelay(actor),
  } satisfies StaffHandlers<typeof postesSubject>;
}
