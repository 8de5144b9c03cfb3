import type { Id } from '../id';
import type { LocalDate } from '../time';
import { exercises, standingsOf, type AuthorityFact } from './authority';

/**
 * What families are asked to sign. For a usual act each parent is deemed to act with the other's agreement (Code civil,
 * art. 372-2): one signature is enough. For what is not usual (the child's image, a change of school) both are asked.
 */
export const PAPERS = ['notice', 'outing', 'photograph', 'schooling'] as const;
export type PaperKind = (typeof PAPERS)[number];
/** « un parent suffit », « les deux ». */
export type Needed = 'one' | 'both';

const NEEDED: Readonly<Record<PaperKind, Needed>> = {
  notice: 'one',
  outing: 'one',
  photograph: 'both',
  schooling: 'both',
};
export const signaturesNeeded = (kind: PaperKind): Needed => NEEDED[kind];

/** One guardian's own record; « lu et signé » of one never stands for another's. */
export interface Signature {
  readonly guardian: Id<'guardian'>;
  /** The local day on which it was signed. */
  readonly on: LocalDate;
  /** False: read, and refused. */
  readonly agrees: boolean;
}

export interface SignedState {
  readonly signed: boolean;
  /** Whose signature is waited for. Empty once it is signed. */
  readonly missing: readonly Id<'guardian'>[];
  readonly refusedBy: readonly Id<'guardian'>[];
  /** It depends on somebody whose authority nobody has confirmed. */
  readonly toConfirm: boolean;
}

/**
 * Whether a paper about one child is signed on a day. Who counts is decided by the facts: on that day for those who are
 * waited for, on the day of signing for those who signed. Somebody « à confirmer » counts as a holder: their signature is
 * taken, and where both are asked it is waited for.
 * @param guardians of the child
 * @param facts about that child
 */
export function isSigned(
  kind: PaperKind,
  guardians: readonly Id<'guardian'>[],
  facts: readonly AuthorityFact[],
  signatures: readonly Signature[],
  on: LocalDate,
): SignedState {
  const maySign = (who: Id<'guardian'>, day: LocalDate): boolean => {
    const standing = standingsOf([who], facts, day).get(who);
    return standing !== undefined && (exercises(standing) || standing.holds === 'toConfirm');
  };
  const holders = guardians.filter((who) => maySign(who, on));
  // The last word of each counts, and only of who could say it then and still can.
  const lastWord = new Map<Id<'guardian'>, boolean>();
  const said = signatures
    .filter(({ guardian, on: day }) => day <= on && holders.includes(guardian) && maySign(guardian, day))
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : Number(b.agrees) - Number(a.agrees)));
  for (const { guardian, agrees } of said) lastWord.set(guardian, agrees);

  const agreed = holders.filter((who) => lastWord.get(who) === true);
  const refusedBy = holders.filter((who) => lastWord.get(who) === false);
  const enough = signaturesNeeded(kind) === 'one' ? agreed.length > 0 : agreed.length === holders.length;
  const signed = holders.length > 0 && enough && refusedBy.length === 0;
  const standings = standingsOf(holders, facts, on);
  return {
    signed,
    missing: signed ? [] : holders.filter((who) => !lastWord.has(who)),
    refusedBy,
    toConfirm: holders.some((who) => standings.get(who)?.holds === 'toConfirm'),
  };
}
