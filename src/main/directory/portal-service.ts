import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { CODE_LIFE, portalState } from '../../domain/people/guardian-portal';
import { standingOf } from '../../domain/people/authority';
import { fullName } from '../../domain/people/names';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import type { PortalLetter } from '../../contract/staff/guardians-portal';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import { readFamilies, withoutGaps } from './guardians-records';
import { childrenOn, titledName, type GuardiansDeps } from './guardians-deps';
import { newCode } from './portal-code';
import { keepPortalAddress, portalAddress, portalFacts, usedVerifiers } from './portal-records';
import type { ClassDocument } from './records';

export interface PortalAccess {
  readonly guardian: Id<'guardian'>;
  readonly state: 'none' | 'waiting' | 'expired' | 'used' | 'revoked';
  readonly since?: string | undefined;
  readonly expiresAt?: string | undefined;
}

/** Guardians' ways into the families' portal, as far as the school makes them: a code on paper, and taking it away. */
export interface PortalService {
  state(actor: Actor): Promise<{ address?: string | undefined; accesses: PortalAccess[] }>;
  setAddress(actor: Actor, address: string): Promise<void>;
  /**
   * A letter for each of these who has a child in the school and gets its letters. Codes printed before open nothing more.
   * @throws PreauError `PORTAL_ADDRESS_MISSING`; `NOT_FOUND` where nobody is left
   */
  issue(actor: Actor, guardians: readonly Id<'guardian'>[]): Promise<PortalLetter[]>;
  revoke(actor: Actor, guardian: Id<'guardian'>): Promise<void>;
}

export interface PortalDeps extends GuardiansDeps {
  readonly accessOf: (guardian: Id<'guardian'>) => Id<'portal'>;
}

interface PortalFactDocument extends DocumentBody {
  readonly type: 'portalFact';
}

export function createPortalService(deps: PortalDeps): PortalService {
  const { platform, databases } = deps;

  async function look() {
    const direction = await databases.open('direction');
    const ecole = await databases.open('ecole');
    const families = readFamilies(direction);
    return {
      direction,
      ecole,
      families,
      facts: portalFacts(direction, families),
      used: usedVerifiers(ecole),
    };
  }
  const author = (actor: Actor): string => {
    demand(actor, 'portal.manage');
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'portal.manage' });
    return actor.personId;
  };
  async function write(direction: AudienceDatabase, facts: readonly object[]): Promise<void> {
    const documents = facts.map((fact): PortalFactDocument =>
      withoutGaps({ _id: idFrom('event', platform.random(9)), type: 'portalFact', v: 1, ...fact }),
    );
    await direction.putAll(documents);
    await deps.published();
    platform.publish('guardians.changed', {});
  }

  return {
    async state(actor) {
      demand(actor, 'portal.manage');
      const { direction, families, facts, used } = await look();
      return {
        address: portalAddress(direction),
        accesses: families.people.map(({ id }) => {
          const guardian = id as Id<'guardian'>;
          const { state, since, codes } = portalState(facts.get(guardian) ?? [], used, platform.clock());
          const expiresAt = codes.map((code) => code.expiresAt).sort()[0];
          return { guardian, state, since, expiresAt };
        }),
      };
    },
    async setAddress(actor, address) {
      demand(actor, 'portal.manage');
      await keepPortalAddress(await databases.open('direction'), address);
      platform.publish('guardians.changed', {});
    },
    async issue(actor, wanted) {
      const by = author(actor);
      const { direction, ecole, families, facts, used } = await look();
      const address = portalAddress(direction);
      if (address === undefined) throw new PreauError('PORTAL_ADDRESS_MISSING');
      const now = platform.clock();
      const on = localDate(now, deps.timeZone());
      const labels = new Map(ecole.all<ClassDocument>('class').map(({ body }) => [body._id, body.label]));
      const children = childrenOn(ecole, on);
      const owners = new Set(wanted.map((id) => families.ownerOf(id)));
      const at = instant(now);
      const expiresAt = instant(now + CODE_LIFE);
      const made = families.people.flatMap((person) => {
        const guardian = person.id as Id<'guardian'>;
        if (!owners.has(guardian)) return [];
        const own = families.facts.filter((fact) => fact.guardian === guardian);
        const mine = children.filter(
          ({ _id }) =>
            person.children.includes(_id) &&
            standingOf(
              own.filter(({ pupil }) => pupil === _id),
              on,
            ).receives,
        );
        if (mine.length === 0) return [];
        const { printed, verifier } = newCode(deps.accessOf(guardian), platform.random);
        const { living } = portalState(facts.get(guardian) ?? [], used, now);
        const fact = { guardian, says: 'issued', verifier, expiresAt, by, at, replaces: living };
        const letter: PortalLetter = {
          guardian,
          name: titledName(person),
          children: mine.map(({ names, classId }) => ({
            name: fullName(names),
            class: labels.get(classId ?? '') ?? '',
          })),
          code: printed,
          link: `${address}#activer=${printed}`,
          expiresAt,
        };
        return [{ fact, letter }];
      });
      if (made.length === 0) throw new PreauError('NOT_FOUND', { kind: 'guardian' });
      await write(
        direction,
        made.map(({ fact }) => fact),
      );
      return made.map(({ letter }) => letter);
    },
    async revoke(actor, wanted) {
      const by = author(actor);
      const { direction, families, facts, used } = await look();
      const guardian = families.ownerOf(wanted);
      const { state, living } = portalState(facts.get(guardian) ?? [], used, platform.clock());
      if (state === 'none' || state === 'revoked') throw new PreauError('NOT_FOUND', { kind: 'portal' });
      const at = instant(platform.clock());
      await write(direction, [{ guardian, says: 'revoked', by, at, replaces: living }]);
    },
  };
}
