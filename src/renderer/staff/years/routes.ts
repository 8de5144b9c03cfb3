import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/annee',
    component: () => import('./YearPage.vue'),
    menu: { label: 'years.menu', icon: 'calendar', rank: 54, head: true },
  },
  { path: '/annee/suivante', component: () => import('./NextYearPage.vue') },
  { path: '/annee/registre/:id', component: () => import('./RegisterPaper.vue') },
  {
    path: '/relais',
    component: () => import('./HandOversPage.vue'),
    meta: { under: '/personnes' },
  },
];
