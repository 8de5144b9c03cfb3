// One session only: Chromium's default context, in a profile that is removed when the app stops.
import { PermissionHandlers } from './permissions.mjs';
import { offer, refuse } from './refuse.mjs';
import { protocol } from './scheme-server.mjs';

export const permissions = new PermissionHandlers();

const only = offer('session.defaultSession', {
  protocol: offer('session.protocol', protocol),
  setPermissionRequestHandler: (handler) => permissions.setPermissionRequestHandler(handler),
  setPermissionCheckHandler: (handler) => permissions.setPermissionCheckHandler(handler),
  /** Chromium asks by its own dialog here (or by a switch of a test's); the handler is Electron's way to answer for it. */
  setDisplayMediaRequestHandler: () => undefined,
  isPersistent: () => false,
});

let partition;

export const session = offer('session', {
  get defaultSession() {
    return only;
  },
  /** One in-memory partition may be named; it is the same single context. */
  fromPartition(name) {
    if (name.startsWith('persist:')) throw refuse('persistent partitions');
    if (partition !== undefined && partition !== name) throw refuse('a second partition');
    partition = name;
    return only;
  },
});
