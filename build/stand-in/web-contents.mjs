// webContents over one DevTools session.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { judgePopup } from './browser.mjs';
import { answerScript, askFirstScript } from './display-media.mjs';
import { watchDownloads } from './downloads.mjs';
import { receiveFromPreload } from './ipc.mjs';
import { offer, refuse, refuseUnknownEvents, requireJson } from './refuse.mjs';
import { fromChromium, toChromium } from './scheme-server.mjs';
import { certificates, displayMedia, downloads, permissions, session as appSession } from './session.mjs';
import { BINDING, PRELOAD_WORLD, worldScripts } from './worlds.mjs';

const EVENTS = [
  'did-finish-load',
  'dom-ready',
  'did-navigate',
  'will-navigate',
  'render-process-gone',
  'destroyed',
  // Offered because what they forbid cannot happen here: no <webview>, no redirect that was not seen as a navigation.
  'will-attach-webview',
  'will-redirect',
];

export const all = new Map();
let watchingDownloads = false;
let nextId = 0;

export class WebContents extends EventEmitter {
  id = ++nextId;
  #page;
  #devTools;
  #url = '';
  #preloadContext;
  #windowOpenHandler;
  #loading;
  #destroyed = false;
  #ready;
  #shareName;

  constructor(preloadFile) {
    super();
    refuseUnknownEvents('webContents', this, EVENTS);
    this.preloadFile = preloadFile;
    this.offered = offer('webContents', this);
    this.#ready = new Promise((resolve) => (this.markReady = resolve));
    all.set(this.id, this);
  }

  /** Called once Chromium has the (still empty, still paused) page. */
  async attach(devTools, targetId, sessionId) {
    this.targetId = targetId;
    this.#devTools = devTools;
    this.#page = devTools.session(sessionId);
    this.#listen();
    const send = (method, params) => this.#page.send(method, params);
    await Promise.all([
      send('Page.enable'),
      send('Runtime.enable'),
      send('Inspector.enable'),
      send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Request' }] }),
    ]);
    if (this.preloadFile) {
      const scripts = worldScripts(readFileSync(this.preloadFile, 'utf8'), requireJson, refuse);
      await send('Runtime.addBinding', { name: BINDING, executionContextName: PRELOAD_WORLD });
      await send('Page.addScriptToEvaluateOnNewDocument', { source: scripts.main });
      await send('Page.addScriptToEvaluateOnNewDocument', {
        source: scripts.preload,
        worldName: PRELOAD_WORLD,
      });
    }
    if (displayMedia.answers) {
      this.#shareName = `preau-share-${crypto.randomUUID()}`;
      await send('Runtime.addBinding', { name: this.#shareName });
      await send('Page.addScriptToEvaluateOnNewDocument', { source: askFirstScript(this.#shareName) });
    }
    if (downloads.listenerCount('will-download') > 0 && !watchingDownloads) {
      watchingDownloads = true;
      await watchDownloads(
        devTools,
        downloads,
        (frameId) => [...all.values()].find((one) => one.targetId === frameId)?.offered ?? this.offered,
      );
    }
    await send('Runtime.runIfWaitingForDebugger');
    this.markReady();
  }

  async loadURL(url) {
    await this.#ready;
    if ((await certificates.judge(url)) === 'wrong')
      throw new Error(`ERR_CERT_AUTHORITY_INVALID (-202) loading '${url}'`);
    await permissions.apply(this.#devTools, this.offered, url);
    this.#loading = toChromium(url);
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve));
    const { errorText } = await this.#page.send('Page.navigate', { url: this.#loading });
    if (errorText) throw new Error(`${errorText} loading '${url}'`);
    await loaded;
  }

  send(channel, ...args) {
    requireJson(args, `webContents.send('${channel}')`);
    this.#deliver(this.#preloadContext, { kind: 'message', channel, args });
  }

  getURL() {
    return this.#url;
  }

  get session() {
    return appSession.defaultSession;
  }

  get mainFrame() {
    return offer('webContents.mainFrame', { url: this.#url, origin: originOf(this.#url) });
  }

  isDestroyed() {
    return this.#destroyed;
  }

  setWindowOpenHandler(handler) {
    this.#windowOpenHandler = handler;
  }

  /** @param {{ waitForBeforeUnload?: boolean }} [options] */
  close(options = {}) {
    if (options.waitForBeforeUnload) this.#page.send('Page.close').catch(() => undefined);
    else this.#devTools?.root.send('Target.closeTarget', { targetId: this.targetId }).catch(() => undefined);
  }

  _ready() {
    return this.#ready;
  }

  async _focus() {
    await this.#ready;
    await this.#page.send('Page.bringToFront');
  }

  _destroy() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    all.delete(this.id);
    this.emit('destroyed');
  }

  #listen() {
    const page = this.#page;
    page.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === BINDING) this.#receive(JSON.parse(payload), executionContextId);
      if (name === this.#shareName) void this.#share(Number(payload), executionContextId);
    });
    page.on('Fetch.requestPaused', (request) => this.#judgeNavigation(request));
    page.on('Page.windowOpen', (asked) => this.#judgePopup(asked));
    page.on('Page.domContentEventFired', () => this.emit('dom-ready'));
    page.on('Page.loadEventFired', () => this.emit('did-finish-load'));
    page.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId) return;
      this.#url = fromChromium(frame.url);
      this.emit('did-navigate', {}, this.#url);
    });
    page.on('Inspector.targetCrashed', () =>
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
    );
  }

  #receive(message, contextId) {
    if (message.kind === 'hello') {
      this.#preloadContext = contextId;
      return;
    }
    const event = { sender: this.offered, senderFrame: this.mainFrame, frameId: 1, processId: 0 };
    receiveFromPreload(event, message, (reply) => this.#deliver(contextId, reply)).catch((error) =>
      console.error(error),
    );
  }

  async #share(id, contextId) {
    const given = await displayMedia.ask(this.#url, this.mainFrame);
    const expression = answerScript(this.#shareName, id, given);
    await this.#page.send('Runtime.evaluate', { expression, contextId }).catch(() => undefined);
  }

  // As in Electron, what is sent to a document that has gone is lost, without an error.
  #deliver(executionContextId, message) {
    if (executionContextId === undefined || this.#destroyed) return;
    this.#page
      .send('Runtime.callFunctionOn', {
        functionDeclaration: '(text) => preauDeliver(text)',
        arguments: [{ value: JSON.stringify(message) }],
        executionContextId,
      })
      .catch(() => undefined);
  }

  // The app's own loadURL is not a navigation to be judged; everything else that would replace the page is.
  #judgeNavigation({ requestId, request, frameId }) {
    const own = request.url.split('#')[0] === this.#loading?.split('#')[0];
    const mainFrame = frameId === this.targetId;
    let prevented = false;
    if (mainFrame && !own) {
      const event = {
        url: fromChromium(request.url),
        isMainFrame: true,
        preventDefault: () => (prevented = true),
      };
      this.emit('will-navigate', event, event.url);
    }
    this.#answerNavigation(requestId, prevented, mainFrame ? request.url : '').catch(() => undefined);
  }

  async #answerNavigation(requestId, prevented, url) {
    const judged = prevented || !url ? 'as-chromium-says' : await certificates.judge(url);
    if (judged === 'right') await this.#page.send('Security.setIgnoreCertificateErrors', { ignore: true });
    if (prevented || judged === 'wrong')
      await this.#page.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    else await this.#page.send('Fetch.continueRequest', { requestId });
  }

  // What is allowed is an empty page that its opener draws in; browser.mjs closes every other that no window asked for.
  #judgePopup({ url, windowName }) {
    const answer = this.#windowOpenHandler?.({ url: fromChromium(url), frameName: windowName, features: '' });
    const allowed = answer?.action === 'allow' && url === 'about:blank';
    if (!allowed && answer?.action !== 'deny')
      console.error(refuse('windows with an address opened by the page (setWindowOpenHandler)'));
    judgePopup(this.targetId, allowed ? (answer.overrideBrowserWindowOptions ?? {}) : undefined);
  }
}

function originOf(url) {
  return url.split('/').slice(0, 3).join('/');
}

export const webContents = offer('webContents (module)', {
  fromId: (id) => all.get(id)?.offered,
  getAllWebContents: () => [...all.values()].map((contents) => contents.offered),
  fromDevToolsTargetId: (targetId) =>
    [...all.values()].find((contents) => contents.targetId === targetId)?.offered,
});
