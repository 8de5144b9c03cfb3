import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/classe',
    component: () => import('./ClassroomPage.vue'),
    menu: { label: 'classroom.menu', icon: 'wall', rank: 20 },
  },
  {
    path: '/verifier',
    component: () => import('./tools/check/CheckPage.vue'),
    meta: { under: '/classe' },
  },
  { path: '/travaux', component: () => import('./WorkPage.vue'), meta: { under: '/classe' } },
  {
    path: '/bilans',
    component: () => import('./tools/report/ReportPage.vue'),
    meta: { under: '/classe' },
  },
  {
    path: '/appareils',
    component: () => import('./DevicesPage.vue'),
    menu: { label: 'devices.menu', icon: 'device', rank: 64 },
  },
];
