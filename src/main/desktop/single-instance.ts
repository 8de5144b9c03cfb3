import { app, BrowserWindow } from 'electron';

/** One application a data folder: a second start brings the first one's window forward and ends. */
export function singleInstance() {
  return (): undefined | Promise<never> => {
    if (!app.requestSingleInstanceLock()) {
      process.stderr.write('Préau is already open on this data folder.\n');
      app.exit(0);
      return new Promise<never>(() => undefined);
    }
    app.on('second-instance', () => {
      const [window] = BrowserWindow.getAllWindows();
      if (!window) return;
      if (window.isMinimized()) window.restore();
      window.focus();
    });
    return undefined;
  };
}
