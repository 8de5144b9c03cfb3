// What the app's permission handlers answer is given to Chromium, once, before the first document: Chromium's
// protocol sets permissions beforehand, it does not ask. A handler that answers by address or by moment is beyond it.
import { refuse } from './refuse.mjs';
import { toChromium } from './scheme-server.mjs';

// Electron's names → the protocol's (Browser.PermissionDescriptor), with the details that a handler may look at.
const PERMISSIONS = [
  ['media', 'camera', { mediaTypes: ['video'] }],
  ['media', 'microphone', { mediaTypes: ['audio'] }],
  ['geolocation', 'geolocation', {}],
  ['notifications', 'notifications', {}],
  ['clipboard-read', 'clipboard-read', {}],
  ['clipboard-sanitized-write', 'clipboard-write', {}],
];

export class PermissionHandlers {
  #request;
  #check;

  setPermissionRequestHandler(handler) {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler) {
    this.#check = handler;
  }

  /** Gives every answer to Chromium for the origin of `url`. */
  async apply(devTools, contents, url) {
    if (!this.#request || !this.#check)
      throw refuse('a session without both permission handlers (they would allow everything)');
    const { origin } = new URL(toChromium(url));
    const appOrigin = url.split('/').slice(0, 3).join('/');
    for (const [name, protocolName, details] of PERMISSIONS) {
      const allowed =
        this.#check(contents, name, appOrigin, { ...details, isMainFrame: true, requestingUrl: url }) &&
        (await this.#ask(contents, name, { ...details, isMainFrame: true, requestingUrl: url }));
      const setting = allowed ? 'granted' : 'denied';
      await devTools.root.send('Browser.setPermission', {
        permission: { name: protocolName },
        setting,
        origin,
      });
    }
  }

  #ask(contents, name, details) {
    return new Promise((resolve) => this.#request(contents, name, resolve, details));
  }
}
