/**
 * Lets a plain `node --experimental-transform-types` run the sources as they are: relative imports have no extension, and some
 * name a folder. For the program that a test starts and kills.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    const ours = !context.parentURL?.includes('/node_modules/');
    if (!ours || !/^\.{1,2}\//.test(specifier) || /\.\w+$/.test(specifier)) return next(specifier, context);
    const folder = fileURLToPath(new URL(`${specifier}/index.ts`, context.parentURL));
    return next(existsSync(folder) ? `${specifier}/index.ts` : `${specifier}.ts`, context);
  },
});
