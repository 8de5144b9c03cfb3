import type { Action } from '../../../domain/rights/authorize';
import type { IconName } from '../../kit';
import type { StaffRoute } from '../route';

export interface MenuEntry {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  readonly rank: number;
}

/** Groups, with the rank each begins at; one's own day stands alone above them. */
const GROUPS = [
  { name: 'day', from: 0 },
  { name: 'class', from: 10 },
  { name: 'school', from: 40 },
  { name: 'things', from: 60 },
] as const;
export interface MenuGroup {
  readonly name: (typeof GROUPS)[number]['name'];
  readonly entries: readonly MenuEntry[];
}

/** What a page of the menu asks for; one that is not named is everybody's of the staff, or says `head`. */
const NEEDS: Readonly<Record<string, Action>> = {
  '/classe': 'lesson.open',
  '/chariots': 'cart.read',
  '/appareils': 'device.enrol',
  '/appel': 'roll.read',
  '/pour-demain': 'homework.write',
  '/cahier-journal': 'plan.read',
  '/cahier-lu': 'journal.read',
  '/personnes': 'school.read',
  '/groupes': 'group.manage',
  '/droits': 'rights.delegate',
  '/photos': 'class.read',
  '/inventaire': 'inventory.read',
  '/synchronisation': 'sync.read',
  '/traces': 'traces.read',
  '/vie-privee': 'privacy.read',
};

/** The menu as a person sees it: in order, in groups, without what is not theirs. */
export function menuGroups(
  routes: readonly StaffRoute[],
  head: boolean,
  can: (action: Action) => boolean,
): MenuGroup[] {
  const isShown = ({ path, menu }: StaffRoute): boolean => {
    const needs = menu?.needs ?? NEEDS[path];
    // Whoever writes the notebook reads it there.
    if (path === '/cahier-lu' && can('plan.read')) return false;
    return menu !== undefined && (!menu.head || head) && (needs === undefined || can(needs));
  };
  const entries = routes
    .flatMap((route) => (route.menu && isShown(route) ? [{ path: route.path, ...route.menu }] : []))
    .sort((a, b) => a.rank - b.rank);
  return GROUPS.map(({ name, from }, at) => ({
    name,
    entries: entries.filter(({ rank }) => rank >= from && rank < (GROUPS[at + 1]?.from ?? Infinity)),
  })).filter((group) => group.entries.length > 0);
}

/** The entry a page belongs to: its own, or the one it was opened from. */
export function entryOf(path: string, under: unknown, entries: readonly MenuEntry[]): MenuEntry | undefined {
  const at = typeof under === 'string' ? under : path;
  return entries.find(
    (entry) => entry.path === at || (entry.path !== '/' && at.startsWith(`${entry.path}/`)),
  );
}
