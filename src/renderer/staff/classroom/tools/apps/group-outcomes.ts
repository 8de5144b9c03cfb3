import type { AppsOutcome } from '../../../../../contract/staff/apps';

interface Said {
  readonly label: string;
  readonly outcome: AppsOutcome;
}

/** Devices of which the same is said, together: thirteen tablets in a browser are one sentence. */
export function groupOutcomes(
  list: readonly Said[],
  words: (outcome: AppsOutcome) => string,
): { readonly text: string; readonly labels: readonly string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { label, outcome } of list) {
    const text = words(outcome);
    groups.set(text, [...(groups.get(text) ?? []), label]);
  }
  return [...groups].map(([text, labels]) => ({ text, labels }));
}
