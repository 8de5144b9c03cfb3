import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/synchronisation',
    component: () => import('./SyncPage.vue'),
    menu: { label: 'sync.menu', icon: 'sync', rank: 80 },
  },
];
