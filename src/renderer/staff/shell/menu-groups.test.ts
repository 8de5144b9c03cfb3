import { describe, expect, it } from 'vitest';
import type { StaffRoute } from '../route';
import { entryOf, menuGroups } from './menu-groups';

const page = { template: '' };
const route = (path: string, rank: number, head = false): StaffRoute => ({
  path,
  component: page,
  menu: { label: path, icon: 'home', rank, head },
});
const routes: StaffRoute[] = [
  route('/inventaire', 60),
  route('/appel', 30),
  route('/', 0),
  route('/classe', 20),
  route('/direction', 44, true),
  { path: '/inventaire/etiquettes', component: page },
];

const shown = (head: boolean): Record<string, string[]> =>
  Object.fromEntries(
    menuGroups(routes, head, () => true).map(({ name, entries }) => [name, entries.map(({ path }) => path)]),
  );

describe('the menu', () => {
  it('stands in order, in groups, without empty ones', () => {
    expect(shown(false)).toEqual({ day: ['/'], class: ['/classe', '/appel'], things: ['/inventaire'] });
  });
  it('shows the head what is the head’s', () => {
    expect(shown(true)).toMatchObject({ school: ['/direction'] });
  });
  it('shows nobody a page they may not use', () => {
    const leader = menuGroups(routes, false, (action) => action === 'lesson.open');
    expect(leader.flatMap(({ entries }) => entries.map(({ path }) => path))).toEqual(['/', '/classe']);
  });
  it('keeps a page’s entry lit, whatever its depth', () => {
    const entries = menuGroups(routes, true, () => true).flatMap((group) => group.entries);
    expect(entryOf('/inventaire/etiquettes', undefined, entries)?.path).toBe('/inventaire');
    expect(entryOf('/travaux', '/classe', entries)?.path).toBe('/classe');
    expect(entryOf('/', undefined, entries)?.path).toBe('/');
    expect(entryOf('/mot-de-passe', undefined, entries)).toBeUndefined();
  });
});
