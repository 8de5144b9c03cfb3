// One session only: Chromium's default context, in a profile that is removed when the app stops.
import { EventEmitter } from 'node:events';
import { CertificateHandler } from './certificates.mjs';
import { DisplayMediaHandler } from './display-media.mjs';
import { PermissionHandlers } from './permissions.mjs';
import { offer, refuse, refuseUnknownEvents } from './refuse.mjs';
import { protocol } from './scheme-server.mjs';

export const permissions = new PermissionHandlers();
export const certificates = new CertificateHandler();
export const displayMedia = new DisplayMediaHandler();
/** Where `will-download` is told. */
export const downloads = new EventEmitter();
refuseUnknownEvents('session', downloads, ['will-download']);

const only = offer('session.defaultSession', {
  protocol: offer('session.protocol', protocol),
  setPermissionRequestHandler: (handler) => permissions.setPermissionRequestHandler(handler),
  setPermissionCheckHandler: (handler) => permissions.setPermissionCheckHandler(handler),
  setDisplayMediaRequestHandler: (handler, options) =>
    displayMedia.setDisplayMediaRequestHandler(handler, options),
  setCertificateVerifyProc: (handler) => certificates.setCertificateVerifyProc(handler),
  on: (event, listener) => void downloads.on(event, listener),
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
