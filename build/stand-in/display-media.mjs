// session.setDisplayMediaRequestHandler: Chromium has a dialog of its own, and a switch that gives a page its own picture without
// one (--auto-accept-this-tab-capture, for a page that prefers it). With a handler that answers by itself, a page's request goes to
// the handler first; where it gives a video, Chromium gives the page's own picture.
import { refuse } from './refuse.mjs';

export class DisplayMediaHandler {
  #handler;

  setDisplayMediaRequestHandler(handler, options = {}) {
    // The system's own picker first: here, Chromium's dialog (or a switch of a test's).
    this.#handler = options?.useSystemPicker ? undefined : (handler ?? undefined);
  }

  get answers() {
    return this.#handler !== undefined;
  }

  /** @returns {Promise<boolean>} whether the handler gave a picture */
  async ask(url, frame) {
    if (!this.#handler) throw refuse('display media without a handler');
    const given = await new Promise((resolve) =>
      this.#handler(
        {
          frame,
          securityOrigin: new URL(url).origin,
          videoRequested: true,
          audioRequested: false,
          userGesture: false,
        },
        resolve,
      ),
    );
    return Boolean(given?.video);
  }
}

/** Runs in the page before its own scripts. Sent as text. */
function askFirst(name) {
  const tell = globalThis[name];
  Reflect.deleteProperty(globalThis, name);
  if (typeof tell !== 'function' || typeof MediaDevices !== 'function') return;
  const media = MediaDevices.prototype;
  const capture = media.getDisplayMedia;
  const waiting = new Map();
  let next = 0;
  document.addEventListener(name, ({ detail }) => {
    const { id, given } = JSON.parse(detail);
    waiting.get(id)?.(given);
    waiting.delete(id);
  });
  media.getDisplayMedia = function (options = {}) {
    return new Promise((resolve, reject) => {
      const id = ++next;
      waiting.set(id, (given) =>
        given
          ? resolve(capture.call(this, { ...options, preferCurrentTab: true }))
          : reject(new DOMException('Permission denied', 'NotAllowedError')),
      );
      tell(String(id));
    });
  };
}

export const askFirstScript = (name) => `if (window === window.top) (${askFirst})(${JSON.stringify(name)});`;
export const answerScript = (name, id, given) =>
  `document.dispatchEvent(new CustomEvent(${JSON.stringify(name)}, { detail: ${JSON.stringify(JSON.stringify({ id, given }))} }))`;
