import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import type { Stance } from './lesson-hold';

export interface PupilWindowContext {
  readonly window: BrowserWindow;
  /** As a lesson wants it. */
  stand(stance: Stance): void;
  /** The computer is being switched off: nothing holds the window. */
  letGo(): void;
}

/** The one window of a pupil's computer; shown at once, so that a child sees that something comes. */
export function pupilWindow() {
  return (): PupilWindowContext => {
    const window = new BrowserWindow({
      width: 1366,
      height: 768,
      minWidth: 640,
      minHeight: 480,
      title: 'Préau',
      show: false,
      autoHideMenuBar: true,
      webPreferences: {
        preload: join(import.meta.dirname, '..', 'preload', 'pupil-mode.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        spellcheck: false,
        devTools: false,
      },
    });
    let stance: Stance = 'window';
    let quitting = false;
    const held = (): boolean => !quitting && (stance === 'full' || stance === 'over');
    app.on('before-quit', () => {
      quitting = true;
    });
    app.on('window-all-closed', () => app.quit());
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => {
      if (held()) event.preventDefault();
    });
    // Something came in front (a shortcut of the system's): the lesson comes back.
    window.on('blur', () => {
      if (held()) window.focus();
    });
    return {
      window,
      stand(next) {
        stance = next;
        if (window.isDestroyed()) return;
        const top = next === 'full' || next === 'over';
        window.setKiosk(top);
        window.setAlwaysOnTop(top, 'screen-saver');
        if (next === 'beside') window.maximize();
        if (top) window.focus();
      },
      letGo: () => {
        quitting = true;
      },
    };
  };
}
