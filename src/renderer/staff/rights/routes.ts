import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/droits',
    component: () => import('./RightsPage.vue'),
    menu: { label: 'rights.menu', icon: 'key', rank: 44 },
  },
  {
    path: '/cahier-lu',
    component: () => import('./JournalReading.vue'),
    menu: { label: 'rights.journal.menu', icon: 'book', rank: 39 },
  },
];
