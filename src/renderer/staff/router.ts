import { createRouter, createWebHashHistory, type Router } from 'vue-router';
import type { StaffRoute } from './route';
import { useSession } from './session/session-store';

const modules = import.meta.glob<{ routes: readonly StaffRoute[] }>('./*/routes.ts', { eager: true });
export const staffRoutes: readonly StaffRoute[] = Object.values(modules).flatMap((module) => module.routes);

/** Pages one may see before anybody is signed in carry `meta.open`. */
export function createStaffRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [...staffRoutes, { path: '/:rest(.*)*', redirect: '/' }],
  });
  router.beforeEach(async (to) => {
    const session = useSession();
    const state = session.state ?? (await session.load());
    if (to.meta['open']) return true;
    if (state.school === 'none') return '/bienvenue';
    if (!state.signedIn) return '/connexion';
    if (state.signedIn.mustChangePassword && to.path !== '/mot-de-passe') return '/mot-de-passe';
    if (state.signedIn.charter && !state.signedIn.mustChangePassword && to.path !== '/charte')
      return '/charte';
    return true;
  });
  router.afterEach((to, from) => {
    // Another tab of the same page leaves the hand where it is.
    if (to.path === from.path) return;
    // A screen reader hears the new page; the keyboard starts at its top, unless the page has a field of its own for it.
    requestAnimationFrame(() => {
      const page = document.querySelector('main');
      if (page?.contains(document.activeElement) && document.activeElement !== page) return;
      page?.querySelector('h1')?.focus({ preventScroll: true });
    });
    window.scrollTo(0, 0);
  });
  return router;
}
