import type { HandInSummary } from '../../../contract/staff/classroom';

export const WORK_STATES = ['all', 'unseen', 'last', 'late', 'unfinished'] as const;
export type WorkState = (typeof WORK_STATES)[number];

export interface WorkFilter {
  readonly author: string;
  readonly item: string;
  readonly state: WorkState;
}

/** Whose work it is, as one line: two who shared are an author of their own. */
export const authorOf = (work: Pick<HandInSummary, 'authors'>): string => work.authors.join(', ');

/** Newest first, as they came; a pupil's filter finds what they did with others, too. */
export function filterWork(
  all: readonly HandInSummary[],
  { author, item, state }: WorkFilter,
): HandInSummary[] {
  const last = new Set<string>();
  const seen = new Set<string>();
  for (const work of [...all].sort((a, b) => b.receivedAt.localeCompare(a.receivedAt))) {
    const key = `${work.item} ${authorOf(work)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    last.add(work.id);
  }
  return all.filter(
    (work) =>
      (author === '' || work.authors.includes(author)) &&
      (item === '' || work.item === item) &&
      (state === 'all' ||
        (state === 'unseen' && !work.seen) ||
        (state === 'last' && last.has(work.id)) ||
        (state === 'late' && work.late === true) ||
        (state === 'unfinished' && work.unfinished === true)),
  );
}
