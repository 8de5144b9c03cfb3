import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const top = resolve(import.meta.dirname, '..');

/** The one local page of pupil mode, before the classroom's own is there: shown by Electron alone, from its own files. */
export default defineConfig({
  root: resolve(top, 'src/renderer/pupil-mode'),
  base: './',
  plugins: [vue()],
  build: {
    outDir: resolve(process.env.PREAU_OUT ?? resolve(top, 'out'), 'renderer/pupil-mode'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
