import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { connectBridge } from './bridge';
import { createStaffClient, STAFF_CLIENT } from './client';
import { createStaffI18n } from './i18n';
import { createStaffRouter } from './router';
import HostUnreachable from './shell/HostUnreachable.vue';
import './staff.css';

const i18n = await createStaffI18n(
  navigator.language.startsWith('fr') || !navigator.language.startsWith('en') ? 'fr' : 'en',
);
try {
  const client = createStaffClient(await connectBridge());
  const app = createApp(App);
  // The session store asks for the client when the first route is judged, before any component exists.
  app.provide(STAFF_CLIENT, client).use(createPinia()).use(i18n).use(createStaffRouter()).mount('#app');
  // Whoever types a password meanwhile does not wait for this screen afterwards.
  requestIdleCallback(() => void import('./home/HomePage.vue'));
} catch {
  createApp(HostUnreachable).use(i18n).mount('#app');
}
