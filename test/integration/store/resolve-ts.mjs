/**
 * Lets a plain `node --experimental-transform-types` run the sources as they are: relative imports have no extension.
 * For the programs that tests start and kill.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    const ours = !context.parentURL?.includes('/node_modules/');
    if (!ours || !/^\.{1,2}\//.test(specifier) || /\.\w+$/.test(specifier)) return next(specifier, context);
    return next(`${specifier}.ts`, context);
  },
});
