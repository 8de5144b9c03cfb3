import type { Id } from '../id';
import type { Instant } from '../time';
import { compareText } from './names';

/**
 * A guardian's way into the families' portal, as the school sees it: one access for each guardian of the school, whatever
 * the number of children. A guardian with children in two schools has an access from each, and ties both to one account.
 */
export interface PortalFact {
  readonly id: string;
  readonly guardian: Id<'guardian'>;
  readonly says: 'issued' | 'revoked';
  /** Of `issued`: what recognises the printed code; the code itself is kept nowhere. */
  readonly verifier?: string | undefined;
  readonly expiresAt?: Instant | undefined;
  readonly by: string;
  readonly at: Instant;
  /** Facts this one takes the place of: a new letter closes the one before. */
  readonly replaces: readonly string[];
}

/** Six weeks: a letter of the first days of September is still good after the holidays of October. Milliseconds. */
export const CODE_LIFE = 42 * 24 * 60 * 60 * 1000;

export interface PortalState {
  /** `none`: no letter yet. `used`: an account was opened with it, or it was tied to one. */
  readonly state: 'none' | 'waiting' | 'expired' | 'used' | 'revoked';
  /** Codes that may still be used. Two where two people printed a letter at the same time. */
  readonly codes: readonly { readonly verifier: string; readonly expiresAt: Instant }[];
  /** What a new fact replaces. */
  readonly living: readonly string[];
  readonly since?: Instant | undefined;
}

/**
 * @param facts of one guardian, in any order
 * @param used verifiers that the portal says have served
 */
export function portalState(
  facts: readonly PortalFact[],
  used: ReadonlySet<string>,
  now: number,
): PortalState {
  const replaced = new Set(facts.flatMap(({ id, replaces }) => replaces.filter((other) => other !== id)));
  const alive = facts.filter(({ id }) => !replaced.has(id)).sort((a, b) => compareText(a.id, b.id));
  const living = alive.map(({ id }) => id);
  const since = alive
    .map(({ at }) => at)
    .sort(compareText)
    .at(-1);
  const closed = (state: PortalState['state']): PortalState => ({ state, codes: [], living, since });
  if (alive.length === 0) return { state: 'none', codes: [], living };
  // A letter printed by one person while another took the access away: taken away.
  if (alive.some(({ says }) => says === 'revoked')) return closed('revoked');
  const issued = alive.flatMap(({ verifier, expiresAt }) =>
    verifier && expiresAt ? [{ verifier, expiresAt }] : [],
  );
  // One use closes every code of that guardian.
  if (issued.some(({ verifier }) => used.has(verifier))) return closed('used');
  const codes = issued.filter(({ expiresAt }) => Date.parse(expiresAt) > now);
  return codes.length === 0 ? closed('expired') : { state: 'waiting', codes, living, since };
}
