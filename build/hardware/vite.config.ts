import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '..', '..');
const guests = join(root, 'test/hardware/guests');

/** Bundles the programs of the hardware tests for Node 24: the host's, and one for each guest. */
export default defineConfig({
  root,
  publicDir: false,
  build: {
    target: 'node24',
    ssr: true,
    minify: false,
    outDir: join(root, '.cache/hardware/bundles'),
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        host: join(root, 'test/hardware/host.ts'),
        ...Object.fromEntries(
          readdirSync(guests)
            .filter((file) => file.endsWith('.ts'))
            .map((file) => [file.slice(0, -'.ts'.length), join(guests, file)]),
        ),
      },
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'shared/[name]-[hash].mjs' },
    },
  },
});
