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

interface Modules {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null;
}
const MAIN = /src[\\/]renderer[\\/]pupil[\\/]main\.ts$/;
const ENTRY = /\.html|[\\/]main\.ts$/;
/** Without components, whose styles would follow them into the remote control. */
const OURS = /src[\\/][^?]*\.(ts|json)$/;
const known = new Map<string, boolean>();
/** The first screen needs it without asking. */
function needed(id: string, modules: Modules): boolean {
  const before = known.get(id);
  if (before !== undefined) return before;
  known.set(id, false);
  const now =
    !ENTRY.test(id) &&
    (modules.getModuleInfo(id)?.importers ?? []).some((by) => MAIN.test(by) || needed(by, modules));
  known.set(id, now);
  return now;
}
/** Comes as one piece: of forty small files, half a kilobyte each was heads. */
const first = (id: string, modules: Modules): boolean => needed(id, modules) && OURS.test(id);

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
      output: {
        codeSplitting: { groups: [{ name: (id, modules) => (first(id, modules) ? 'first' : null) }] },
      },
    },
    target: ['chrome109', 'safari15', 'firefox115'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
