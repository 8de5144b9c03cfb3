/** What the planners of each kind of person share. */
import type { DoubtReason, PersonKind, PlanOptions, RecordKind, RecordOf, Source } from './plan-types';
import { normaliseName } from '../names';
import type { PersonName } from '../person';

export interface Sourced<Row> {
  source: Source;
  row: Row;
}

/** One person as the import would leave them. */
export interface Draft<K extends PersonKind> {
  sources: Source[];
  record: RecordOf[K];
  known?: RecordOf[K] | undefined;
  reasons: DoubtReason[];
  candidates: RecordOf[K][];
  /** Guardians only: the children that the files name, without those known from elsewhere. */
  linked?: string[] | undefined;
}

/** Name and first name as two secretaries would agree on them. */
export function nameKey({ family, first }: Pick<PersonName, 'family' | 'first'>): string {
  return `${comparable(family)}|${comparable(first)}`;
}

/** Never empty for a non-empty text, so that two names of pure punctuation are not one person. */
export function comparable(text: string): string {
  return normaliseName(text) || text;
}

export type GiveId = (kind: RecordKind, key: string) => string;

/**
 * Ids that no other record has: a second person under the same key (two homonyms born the same day, confirmed by
 * somebody) gets the key and its rank, so two postes importing the same file still agree.
 */
export function idGiver(deriveKey: PlanOptions['deriveKey'], taken: Iterable<string>): GiveId {
  const used = new Set(taken);
  const lastRank = new Map<string, number>();
  return (kind, key) => {
    let rank = lastRank.get(`${kind} ${key}`) ?? 0;
    let id: string;
    do id = deriveKey(kind, ranked(key, ++rank));
    while (used.has(id));
    lastRank.set(`${kind} ${key}`, rank);
    used.add(id);
    return id;
  };
}

/** The key of the nth row that has the same one (from 1): the id it was given if it was imported before. */
export function ranked(key: string, rank: number): string {
  return rank === 1 ? key : `${key}#${rank}`;
}
