// The scripts that Chromium runs before the page's own: the preload in an isolated world of its own (as in a
// sandboxed, context-isolated Electron), and in the page's world the receiving end of contextBridge.
// Only text crosses between the two worlds (the detail of a DOM event with an unguessable name), so that no object
// of the preload is ever reachable from the page.

/** The world's name: Chromium gives the binding to this world only. */
export const PRELOAD_WORLD = 'preau-preload';
export const BINDING = 'preauStandInBinding';

/**
 * One end of the bridge, the same in both worlds. It is sent to Chromium as text: it may use nothing from this module.
 * Values cross as `{v}` (JSON), `{f}` (a function kept on the other side), `{p}` (a promise), `{o}`/`{a}` (containers).
 */
function endpoint(outgoing, incoming) {
  const kept = new Map();
  const waiting = new Map();
  let nextId = 0;
  let returned;
  const { document, CustomEvent, JSON, Promise, Object, Array, Error } = globalThis;
  const dispatch = document.dispatchEvent.bind(document);

  const post = (message) => dispatch(new CustomEvent(outgoing, { detail: JSON.stringify(message) }));

  function keep(value) {
    const id = ++nextId;
    kept.set(id, value);
    return id;
  }
  function encode(value) {
    if (typeof value === 'function') return { f: keep(value) };
    if (value instanceof Promise) {
      const id = ++nextId;
      value.then(
        (result) => post({ kind: 'settle', id, result: encode(result) }),
        (error) => post({ kind: 'settle', id, error: String(error?.message ?? error) }),
      );
      return { p: id };
    }
    if (Array.isArray(value)) return { a: value.map(encode) };
    if (value !== null && typeof value === 'object') {
      if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) {
        throw new Error(
          'The Electron stand-in does not offer contextBridge values that are not JSON (see docs/stand-in.md)',
        );
      }
      return { o: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)])) };
    }
    return { v: value };
  }
  function decode(coded) {
    if (coded.f) return (...args) => call(coded.f, args);
    if (coded.p) return new Promise((resolve, reject) => waiting.set(coded.p, { resolve, reject }));
    if (coded.a) return coded.a.map(decode);
    if (coded.o) {
      return Object.freeze(
        Object.fromEntries(Object.entries(coded.o).map(([key, item]) => [key, decode(item)])),
      );
    }
    return coded.v;
  }
  function call(id, args) {
    returned = undefined;
    post({ kind: 'call', id, args: encode(args) });
    const outcome = returned;
    if (!outcome) throw new Error('The other side of the bridge has gone');
    if (outcome.error !== undefined) throw new Error(outcome.error);
    return decode(outcome.result);
  }
  const handlers = {
    call({ id, args }) {
      let outcome;
      try {
        outcome = { result: encode(kept.get(id)(...decode(args))) };
      } catch (error) {
        outcome = { error: String(error?.message ?? error) };
      }
      post({ kind: 'return', ...outcome });
    },
    return(outcome) {
      returned = outcome;
    },
    settle({ id, result, error }) {
      const waiter = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) waiter?.resolve(decode(result));
      else waiter?.reject(new Error(error));
    },
    expose({ key, value }) {
      Object.defineProperty(globalThis, key, { value: decode(value), enumerable: true });
    },
  };
  document.addEventListener(incoming, (event) => {
    const message = JSON.parse(event.detail);
    handlers[message.kind](message);
  });
  return { expose: (key, value) => post({ kind: 'expose', key, value: encode(value) }) };
}

/** What `require('electron')` gives a preload here, and the delivery of main's messages. Sent as text, like `endpoint`. */
function preloadElectron(bridge, binding, requireJson) {
  const listeners = new Map();
  const invocations = new Map();
  let nextId = 0;
  const post = (message) => binding(JSON.stringify(message));
  const checked = (args) => (requireJson(args, 'ipcRenderer'), args);
  const add = (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
  const remove = (channel, listener) =>
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter((item) => item !== listener),
    );

  globalThis.preauDeliver = (text) => {
    const message = JSON.parse(text);
    if (message.kind === 'message') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
      return;
    }
    const waiter = invocations.get(message.id);
    invocations.delete(message.id);
    if (message.error === undefined) waiter?.resolve(message.result);
    else waiter?.reject(new Error(message.error));
  };
  post({ kind: 'hello' });
  return {
    contextBridge: { exposeInMainWorld: bridge.expose },
    ipcRenderer: {
      invoke: (channel, ...args) =>
        new Promise((resolve, reject) => {
          const id = ++nextId;
          invocations.set(id, { resolve, reject });
          post({ kind: 'invoke', id, channel, args: checked(args) });
        }),
      send: (channel, ...args) => post({ kind: 'send', channel, args: checked(args) }),
      on: add,
      off: remove,
      removeListener: remove,
    },
  };
}

/** @returns {{ main: string, preload: string }} the two scripts, to be evaluated in each new document */
export function worldScripts(preloadSource, requireJson, refuse) {
  const secret = crypto.randomUUID();
  const toPreload = JSON.stringify(`preau-in-${secret}`);
  const toPage = JSON.stringify(`preau-out-${secret}`);
  // Electron runs the preload in the window's own frame only, unless told otherwise.
  const main = `if (window === window.top) (${endpoint})(${toPreload}, ${toPage});`;
  const preload = `if (window === window.top) {
    const refuse = ${refuse};
    const requireJson = ${requireJson};
    const electron = (${preloadElectron})((${endpoint})(${toPage}, ${toPreload}), globalThis.${BINDING}, requireJson);
    const offered = (name, target) => new Proxy(target, { get(object, key) {
      if (key in object || typeof key === 'symbol') return object[key];
      throw refuse(name + '.' + key);
    } });
    for (const name of Object.keys(electron)) electron[name] = offered(name, electron[name]);
    const require = (name) => {
      if (name !== 'electron') throw refuse('require("' + name + '") in a preload');
      return offered('electron', electron);
    };
    const module = { exports: {} };
    (function (exports, require, module) {${preloadSource}
    })(module.exports, require, module);
  }`;
  return { main, preload };
}
