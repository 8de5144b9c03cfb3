import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  { path: '/connexion', component: () => import('./SignIn.vue'), meta: { bare: true, open: true } },
  {
    path: '/mot-de-passe-oublie',
    component: () => import('./ForgottenPassword.vue'),
    meta: { bare: true, open: true },
  },
  { path: '/mot-de-passe', component: () => import('./ChangePassword.vue') },
  { path: '/charte', component: () => import('./CharterPage.vue'), meta: { bare: true } },
  { path: '/mon-compte', component: () => import('./MyAccount.vue') },
];
