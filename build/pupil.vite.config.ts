import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The pupil interface: served by the LAN door under `/` to whatever browser a school's tablets have (DESIGN 5). */
export default defineConfig({
  root: resolve(import.meta.dirname, '..', 'src/renderer/pupil'),
  base: '/',
  plugins: [vue()],
  build: {
    outDir: resolve(process.env.PREAU_OUT ?? resolve(import.meta.dirname, '..', 'out'), 'renderer/pupil'),
    emptyOutDir: true,
    target: ['chrome109', 'safari15', 'firefox115'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
