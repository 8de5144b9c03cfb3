// What `import … from 'electron'` and `require('electron')` give on the stand-in.
import { app } from './app.mjs';
import { ipcMain } from './ipc.mjs';
import { offer } from './refuse.mjs';
import { protocol } from './scheme-server.mjs';
import { Menu, desktopCapturer, dialog, powerMonitor, safeStorage, screen, shell } from './services.mjs';
import { session } from './session.mjs';
import { utilityProcess } from './utility-process.mjs';
import { webContents } from './web-contents.mjs';
import { BrowserWindow } from './window.mjs';

const offeredProtocol = offer('protocol', protocol);
const electron = offer('electron', {
  app,
  BrowserWindow,
  desktopCapturer,
  dialog,
  ipcMain,
  Menu,
  powerMonitor,
  protocol: offeredProtocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
  webContents,
});

export {
  app,
  BrowserWindow,
  desktopCapturer,
  dialog,
  ipcMain,
  Menu,
  powerMonitor,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
  webContents,
};
export { offeredProtocol as protocol, electron as default };
// What `require` gives (Node's own convention), so that a missing member throws there too.
export { electron as 'module.exports' };
