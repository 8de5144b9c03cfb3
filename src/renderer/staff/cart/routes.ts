import type { StaffRoute } from '../route';

const page = () => import('./CartHome.vue');

export const routes: readonly StaffRoute[] = [
  { path: '/chariots', component: page, menu: { label: 'cart.menu', icon: 'cart', rank: 62 } },
  { path: '/chariots/:cart', component: page, props: true },
];
