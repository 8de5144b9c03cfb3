import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  { path: '/inventaire/tablettes', component: () => import('./TabletsPage.vue') },
];
