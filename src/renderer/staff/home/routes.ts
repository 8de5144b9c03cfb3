import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  { path: '/', component: () => import('./MyDay.vue'), menu: { label: 'home.menu', icon: 'home', rank: 0 } },
];
