import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

/**
 * The letters start on their way with the scripts: found in the style sheet only, they would come after the first screen
 * and change it under a child's finger.
 */
const fontFirst: Plugin = {
  name: 'font-first',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => /latin-wght.*\.woff2$/.test(file))
        .map((file) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: '' },
          injectTo: 'head' as const,
        })),
  },
};

const root = resolve(import.meta.dirname, '..', 'src/renderer/pupil');

/** The pupil interface, and the teacher's remote control beside it: served by the LAN door under `/` to whatever browser a school's tablets have (DESIGN 5). */
export default defineConfig({
  root,
  base: '/',
  plugins: [vue(), fontFirst],
  build: {
    outDir: resolve(process.env.PREAU_OUT ?? resolve(import.meta.dirname, '..', 'out'), 'renderer/pupil'),
    emptyOutDir: true,
    rolldownOptions: {
      input: { index: resolve(root, 'index.html'), telecommande: resolve(root, 'telecommande.html') },
    },
    target: ['chrome109', 'safari15', 'firefox115'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
