import { globSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

/** `build/set-up/built.mjs` builds beside the folder in use, and exchanges them. */
const out = resolve(process.env.PREAU_OUT ?? 'out');

/**
 * Main (with the host and the demonstration's processes beside it), preload and the staff interface.
 * The pupil interface is a build of its own (`build/pupil.vite.config.ts`): older browsers, another base.
 */
export default defineConfig({
  main: {
    // What PouchDB's replication speaks HTTP with. It is not used here, and its list of the Internet's domains is read
    // at every start.
    resolve: { alias: { 'pouchdb-fetch': resolve('build/no-fetch.mjs') } },
    build: {
      outDir: join(out, 'main'),
      // Dependencies stay in node_modules: the native ones must, and a stack trace then names its package. PouchDB is the
      // exception, for the sake of the line above; what it is built on comes in each of the versions it asks for.
      externalizeDeps: { exclude: ['pouchdb-core', 'pouchdb-adapter-leveldb', 'abstract-leveldown'] },
      rolldownOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          'host-entry': resolve('src/main/host-entry.ts'),
          // A process of its own that outlives the host (docs/charging.md).
          'watchman-entry': resolve('src/main/cart/charging/watchman-entry.ts'),
          ...Object.fromEntries(
            globSync('src/demo/*-entry.ts').map((file) => [basename(file, '.ts'), resolve(file)]),
          ),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: join(out, 'preload'),
      // A sandboxed preload is one CommonJS file, and may require nothing but Electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts'), 'pupil-mode': resolve('src/preload/pupil-mode.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer/staff',
    plugins: [vue()],
    build: {
      outDir: join(out, 'renderer/staff'),
      emptyOutDir: true,
      // electron-vite leaves everything as it was written; a window has to parse this at every start.
      minify: true,
      rolldownOptions: { input: { index: resolve('src/renderer/staff/index.html') } },
      // The content policy allows neither inline scripts nor fonts and pictures written into style sheets.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  },
});
