import { createApp } from 'vue';
import '../kit.css';
import TheGallery from './TheGallery.vue';

const theme = new URLSearchParams(location.search).get('theme');
if (theme) document.documentElement.dataset['theme'] = theme;
createApp(TheGallery).mount('#app');
