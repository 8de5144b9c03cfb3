import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  { path: '/chariots/:cart/accessoires', component: () => import('./AccessoriesPage.vue'), props: true },
];
