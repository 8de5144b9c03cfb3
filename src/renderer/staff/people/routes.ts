import type { StaffRoute } from '../route';
import { guardianRoutes } from './guardians/routes';

export const routes: readonly StaffRoute[] = [
  {
    path: '/personnes',
    component: () => import('./PeoplePage.vue'),
    menu: { label: 'people.menu', icon: 'people', rank: 42 },
  },
  { path: '/personnes/classe/:id', component: () => import('./ClassPage.vue') },
  { path: '/personnes/classe/:id/cartes', component: () => import('./CodeCardsPage.vue') },
  { path: '/personnes/classe/:id/reunir', component: () => import('./MergePage.vue') },
  { path: '/personnes/classe/:id/charte', component: () => import('./PupilCharter.vue') },
  { path: '/personnes/comptes', component: () => import('./AccountsPage.vue') },
  { path: '/personnes/comptes/equipe', component: () => import('./TeamAccounts.vue') },
  { path: '/personnes/import', component: () => import('./import/ImportPage.vue') },
  ...guardianRoutes,
];
