import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  { path: '/bienvenue', component: () => import('./WelcomeDoors.vue'), meta: { bare: true, open: true } },
  { path: '/ecoles', component: () => import('./SchoolsPage.vue'), meta: { bare: true, open: true } },
  { path: '/creer', component: () => import('./CreateSchool.vue'), meta: { bare: true, open: true } },
  { path: '/rejoindre', component: () => import('./JoinSchool.vue'), meta: { bare: true, open: true } },
  { path: '/tout-de-suite', component: () => import('./QuickStart.vue'), meta: { bare: true, open: true } },
  { path: '/fiche-de-secours', component: () => import('./NewSheet.vue') },
];
