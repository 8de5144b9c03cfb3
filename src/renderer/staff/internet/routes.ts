import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/internet',
    component: () => import('./InternetPage.vue'),
    meta: { under: '/appareils' },
  },
];
