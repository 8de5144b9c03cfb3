import type { Id } from '../id';
import type { Instant, LocalDate } from '../time';
import { compareText } from './names';

/**
 * Parental authority: a dated fact about one child and one guardian, said by the head, never deduced from a file. What
 * nobody has said is « à confirmer », and then nothing is refused and nothing is taken for granted.
 *
 * `joint`: exercised by both parents (Code civil, art. 372); `alone`: by this one (art. 372 al. 2, 373-2-1); `none`: a
 * parent who does not exercise it, who may keep a right to be informed (art. 373-2-1), or somebody who is only to be
 * called; `third`: a relative or an institution that a judge named (art. 377).
 */
export const HOLDS = ['joint', 'alone', 'none', 'third'] as const;
export type Holds = (typeof HOLDS)[number];

/** What the head looked at. No copy of a judgement is kept: the day on which it was seen is enough. */
export const BASES = ['enrolment', 'record', 'agreement', 'judgement'] as const;
export interface Basis {
  readonly kind: (typeof BASES)[number];
  readonly seenOn?: LocalDate | undefined;
}

export interface AuthorityFact {
  readonly id: string;
  readonly pupil: Id<'pupil'>;
  readonly guardian: Id<'guardian'>;
  /** `undone`: the fact named by `undoes` was never meant. */
  readonly holds: Holds | 'undone';
  /** First day on which it is so. */
  readonly from: LocalDate;
  /** First day on which it is so no more. */
  readonly until?: LocalDate | undefined;
  /** Of `none` alone: letters are still sent; may be called. The others always may. */
  readonly receives?: boolean | undefined;
  readonly mayCall?: boolean | undefined;
  readonly basis: Basis;
  readonly by: string;
  readonly at: Instant;
  /** Facts this one takes the place of. */
  readonly replaces: readonly string[];
  readonly undoes?: string | undefined;
}

/** What holds on one day for one child and one guardian. */
export interface Standing {
  readonly holds: Holds | 'toConfirm';
  /** The fact it comes from. */
  readonly fact?: AuthorityFact | undefined;
  /** Two facts that contradict each other, written apart by two people: to be confirmed, and both are shown. */
  readonly disputed: readonly AuthorityFact[];
  /** Gets the school's letters. */
  readonly receives: boolean;
  /** May be called for the child. */
  readonly mayCall: boolean;
}

const TO_CONFIRM: Standing = { holds: 'toConfirm', disputed: [], receives: true, mayCall: true };

/** Facts that nobody took back and no other took the place of. Their order does not matter. */
export function livingFacts(facts: readonly AuthorityFact[]): AuthorityFact[] {
  const undoing = new Map<string, AuthorityFact[]>();
  for (const fact of facts) {
    if (fact.undoes !== undefined) undoing.set(fact.undoes, [...(undoing.get(fact.undoes) ?? []), fact]);
  }
  // A fact undoes one other, so each is met once, unless a forger tied a loop: then the loop undoes nothing.
  const isUndone = (id: string, path: readonly string[]): boolean =>
    (undoing.get(id) ?? []).some(
      (other) => !path.includes(other.id) && !isUndone(other.id, [...path, other.id]),
    );
  const counted = facts.filter(({ id }) => !isUndone(id, [id]));
  const replaced = new Set(counted.flatMap(({ id, replaces }) => replaces.filter((other) => other !== id)));
  return counted.filter(({ id, holds }) => holds !== 'undone' && !replaced.has(id));
}

const covers = ({ from, until }: AuthorityFact, on: LocalDate): boolean =>
  from <= on && (until === undefined || on < until);

/** What makes two facts say the same. */
const meaning = ({ holds, until, receives, mayCall }: AuthorityFact): string =>
  JSON.stringify([
    holds,
    until ?? '',
    holds === 'none' && receives === true,
    holds === 'none' && mayCall === true,
  ]);

/**
 * The state on a day. Of the facts that cover it the one that began last counts: a judgement of March comes over what held
 * since September, and what held is again so when a judgement of limited time ends.
 * @param facts of one child and one guardian
 */
export function standingOf(facts: readonly AuthorityFact[], on: LocalDate): Standing {
  const now = livingFacts(facts).filter((fact) => covers(fact, on));
  const latest = now.reduce((last, { from }) => (from > last ? from : last), '');
  const said = now.filter(({ from }) => from === latest).sort((a, b) => compareText(a.id, b.id));
  const [fact] = said;
  if (!fact || fact.holds === 'undone') return TO_CONFIRM;
  if (new Set(said.map(meaning)).size > 1) return { ...TO_CONFIRM, disputed: said };
  const full = fact.holds !== 'none';
  return {
    holds: fact.holds,
    fact,
    disputed: [],
    receives: full || fact.receives === true,
    mayCall: full || fact.mayCall === true,
  };
}

/** Who exercises authority, as far as it was said. */
export const exercises = ({ holds }: Standing): boolean =>
  holds === 'joint' || holds === 'alone' || holds === 'third';

/**
 * The facts that a new one takes the place of: those that begin on its first day or later. What began before stays, so
 * that the days before are still what they were.
 * @param facts of one child and one guardian
 */
export function replacedBy(facts: readonly AuthorityFact[], from: LocalDate): string[] {
  return livingFacts(facts)
    .filter((fact) => fact.from >= from)
    .map(({ id }) => id)
    .sort(compareText);
}

/** The standing of each guardian of a child, by guardian. */
export function standingsOf(
  guardians: readonly Id<'guardian'>[],
  facts: readonly AuthorityFact[],
  on: LocalDate,
): Map<Id<'guardian'>, Standing> {
  return new Map(
    guardians.map((id) => [
      id,
      standingOf(
        facts.filter(({ guardian }) => guardian === id),
        on,
      ),
    ]),
  );
}

/**
 * What does not go together in what was said of one child: one parent « seul » beside another who exercises it too, or
 * « avec l'autre parent » where nobody else may. Shown to the head; nothing follows from it by itself.
 */
export function contradictions(standings: readonly Standing[]): ('aloneAndOther' | 'jointWithoutOther')[] {
  const count = (...wanted: readonly Standing['holds'][]): number =>
    standings.filter(({ holds }) => wanted.includes(holds)).length;
  const found: ('aloneAndOther' | 'jointWithoutOther')[] = [];
  if (count('alone') > 1 || (count('alone') === 1 && count('joint') > 0)) found.push('aloneAndOther');
  if (count('joint') === 1 && count('joint', 'toConfirm') === 1 && count('none') > 0)
    found.push('jointWithoutOther');
  return found;
}
