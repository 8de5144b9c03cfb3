import { join } from 'node:path';
import { app, BrowserWindow, Menu } from 'electron';
import type { HostContext } from './host-process';
import { STAFF_PAGE, STAFF_PARTITION } from './staff-origin';

/** The one window of teachers and heads. Its size is the most common screen in schools. */
export function staffWindow() {
  return async ({ host }: HostContext): Promise<undefined> => {
    Menu.setApplicationMenu(null);
    app.on('window-all-closed', () => app.quit());
    const window = new BrowserWindow({
      width: 1366,
      height: 768,
      minWidth: 1024,
      minHeight: 640,
      title: 'Préau',
      show: false,
      webPreferences: {
        preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
        partition: STAFF_PARTITION,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        // Electron fetches its dictionaries from the Internet.
        spellcheck: false,
      },
    });
    window.once('ready-to-show', () => window.show());
    // Everybody is signed out when the host has died: the page starts again, and says why (`reprise`).
    host.onRestart(() => void load(window, `${STAFF_PAGE}?reprise=1`));
    await load(window, STAFF_PAGE);
    return undefined;
  };
}

/** No window: the staff interface in a browser of this same computer, by a link that signs its page in once. */
export function loopbackLink() {
  return async ({ host, started }: HostContext): Promise<undefined> => {
    const print = (): void => void process.stdout.write(`Préau: ${host.loopbackUrl ?? 'no loopback door'}\n`);
    host.onRestart(print);
    await started;
    print();
    return undefined;
  };
}

async function load(window: BrowserWindow, url: string): Promise<void> {
  if (!window.isDestroyed()) await window.loadURL(url);
}
