import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { livingFacts, replacedBy, type AuthorityFact, type Basis } from '../../domain/people/authority';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, type LocalDate } from '../../domain/time';
import type { SayAuthority } from '../../contract/staff/guardians';
import type { DocumentBody } from '../../store/port';
import { readFamilies, withoutGaps } from './guardians-records';
import type { GuardiansDeps } from './guardians-deps';

/** What the head says of parental authority: facts, never written over, taken back by other facts. */
export interface AuthorityService {
  /** @throws PreauError `NOT_FOUND` for two who are not tied, `BAD_INPUT` for dates or reasons that do not go together */
  say(actor: Actor, said: SayAuthority): Promise<Id<'event'>>;
  /** Those of whom nothing holds on that day « exercent avec l'autre parent »; the others are left as they are. */
  confirm(
    actor: Actor,
    pairs: readonly { readonly pupil: Id<'pupil'>; readonly guardian: Id<'guardian'> }[],
    from: LocalDate,
    basis: Basis,
  ): Promise<Id<'event'>[]>;
  undo(actor: Actor, facts: readonly Id<'event'>[]): Promise<void>;
}

interface AuthorityDocument extends DocumentBody {
  readonly type: 'authority';
}

export function createAuthorityService(deps: GuardiansDeps): AuthorityService {
  const { platform, databases } = deps;
  const author = (actor: Actor): string => {
    demand(actor, 'authority.confirm');
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'authority.confirm' });
    return actor.personId;
  };
  function document(fact: Omit<AuthorityFact, 'id' | 'at'>): AuthorityDocument {
    const body = { ...fact, at: instant(platform.clock()) };
    return withoutGaps({
      _id: idFrom('event', platform.random(9)),
      type: 'authority',
      v: 1,
      ...body,
      basis: { ...fact.basis },
    });
  }
  async function write(bodies: readonly AuthorityDocument[]): Promise<Id<'event'>[]> {
    if (bodies.length === 0) return [];
    await (await databases.open('direction')).putAll(bodies);
    await deps.published();
    platform.publish('guardians.changed', {});
    return bodies.map(({ _id }) => _id as Id<'event'>);
  }
  const families = async () => readFamilies(await databases.open('direction'));

  return {
    async say(actor, { pupil, guardian, holds, from, until, receives, mayCall, basis }) {
      const by = author(actor);
      if (until !== undefined && until <= from) throw new PreauError('BAD_INPUT', { path: 'until' });
      if (basis.kind === 'judgement' && basis.seenOn === undefined)
        throw new PreauError('BAD_INPUT', { path: 'basis.seenOn' });
      const { people, facts, ownerOf } = await families();
      const owner = ownerOf(guardian);
      if (!people.some(({ id, children }) => id === owner && children.includes(pupil)))
        throw new PreauError('NOT_FOUND', { kind: 'guardian' });
      const before = facts.filter((fact) => fact.pupil === pupil && fact.guardian === owner);
      const replaces = replacedBy(before, from);
      const extra = holds === 'none' ? { receives: receives === true, mayCall: mayCall === true } : {};
      const fact = document({ pupil, guardian: owner, holds, from, until, ...extra, basis, by, replaces });
      const [id] = await write([fact]);
      if (!id) throw new PreauError('INTERNAL', { reference: 'authority' });
      return id;
    },
    async confirm(actor, pairs, from, basis) {
      const by = author(actor);
      const { people, facts, ownerOf } = await families();
      const tied = new Set(people.flatMap(({ id, children }) => children.map((child) => `${id} ${child}`)));
      const said = Map.groupBy(facts, ({ pupil, guardian }) => `${guardian} ${pupil}`);
      const wanted = new Map(
        pairs.map(({ pupil, guardian }) => {
          const owner = ownerOf(guardian);
          return [`${owner} ${pupil}`, { pupil, guardian: owner }];
        }),
      );
      // Somebody of whom a word was said, one that begins later or contradicts another included, is looked at one by one.
      const open = [...wanted].filter(
        ([key]) => tied.has(key) && livingFacts(said.get(key) ?? []).length === 0,
      );
      return write(
        open.map(([, pair]) => document({ ...pair, holds: 'joint', from, basis, by, replaces: [] })),
      );
    },
    async undo(actor, ids) {
      const by = author(actor);
      const { facts } = await families();
      const living = new Map(livingFacts(facts).map((fact) => [fact.id, fact]));
      const found = [...new Set<string>(ids)].flatMap((id) => living.get(id) ?? []);
      if (found.length === 0) throw new PreauError('NOT_FOUND', { kind: 'authority' });
      await write(
        found.map(({ id, pupil, guardian, from, basis }) =>
          document({ pupil, guardian, holds: 'undone', from, basis, by, replaces: [], undoes: id }),
        ),
      );
    },
  };
}
