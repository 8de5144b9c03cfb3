import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The gallery alone: `npx vite src/renderer/kit/gallery`. Not part of any build of the product. */
export default defineConfig({ base: './', plugins: [vue()] });
