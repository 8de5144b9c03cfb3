import { EventEmitter } from 'node:events';
import { app } from './app.mjs';
import { openPage, setWindowState } from './browser.mjs';
import { constructors, offer, refuse, refuseUnknown, refuseUnknownEvents } from './refuse.mjs';
import { WebContents } from './web-contents.mjs';

const OPTIONS = [
  'width',
  'height',
  'minWidth',
  'minHeight',
  'title',
  'show',
  'backgroundColor',
  'webPreferences',
  'icon',
];
// Said again by autoHideMenuBar and useContentSize: there is no menu here, and the size is the content's already.
const MEANINGLESS_HERE = ['autoHideMenuBar', 'useContentSize'];
const PREFERENCES = [
  'preload',
  'sandbox',
  'contextIsolation',
  'nodeIntegration',
  'webSecurity',
  'spellcheck',
  'partition',
  'devTools',
];
const REQUIRED = { sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true };
const windows = new Set();

class Window extends EventEmitter {
  #options;
  #destroyed = false;
  #kiosk = false;
  #onTop = false;
  #stating = Promise.resolve();

  constructor(options = {}) {
    super();
    refuseUnknown('BrowserWindow', options, [...OPTIONS, ...MEANINGLESS_HERE]);
    const preferences = options.webPreferences ?? {};
    refuseUnknown('BrowserWindow webPreferences', preferences, PREFERENCES);
    for (const [key, only] of Object.entries(REQUIRED)) {
      if (key in preferences && preferences[key] !== only)
        throw refuse(`webPreferences.${key}: ${preferences[key]}`);
    }
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    // `blur` is never told: Chromium does not say who is in front.
    refuseUnknownEvents('BrowserWindow', this, ['closed', 'ready-to-show', 'close', 'blur']);
    this.#options = { width: 1366, height: 768, ...options };
    this.contents = new WebContents(preferences.preload);
    this.webContents = this.contents.offered;
    this.contents.once('did-finish-load', () => this.emit('ready-to-show'));
    this.offered = offer('BrowserWindow', this);
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
    app.emit('browser-window-created', {}, this.offered);
    const { width, height } = this.#options;
    openPage({ width, height }, { gone: () => this.#gone() })
      .then(({ devTools, targetId, sessionId }) => this.contents.attach(devTools, targetId, sessionId))
      .catch((error) => {
        console.error(String(error));
        app.exit(1);
      });
  }

  get id() {
    return this.contents.id;
  }

  loadURL(url) {
    return this.contents.loadURL(url);
  }

  /** Chromium shows its windows at once: there is nothing left to do. */
  show() {
    return undefined;
  }

  isVisible() {
    return !this.#destroyed;
  }

  setKiosk(on) {
    this.#kiosk = on;
    this.#state(on ? 'fullscreen' : 'normal');
  }

  isKiosk() {
    return this.#kiosk;
  }

  maximize() {
    this.#state('maximized');
  }

  /** Said and remembered: no window of Chromium's stands above the system's others. */
  setAlwaysOnTop(on) {
    this.#onTop = on;
  }

  isAlwaysOnTop() {
    return this.#onTop;
  }

  // One after the other: Chromium goes from one state to another by way of `normal`.
  #state(windowState) {
    this.#stating = this.#stating
      .then(async () => {
        await this.contents._ready();
        await setWindowState(this.contents.targetId, 'normal');
        if (windowState !== 'normal') await setWindowState(this.contents.targetId, windowState);
      })
      .catch((error) => this.#destroyed || console.error(String(error)));
  }

  isMinimized() {
    return false;
  }

  focus() {
    this.contents._focus().catch(() => undefined);
  }

  close() {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    if (!prevented) this.contents.close();
  }

  destroy() {
    this.contents.close();
  }

  isDestroyed() {
    return this.#destroyed;
  }

  #gone() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    windows.delete(this);
    this.contents._destroy();
    this.emit('closed');
    if (windows.size === 0) app._allWindowsClosed();
  }
}

const statics = {
  getAllWindows: () => [...windows].map((window) => window.offered),
  fromWebContents: (contents) =>
    [...windows].find((window) => window.webContents === contents)?.offered ?? null,
  fromId: (id) => [...windows].find((window) => window.id === id)?.offered ?? null,
};

/** `new BrowserWindow(…)` and its static members; nothing else. */
export const BrowserWindow = new Proxy(Window, {
  construct: (target, [options]) => new target(options).offered,
  get(target, key) {
    if (key in statics) return statics[key];
    if (typeof key === 'symbol' || ['prototype', 'name', 'length', 'then', 'toJSON'].includes(key))
      return target[key];
    throw refuse(`BrowserWindow.${key}`);
  },
});
constructors.add(BrowserWindow);
