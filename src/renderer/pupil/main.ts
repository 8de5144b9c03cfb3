import { createApp } from 'vue';
import '../kit/font.css';
import '../kit/tokens.css';
import '../kit/base.css';
import './pupil.css';
import PupilApp from './PupilApp.vue';
import { SESSION } from './session-key';
import { openShelf } from './state/database';
import { createSession } from './state/session';
import { setLanguage } from './words';
import { openOffline } from './offline';

if (!navigator.language.startsWith('fr') && new URLSearchParams(location.search).get('lang') === 'en')
  await setLanguage('en');
const session = createSession(await openShelf());
createApp(PupilApp).provide(SESSION, session).mount('#app');
openOffline();
