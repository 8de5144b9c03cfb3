import * as v from 'valibot';
import type { Id } from '../../domain/id';
import type { PortalFact } from '../../domain/people/guardian-portal';
import { id, instantSchema } from '../../contract/define';
import type { AudienceDatabase } from '../../store/port';
import type { Families } from './guardians-records';

/** What `direction` says of guardians' ways into the portal, and what stands in `ecole` for it. */
const factSchema = v.object({
  _id: id('event'),
  type: v.literal('portalFact'),
  v: v.literal(1),
  guardian: id('guardian'),
  says: v.picklist(['issued', 'revoked']),
  verifier: v.optional(v.string()),
  expiresAt: v.optional(instantSchema),
  by: v.string(),
  at: instantSchema,
  replaces: v.array(v.string()),
});
/** The door: what the portal writes into `ecole` when a code has served (docs/guardians.md). */
const usedSchema = v.object({ type: v.literal('portalUsed'), v: v.literal(1), verifier: v.string() });

/** By the person they belong to. */
export function portalFacts(
  direction: AudienceDatabase,
  { ownerOf }: Families,
): Map<Id<'guardian'>, PortalFact[]> {
  const facts = direction.all('portalFact').flatMap(({ body }): PortalFact[] => {
    const parsed = v.safeParse(factSchema, body);
    if (!parsed.success) return [];
    return [factFrom(parsed.output, ownerOf)];
  });
  return Map.groupBy(facts, ({ guardian }) => guardian);
}

const factFrom = (
  { _id, type: _type, v: _v, ...fact }: v.InferOutput<typeof factSchema>,
  ownerOf: Families['ownerOf'],
): PortalFact => ({ id: _id, ...fact, guardian: ownerOf(fact.guardian) });

/** Codes that have served, by what recognises them. */
export function usedVerifiers(ecole: AudienceDatabase): Set<string> {
  return new Set(
    ecole.all('portalUsed').flatMap(({ body }) => {
      const parsed = v.safeParse(usedSchema, body);
      return parsed.success ? [parsed.output.verifier] : [];
    }),
  );
}

const SETTINGS = 'portal_aaaaaaaaaaaaa';

/** The portal's address, as the commune gave it; https, without anything behind its path. */
export function portalAddress(direction: AudienceDatabase): string | undefined {
  const parsed = v.safeParse(v.object({ address: v.string() }), direction.get(SETTINGS)?.body);
  return parsed.success ? parsed.output.address : undefined;
}

export async function keepPortalAddress(direction: AudienceDatabase, address: string): Promise<void> {
  const held = direction.get(SETTINGS);
  await direction.put({ ...held?.body, _id: SETTINGS, type: 'portalSettings', v: 1, address }, held?.rev);
}
