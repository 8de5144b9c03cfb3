import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { offer, refuse, refuseUnknownEvents } from './refuse.mjs';

const EVENTS = [
  'ready',
  'activate', // macOS only, never sent on the systems the stand-in runs on; Electron never sends it there either
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'second-instance',
  'web-contents-created',
  'browser-window-created',
];

class App extends EventEmitter {
  #name = 'Electron';
  #version = '0.0.0';
  #appPath = process.cwd();
  #paths = new Map();
  #ready = false;
  #quitting = false;
  #resolveReady;
  #whenReady = new Promise((done) => (this.#resolveReady = done));
  #switches = new Map();
  #debuggingPort;
  #instance;
  /** A second instance has told the first; it must not end before. */
  #told = undefined;

  isPackaged = false;
  commandLine = offer('app.commandLine', {
    appendSwitch: (name, value = '') => void this.#switches.set(name, value),
    hasSwitch: (name) => this.#switches.has(name),
    getSwitchValue: (name) => this.#switches.get(name) ?? '',
  });

  constructor() {
    super();
    this.setMaxListeners(0);
    refuseUnknownEvents('app', this, EVENTS);
  }

  /** What Electron knows from its command line and from the application's package.json. */
  _configure({ main, switches, debuggingPort }) {
    this.#switches = new Map([...switches, ...this.#switches]);
    this.#debuggingPort = debuggingPort;
    const found = packageAbove(dirname(resolve(main)));
    if (!found) return;
    this.#appPath = found.folder;
    this.#name = found.manifest.productName ?? found.manifest.name;
    this.#version = found.manifest.version;
  }

  _chromiumOptions() {
    return {
      dataFolder: this.getPath('userData'),
      switches: this.#switches,
      debuggingPort: this.#debuggingPort,
    };
  }

  _becomeReady() {
    this.#ready = true;
    // Through the public member: Playwright's loader replaces it to hold the event back until its debugger is there.
    app.emit('ready', {}, {});
    this.#resolveReady({});
  }

  _allWindowsClosed() {
    if (this.#quitting) return;
    if (!this.emit('window-all-closed')) this.quit();
  }

  whenReady() {
    return this.#whenReady;
  }

  isReady() {
    return this.#ready;
  }

  getName() {
    return this.#name;
  }

  setName(name) {
    this.#name = name;
  }

  getVersion() {
    return this.#version;
  }

  getAppPath() {
    return this.#appPath;
  }

  getLocale() {
    return 'fr';
  }

  getPath(name) {
    const known = this.#paths.get(name);
    if (known) return known;
    if (name === 'appData') return process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
    // Never the folder that a real Electron would open: what proves neither a preload's isolation nor a keychain shows
    // invented data, unless somebody names another folder (app.setPath, from PREAU_DATA).
    if (name === 'userData' || name === 'sessionData')
      return join(this.getPath('appData'), `${this.#name}-demonstration`);
    if (name === 'home') return homedir();
    if (name === 'temp') return tmpdir();
    if (name === 'documents') return process.env.XDG_DOCUMENTS_DIR ?? join(homedir(), 'Documents');
    throw refuse(`app.getPath('${name}')`);
  }

  setPath(name, path) {
    if (!['userData', 'sessionData', 'appData'].includes(name)) throw refuse(`app.setPath('${name}')`);
    mkdirSync(path, { recursive: true });
    this.#paths.set(name, path);
  }

  /** Chromium's sandbox is on for everybody but root, and the preload is never given Node: nothing to switch. */
  enableSandbox() {
    return undefined;
  }

  /**
   * Linux abstract sockets vanish with their process, however it ended: a killed instance leaves no lock.
   * Like Electron's, the answer must be immediate, and `listen` is: it binds before it returns.
   */
  requestSingleInstanceLock(additionalData = {}) {
    if (this.#instance) return true;
    const name = `\0preau-stand-in-${createHash('sha256').update(this.getPath('userData')).digest('hex').slice(0, 32)}`;
    let taken = false;
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#receiveSecondInstance(socket));
    server.on('error', () => (taken = true));
    server.listen(name);
    // The outcome of the bind is known now (`listening`), its event only comes later.
    if (taken || !server.listening) {
      server.close();
      const message = JSON.stringify({ argv: process.argv, cwd: process.cwd(), additionalData });
      this.#told = new Promise((done) =>
        connect(name).on('error', done).on('close', done).end(message).resume(),
      );
      return false;
    }
    server.unref();
    this.#instance = server;
    return true;
  }

  hasSingleInstanceLock() {
    return Boolean(this.#instance);
  }

  releaseSingleInstanceLock() {
    this.#instance?.close();
    this.#instance = undefined;
  }

  #receiveSecondInstance(socket) {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', () => undefined);
    socket.on('end', () => {
      socket.end();
      const { argv, cwd, additionalData } = JSON.parse(text);
      this.emit('second-instance', {}, argv, cwd, additionalData);
    });
  }

  quit() {
    if (this.#quitting) return;
    let prevented = false;
    const event = { preventDefault: () => (prevented = true) };
    this.emit('before-quit', event);
    if (prevented) return;
    this.#quitting = true;
    this.#finish(event, () => prevented).catch((error) => {
      console.error(String(error));
      process.exit(1);
    });
  }

  async #finish(event, prevented) {
    const { stopBrowser } = await import('./browser.mjs');
    await stopBrowser();
    this.emit('will-quit', event);
    this.#quitting = false;
    if (!prevented()) this.exit(0);
  }

  exit(code = 0) {
    this.emit('quit', {}, code);
    if (this.#told) this.#told.then(() => process.exit(code));
    else process.exit(code);
  }
}

function packageAbove(folder) {
  for (let here = folder; ; here = dirname(here)) {
    try {
      return { folder: here, manifest: JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) };
    } catch {
      if (dirname(here) === here) return undefined;
    }
  }
}

const target = new App();
export const app = offer('app', target);
export const configure = (options) => target._configure(options);
export const becomeReady = () => target._becomeReady();
export const chromiumOptions = () => target._chromiumOptions();
