import { defineConfig } from 'vite';

/** Bundles one bench (`build/bench.mjs`) for Node 24. */
export default defineConfig({
  build: {
    target: 'node24',
    minify: false,
    rolldownOptions: { output: { format: 'es', entryFileNames: '[name].mjs', codeSplitting: false } },
  },
});
