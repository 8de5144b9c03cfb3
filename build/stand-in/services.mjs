// Small modules of which the app uses one or two members.
import { EventEmitter } from 'node:events';
import { offer, refuse, refuseUnknownEvents } from './refuse.mjs';

/** No keychain here, and the app must say so on screen: this is not weak protection dressed up as encryption. */
export const safeStorage = offer('safeStorage', {
  isAsyncEncryptionAvailable: async () => false,
  isEncryptionAvailable: () => false,
  getSelectedStorageBackend: () => 'basic_text',
  encryptStringAsync: async () => {
    throw refuse('encryption (there is no keychain)');
  },
  decryptStringAsync: async () => {
    throw refuse('decryption (there is no keychain)');
  },
});

export const Menu = offer('Menu', {
  /** No menu bar to remove. A menu that should be shown is refused. */
  setApplicationMenu(menu) {
    if (menu !== null) throw refuse('application menus');
  },
  getApplicationMenu: () => null,
});

export const shell = offer('shell', {
  async openExternal(url) {
    throw refuse(`shell.openExternal (${new URL(url).protocol})`);
  },
});

export const dialog = offer('dialog', {
  showErrorBox: (title, content) => console.error(`${title}\n${content}`),
});

// The events exist in Electron; here the machine's sleep is never seen, which docs/stand-in.md says.
const power = new EventEmitter();
refuseUnknownEvents('powerMonitor', power, [
  'suspend',
  'resume',
  'shutdown',
  'on-ac',
  'on-battery',
  'lock-screen',
]);
export const powerMonitor = offer('powerMonitor', power);
