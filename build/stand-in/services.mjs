// Small modules of which the app uses one or two members.
import { EventEmitter } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

// One display, the one the first window is on: Chromium without a window system has no second.
const display = offer('display', { id: 1, bounds: { x: 0, y: 0, width: 1366, height: 768 } });
export const screen = offer('screen', {
  getPrimaryDisplay: () => display,
  getAllDisplays: () => [display],
});

export const desktopCapturer = offer('desktopCapturer', {
  /** The window itself stands for the screen: what Chromium gives is the page's own picture (display-media.mjs). */
  async getSources({ types }) {
    if (types.join() !== 'screen') throw refuse(`desktopCapturer.getSources (${types.join()})`);
    return [{ id: 'screen:0:0', name: 'Entire screen', display_id: '1' }];
  },
});

export const dialog = offer('dialog', {
  showErrorBox: (title, content) => console.error(`${title}\n${content}`),
});

// The events exist in Electron; here the machine's sleep is never seen, which docs/stand-in.md says. How the machine is
// fed is read from the system each time it is asked.
class PowerMonitor extends EventEmitter {
  get onBatteryPower() {
    const supplies = '/sys/class/power_supply';
    const read = (name, field) => readFileSync(join(supplies, name, field), 'utf8').trim();
    try {
      const mains = readdirSync(supplies).filter((name) => read(name, 'type') === 'Mains');
      return mains.length > 0 && mains.every((name) => read(name, 'online') === '0');
    } catch {
      return false;
    }
  }
}
const power = new PowerMonitor();
refuseUnknownEvents('powerMonitor', power, [
  'suspend',
  'resume',
  'shutdown',
  'on-ac',
  'on-battery',
  'lock-screen',
]);
export const powerMonitor = offer('powerMonitor', power);
