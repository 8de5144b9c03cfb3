import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/',
    component: () => import('./HomePage.vue'),
    menu: { label: 'home.menu', icon: 'home', rank: 0 },
  },
];
