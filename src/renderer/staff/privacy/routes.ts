import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/vie-privee',
    component: () => import('./PrivacyPage.vue'),
    menu: { label: 'privacy.menu', icon: 'shield', rank: 56, head: true },
  },
  {
    path: '/photos',
    component: () => import('./ImagesPage.vue'),
    menu: { label: 'privacy.tabs.images', icon: 'camera', rank: 52 },
  },
  { path: '/vie-privee/dossier/:request', component: () => import('./PersonFilePage.vue') },
  {
    path: '/traces',
    component: () => import('./TracesPage.vue'),
    menu: { label: 'privacy.traces.menu', icon: 'history', rank: 88 },
  },
  {
    path: '/donnees-personnelles',
    component: () => import('./NoticePage.vue'),
    meta: { open: true, bare: true },
  },
];
