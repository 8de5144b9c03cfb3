// electron [switches] <file or folder of the app> [arguments]: the part of Electron's command line that is used.
import inspector from 'node:inspector';
import { createRequire, registerHooks } from 'node:module';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { becomeReady, configure } from './app.mjs';
import { startBrowser } from './browser.mjs';
import { refuse } from './refuse.mjs';

const ELECTRON = new URL('electron.mjs', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: ELECTRON, shortCircuit: true } : next(specifier, context),
});

const { main, requires, switches, debuggingPort, inspect } = parse(process.argv.slice(2));
// As in Electron, the arguments follow the executable at once (Playwright's loader counts on it).
process.argv.splice(1, 1);
configure({ main, switches, debuggingPort });

// By which name the page's requests will present themselves (see scheme-server.mjs).
process.env.PREAU_WINDOW_ORIGIN = 'http://app.preau.localhost';

// Prints « Debugger listening on ws://… », which Playwright waits for.
if (inspect !== undefined) inspector.open(inspect, '127.0.0.1');

const { app } = await import(ELECTRON);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => app.quit());

const require = createRequire(pathToFileURL(join(process.cwd(), 'package.json')));
for (const file of requires) require(file);
await import(pathToFileURL(main).href);
// Playwright connects to Chromium before it lets the app be ready.
if (debuggingPort !== undefined) await startBrowser();
becomeReady();

function parse(args) {
  const parsed = {
    requires: [],
    switches: new Map(),
    debuggingPort: undefined,
    inspect: undefined,
    main: '',
  };
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    const [, name, value = ''] = /^--([^=]+)(?:=(.*))?$/.exec(arg) ?? [];
    if (arg === '-r') parsed.requires.push(args[++index]);
    else if (name === 'inspect') parsed.inspect = Number(value || 9229);
    else if (name === 'remote-debugging-port') parsed.debuggingPort = value;
    else if (name === 'version') throw refuse('--version');
    else if (name !== undefined) parsed.switches.set(name, value);
    else if (arg.startsWith('-')) throw refuse(`the option ${arg}`);
    else return { ...parsed, main: mainFile(resolve(arg)) };
  }
  throw refuse('starting without an application');
}

function mainFile(path) {
  if (!statSync(path).isDirectory()) return path;
  return join(path, JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).main ?? 'index.js');
}
