import type { StaffRoute } from '../route';

export const routes: readonly StaffRoute[] = [
  {
    path: '/inventaire',
    component: () => import('./InventoryPage.vue'),
    menu: { label: 'inventory.menu', icon: 'archive', rank: 66 },
  },
  { path: '/inventaire/etiquettes', component: () => import('./LabelsPage.vue') },
  { path: '/inventaire/application', component: () => import('./InstallPage.vue') },
];
