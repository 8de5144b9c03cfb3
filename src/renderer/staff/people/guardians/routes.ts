import type { StaffRoute } from '../../route';

export const guardianRoutes: readonly StaffRoute[] = [
  { path: '/personnes/parents', component: () => import('./GuardiansPage.vue') },
  { path: '/personnes/parents/confirmer/:id', component: () => import('./ConfirmClass.vue') },
  { path: '/personnes/parents/doublons', component: () => import('./TwinsPage.vue') },
  { path: '/personnes/parents/etiquettes', component: () => import('./LabelsPage.vue') },
  { path: '/personnes/parents/mot', component: () => import('./SignedPaperPage.vue') },
  { path: '/personnes/parents/portail', component: () => import('./PortalPage.vue') },
  { path: '/personnes/eleve/:id', component: () => import('./ChildFamilyPage.vue') },
  { path: '/personnes/classe/:id/prevenir', component: () => import('./ContactsPage.vue') },
];
