import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/ordinateurs',
    component: () => import('./PostesPage.vue'),
    meta: { under: '/synchronisation' },
  },
];
