import type { StaffRoute } from '../route';

const page = () => import('./CartHome.vue');

export const routes: readonly StaffRoute[] = [
  { path: '/chariots', component: page, menu: { label: 'cart.menu', icon: 'cart', rank: 62 } },
  {
    path: '/reservations',
    component: () => import('./sets/BookingWeek.vue'),
    menu: { label: 'sets.week.menu', icon: 'calendar', rank: 63, needs: 'cart.book' },
  },
  { path: '/chariots/:cart', component: page, props: true },
  { path: '/chariots/:cart/recharge', component: () => import('./charging/ChargingPage.vue'), props: true },
  { path: '/chariots/:cart/lot', component: () => import('./sets/SetPage.vue'), props: true },
  { path: '/chariots/:cart/placer', component: () => import('./sets/PlaceRun.vue'), props: true },
];
