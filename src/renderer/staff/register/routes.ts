import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/appel',
    component: () => import('./RollCall.vue'),
    menu: { label: 'register.menu', icon: 'checkAll', rank: 30 },
  },
];
