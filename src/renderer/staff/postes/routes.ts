import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/ordinateurs',
    component: () => import('./PostesPage.vue'),
    menu: { label: 'postes.menu', icon: 'laptop', rank: 82, head: true },
  },
];
