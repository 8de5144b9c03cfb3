/** Beside `resolve-ts.mjs`: a recording imported as vite gives it, a data URL. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.endsWith('.chunks?url&inline')) return next(specifier, context);
    return { url: new URL(specifier, context.parentURL).href, shortCircuit: true };
  },
  load(url, context, next) {
    if (!url.endsWith('.chunks?url&inline')) return next(url, context);
    const bytes = readFileSync(fileURLToPath(url.slice(0, -'?url&inline'.length))).toString('base64');
    const text = `data:application/octet-stream;base64,${bytes}`;
    return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
  },
});
