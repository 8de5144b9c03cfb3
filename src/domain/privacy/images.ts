import type { Id } from '../id';
import type { AuthorityFact } from '../people/authority';
import { isSigned, type Signature } from '../people/authority-sign';
import type { LocalDate } from '../time';

/** What families authorise once a year, on paper or in ONDE. */
export const AUTHORISATIONS = ['image', 'associations'] as const;
export type Authorisation = (typeof AUTHORISATIONS)[number];

/** Why a picture of a child may not be shown outside of the class. */
export const STOPS = ['refused', 'ondeNo', 'missing', 'unsaid'] as const;
export type Stop = (typeof STOPS)[number];

export interface ImageState {
  readonly may: boolean;
  readonly stop?: Stop;
  /** Parents who said no, or whose word is waited for. */
  readonly who: readonly Id<'guardian'>[];
  /** What the answer rests on. */
  readonly basis: 'paper' | 'onde' | 'none';
}

/**
 * Whether a child's picture may be published on a day. Papers come before the mark of ONDE, which does not say who signed: a
 * refusal on paper always stops; a « non » of ONDE stops until both parents have signed since; a « oui » of ONDE is the school's own
 * record of the family's sheet and is enough as long as nobody refuses. Nothing said is no. For an image both parents are
 * asked (Code civil, art. 9 and 372; domain/people/authority-sign.ts).
 */
export function imageState(input: {
  readonly guardians: readonly Id<'guardian'>[];
  readonly facts: readonly AuthorityFact[];
  readonly papers: readonly Signature[];
  readonly onde: boolean | undefined;
  readonly on: LocalDate;
}): ImageState {
  const { guardians, facts, papers, onde, on } = input;
  const { signed, missing, refusedBy } = isSigned('photograph', guardians, facts, papers, on);
  if (refusedBy.length > 0) return { may: false, stop: 'refused', who: refusedBy, basis: 'paper' };
  if (signed) return { may: true, who: [], basis: 'paper' };
  if (onde === true) return { may: true, who: [], basis: 'onde' };
  if (papers.length > 0 && missing.length > 0)
    return { may: false, stop: 'missing', who: missing, basis: 'paper' };
  return {
    may: false,
    stop: onde === false ? 'ondeNo' : 'unsaid',
    who: [],
    basis: onde === false ? 'onde' : 'none',
  };
}

/** The address and telephone of the family handed to parents' associations: each parent speaks for themselves, no stops. */
export function associationState(input: {
  readonly papers: readonly Signature[];
  readonly onde: boolean | undefined;
}): boolean {
  const last = [...input.papers].sort((a, b) =>
    a.on < b.on ? -1 : a.on > b.on ? 1 : Number(b.agrees) - Number(a.agrees),
  );
  const words = new Map(last.map(({ guardian, agrees }) => [guardian, agrees]));
  if ([...words.values()].includes(false)) return false;
  return words.size > 0 || input.onde === true;
}
