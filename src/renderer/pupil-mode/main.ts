import { createApp } from 'vue';
import '../kit/font.css';
import '../kit/tokens.css';
import '../kit/base.css';
import '../kit/kit.css';
import { setKitLanguage } from '../kit/words';
import MeetingApp from './MeetingApp.vue';
import { language } from './words';

document.documentElement.lang = language;
setKitLanguage(language);
createApp(MeetingApp).mount('#app');
