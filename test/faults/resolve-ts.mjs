/**
 * Lets a plain `node --experimental-transform-types` run the sources as they are: relative imports have no extension, and
 * a folder means its index. For the programs that these tests start and kill.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    const ours = context.parentURL && !context.parentURL.includes('/node_modules/');
    if (!ours || !/^\.{1,2}\//.test(specifier) || /\.\w+$/.test(specifier)) return next(specifier, context);
    const file = new URL(`${specifier}.ts`, context.parentURL);
    return next(existsSync(fileURLToPath(file)) ? `${specifier}.ts` : `${specifier}/index.ts`, context);
  },
});
