import { createApp } from 'vue';
import '../kit/font.css';
import '../kit/tokens.css';
import '../kit/base.css';
import RemoteApp from './RemoteApp.vue';
import { createRemote } from './session';
import { openShelf } from '../pupil/state/database';
import { openOffline } from '../pupil/offline';

createApp(RemoteApp, { remote: createRemote(await openShelf()) }).mount('#app');
openOffline();
