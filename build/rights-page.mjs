// Writes docs/rights.md from the rules of src/domain/rights. A test says when it is due.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'vite';
import { ROOT } from './set-up/paths.mjs';

const server = await createServer({
  root: ROOT,
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, ws: false },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { rightsPage } = await server.ssrLoadModule('/build/docs/rights-page.ts');
  await writeFile(join(ROOT, 'docs/rights.md'), rightsPage());
} finally {
  await server.close();
}
