/**
 * Lets a plain `node --experimental-transform-types` run the sources as they are: relative imports have no extension, a
 * folder means its index, and `?raw` is a file's text. For the programs that these tests start and kill.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    const ours = context.parentURL && !context.parentURL.includes('/node_modules/');
    if (!ours || !/^\.{1,2}\//.test(specifier) || /\.\w+(\?raw)?$/.test(specifier))
      return next(specifier, context);
    const file = new URL(`${specifier}.ts`, context.parentURL);
    return next(existsSync(fileURLToPath(file)) ? `${specifier}.ts` : `${specifier}/index.ts`, context);
  },
  load(url, context, next) {
    if (!url.endsWith('?raw')) return next(url, context);
    const text = readFileSync(fileURLToPath(url.slice(0, -'?raw'.length)), 'utf8');
    return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
  },
});
