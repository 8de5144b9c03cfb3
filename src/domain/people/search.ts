import MiniSearch, { type SearchResult } from 'minisearch';
import type { Actor } from '../rights/actor';
import { authorize } from '../rights/authorize';
import type { Id } from '../id';
import { normaliseName } from './names';

/**
 * The white pages (SDET UTI-IDO-PBL, L9097–9166): names found as they are half remembered, without their accents, with a
 * letter wrong. What somebody may not read is not found, nor counted: rights are asked while searching.
 */
export type PersonKind = 'pupil' | 'staff' | 'guardian';
export interface PersonEntry {
  readonly id: Id<'pupil'> | Id<'staff'> | Id<'guardian'>;
  readonly kind: PersonKind;
  readonly first: string;
  readonly family: string;
  /** The name of birth, where another is used. */
  readonly birth?: string | undefined;
  /** A pupil's class, the classes somebody teaches, the classes of somebody's children. */
  readonly classIds: readonly Id<'class'>[];
  /** Groups a pupil is in. */
  readonly groupIds?: readonly Id<'group'>[] | undefined;
  /** Labels of those classes, and what somebody is in the school, in words. */
  readonly words: readonly string[];
}

/** Whether that person stands in what somebody may read anyway. The one rule of the search. */
export function mayFind(actor: Actor, entry: PersonEntry): boolean {
  if (entry.kind === 'guardian')
    return authorize(actor, 'guardian.read') && authorize(actor, 'person.search');
  if (authorize(actor, 'person.search')) return true;
  return (
    entry.classIds.some((classId) => authorize(actor, 'person.search', { kind: 'class', classId })) ||
    (entry.groupIds ?? []).some((groupId) => authorize(actor, 'person.search', { kind: 'group', groupId }))
  );
}

export interface PeopleIndex {
  /** Best first; nobody for a query without a letter or a digit. */
  find(query: string, may: (entry: PersonEntry) => boolean, limit: number): PersonEntry[];
  readonly size: number;
}

/** A person types a name and a class, not a page. */
export const QUERY_MAX = 120;
const TERMS_MAX = 8;
const termsOf = (text: string): string[] => normaliseName(text).split(' ').filter(Boolean);
/**
 * Letters that may be wrong: one in four, two in seven; where nobody is found so, one more, since two letters exchanged
 * are two wrong ones. A word of three is right first (« Léa » is no « de La »), of one or two the beginning of a name, a
 * figure is a figure.
 */
const errors = (more: number) => (term: string) =>
  term.length < 3 || /\d/.test(term) ? 0 : term.length < 4 ? more : term.length < 7 ? 1 + more : 2;

export function createPeopleIndex(entries: readonly PersonEntry[]): PeopleIndex {
  const byId = new Map<string, PersonEntry>(entries.map((entry) => [entry.id, entry]));
  const index = new MiniSearch<PersonEntry>({
    fields: ['first', 'family', 'birth', 'words'],
    extractField: (entry, field) => {
      const value = entry[field as keyof PersonEntry];
      return typeof value === 'string' ? value : Array.isArray(value) ? value.join(' ') : '';
    },
    tokenize: termsOf,
    processTerm: (term) => term,
  });
  index.addAll([...byId.values()]);
  return {
    size: byId.size,
    find(query, may, limit) {
      const terms = termsOf(query.slice(0, QUERY_MAX)).slice(0, TERMS_MAX);
      if (terms.length === 0) return [];
      const search = (more: number): SearchResult[] =>
        index.search(terms.join(' '), {
          combineWith: 'AND',
          boost: { first: 2, family: 2 },
          prefix: true,
          fuzzy: errors(more),
          weights: { fuzzy: 0.2, prefix: 0.7 },
          filter: ({ id }) => {
            const entry = byId.get(id as string);
            return entry !== undefined && may(entry);
          },
        });
      const close = search(0);
      return (close.length > 0 ? close : search(1))
        .map(({ id, score }) => ({ entry: byId.get(id as string), score }))
        .sort((a, b) => b.score - a.score || orderOf(a.entry).localeCompare(orderOf(b.entry), 'fr'))
        .flatMap(({ entry }) => entry ?? [])
        .slice(0, limit);
    },
  };
}
const orderOf = (entry: PersonEntry | undefined): string => `${entry?.family} ${entry?.first} ${entry?.id}`;
