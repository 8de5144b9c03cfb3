/** Which pupil a guardians' row means by a name, a first name and a class label: BE1D and ONDE give nothing better. */
import { ONDE_LIMITS } from './limits';
import type { Pupil } from '../person';
import { byFeedKey } from '../feeds/feed-keys';
import { comparable } from './drafts';
import type { ClassBook } from './plan-classes';
import type { DoubtReason } from './plan-types';
import type { ChildLink } from './rows';

export interface Linked {
  ids: string[];
  reasons: DoubtReason[];
}

/**
 * A linker over the pupils that exist once the import is done. It links only what leaves no doubt: the one pupil with
 * that name, first name and class, or the one with that name where either side has no class. The wrong link would
 * show a child's school life to strangers, so the rest is asked.
 * @param preference among pupils who fit equally, those of the lowest number are meant
 */
export function childLinker(
  pupils: readonly Pupil[],
  preference: (pupilId: string) => number,
  classes: ClassBook,
): (children: ChildLink[]) => Linked {
  const byName = new Map<string, Pupil[]>();
  for (const pupil of pupils) {
    for (const name of new Set(namesOf(pupil.names))) {
      const key = `${comparable(pupil.names.first)}|${name}`;
      const namesakes = byName.get(key);
      if (namesakes) namesakes.push(pupil);
      else byName.set(key, [pupil]);
    }
  }
  const byKey = byFeedKey(pupils);
  const link = (child: ChildLink): string | DoubtReason => {
    const meant = child.feedKey === undefined ? undefined : byKey.get(child.feedKey);
    if (meant) return meant.id;
    const first = comparable(child.first);
    const alike = [...new Set(namesOf(child).flatMap((name) => byName.get(`${first}|${name}`) ?? []))];
    const classOf = ({ classId }: Pupil): string | undefined =>
      classId === undefined ? undefined : classes.labelOf(classId);
    const fitting = alike.filter((pupil) => {
      const label = classOf(pupil);
      return (
        child.classLabel === undefined ||
        label === undefined ||
        comparable(label) === comparable(child.classLabel)
      );
    });
    // Name of birth before name in use: a cousin's name in use may be another child's name of birth.
    const exact = fitting.filter(({ names }) => comparable(names.family) === comparable(child.family));
    const best = exact.length > 0 ? exact : fitting;
    const lowest = Math.min(...best.map(({ id }) => preference(id)));
    const [only, another] = best.filter(({ id }) => preference(id) === lowest);
    if (only && !another) return only.id;
    return alike.length === 0
      ? { code: 'childNotFound', child }
      : { code: 'childUncertain', child, pupilIds: alike.slice(0, ONDE_LIMITS.shown).map(({ id }) => id) };
  };
  // Both parents, and every row of a large family, name the same child.
  const found = new Map<string, string | DoubtReason>();
  const linkOnce = (child: ChildLink): string | DoubtReason => {
    const key = JSON.stringify([child.family, child.usage, child.first, child.classLabel, child.feedKey]);
    const result = found.get(key) ?? link(child);
    found.set(key, result);
    return result;
  };
  return (children) => {
    const ids = new Set<string>();
    const reasons: DoubtReason[] = [];
    for (const result of children.map(linkOnce)) {
      if (typeof result === 'string') ids.add(result);
      else reasons.push(result);
    }
    return { ids: [...ids], reasons };
  };
}

function namesOf({ family, usage }: { family: string; usage?: string | undefined }): string[] {
  return usage === undefined ? [comparable(family)] : [comparable(family), comparable(usage)];
}
