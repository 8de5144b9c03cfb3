import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/groupes',
    component: () => import('./GroupsPage.vue'),
    menu: { label: 'groups.menu', icon: 'school', rank: 43 },
  },
  { path: '/repartir', component: () => import('./ChooseClass.vue'), meta: { under: '/groupes' } },
  {
    path: '/repartir/feuilles/:id',
    component: () => import('./DispatchSheets.vue'),
    meta: { under: '/groupes' },
  },
  { path: '/repartir/:id', component: () => import('./DispatchPage.vue'), meta: { under: '/groupes' } },
];
