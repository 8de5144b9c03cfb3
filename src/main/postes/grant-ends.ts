import type { Audience } from '../../domain/audience';
import { idFrom, type Id } from '../../domain/id';
import { instant } from '../../domain/time';
import { signGrant, type ParcelShelf, type PosteGrant, type Signer } from '../../exchange';
import type { DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { grantTo, type Entitlement, type GrantDeps } from './grants';

/** With the key that heads sign with. */
export type SigningDeps = GrantDeps & { readonly head: Signer };

export interface GrantEndsDeps {
  readonly own: Id<'poste'>;
  readonly keyring: Pick<Keyring, 'removePerson'>;
  readonly shelf: Pick<ParcelShelf, 'heads'>;
  readonly entitlementOf: (person: Id<'staff'>) => Promise<Entitlement | undefined>;
}

/** How grants end: a revocation says up to which parcel what a poste wrote still counts. Done again, nothing happens. */
export function createGrantEnds(deps: GrantEndsDeps) {
  const { keyring, own } = deps;

  async function revoke(grants: SigningDeps, poste: Id<'poste'>): Promise<void> {
    const given = grants.book.grantsOf(poste);
    if (given.length === 0) return;
    await end(grants, poste, await acceptedOf(poste, new Set(given.flatMap((grant) => grant.audiences))));
    grants.platform.log.info('poste.put-out', { poste });
  }

  /** A narrower grant first, then the end of those that give too much: in between, the poste has both. */
  async function narrow(
    grants: SigningDeps,
    poste: Id<'poste'>,
    whose: Id<'staff'> | undefined,
    lost: ReadonlySet<Audience>,
  ): Promise<void> {
    const theirs = grants.book
      .grantsOf(poste)
      .filter(({ person }) => whose === undefined || person === whose);
    const wide = theirs.filter((grant) => grant.audiences.some((audience) => lost.has(audience)));
    const [first] = wide;
    if (!first) return;
    const { key, person, carries } = first;
    // What has an end is not made lasting by narrowing it.
    if (wide.some(({ until }) => until === undefined)) {
      const entitled = person ? await deps.entitlementOf(person) : undefined;
      const { roles = [] } = entitled?.lasting ?? entitled ?? {};
      const without = theirs.filter(({ until }) => until === undefined);
      const kept = new Set(without.flatMap(({ audiences }) => audiences).filter((name) => !lost.has(name)));
      await grantTo(grants, { poste, key, person, carries, roles, audiences: [...kept] });
    }
    await endEach(grants, wide, (audience) => lost.has(audience));
  }

  async function endPerson(grants: SigningDeps, poste: Id<'poste'>, person: Id<'staff'>): Promise<void> {
    await endEach(
      grants,
      grants.book.grantsOf(poste).filter((grant) => grant.person === person),
      () => true,
    );
    // Elsewhere the poste does it by itself, as soon as it has heard.
    if (poste === own) await keyring.removePerson(person);
    grants.platform.log.info('poste.left', { poste, person });
  }

  /** What the poste writes elsewhere, or for somebody else there, before it hears of this, still counts. */
  async function endEach(
    grants: SigningDeps,
    ending: readonly PosteGrant[],
    isLost: (audience: Audience) => boolean,
  ): Promise<void> {
    for (const grant of ending) {
      const others = grants.book.grantsOf(grant.poste).filter((other) => !ending.includes(other));
      const stays = (audience: Audience): boolean =>
        !isLost(audience) ||
        others.some(({ person, audiences }) => person !== grant.person && audiences.includes(audience));
      const accepted = await acceptedOf(
        grant.poste,
        grant.audiences.filter((name) => !stays(name)),
      );
      for (const audience of grant.audiences.filter(stays)) accepted[audience] = Number.MAX_SAFE_INTEGER;
      await end(grants, grant._id, accepted);
    }
  }

  async function acceptedOf(
    poste: Id<'poste'>,
    audiences: Iterable<Audience>,
  ): Promise<Record<Audience, number>> {
    const accepted: Record<Audience, number> = {};
    for (const audience of audiences) {
      const head = (await deps.shelf.heads(audience)).get(poste);
      if (head) accepted[audience] = head.to;
    }
    return accepted;
  }

  async function end(
    { platform, book, parc, head }: SigningDeps,
    target: Id<'poste'> | Id<'grant'>,
    accepted: Record<Audience, number>,
  ): Promise<void> {
    const revocation = signGrant(
      {
        _id: idFrom('grant', platform.random(9)),
        type: 'grant' as const,
        v: 1 as const,
        kind: 'revocation' as const,
        school: book.school,
        issued: instant(platform.clock()),
        target,
        accepted,
      },
      head,
    );
    await parc.put(revocation satisfies DocumentBody as unknown as DocumentBody);
    book.learn(revocation);
  }

  return { revoke, narrow, endPerson };
}
