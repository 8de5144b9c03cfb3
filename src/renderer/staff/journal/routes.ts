import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/cahier-journal',
    component: () => import('./JournalPage.vue'),
    menu: { label: 'journal.menu', icon: 'book', rank: 38 },
  },
];
