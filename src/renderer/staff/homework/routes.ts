import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/pour-demain',
    component: () => import('./HomeworkPage.vue'),
    menu: { label: 'homework.menu', icon: 'homework', rank: 34 },
  },
];
