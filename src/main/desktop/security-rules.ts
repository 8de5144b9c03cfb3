import { app, shell, type WebContents } from 'electron';
import { projectionWindow } from './projection-window';
import { isStaffPage } from './staff-origin';

/**
 * Electron's checklist (https://www.electronjs.org/docs/latest/tutorial/security), rules that hold for every window:
 * sandbox, no navigation, no new window but the empty one of the projection, no embedded contents. The content policy is in `staff-scheme.ts`, the
 * permissions in `permissions.ts`, isolation in `staff-window.ts`, the fuses in `build/electron-builder.yml`.
 */
export function securityRules() {
  return (): undefined => {
    app.enableSandbox();
    // No page of ours has anything to ask of the Internet: no name is ever resolved (checklist 1 and 15).
    app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE 127.0.0.1');
    app.on('web-contents-created', (_event, contents) => restrict(contents));
    return undefined;
  };
}

function restrict(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isStaffPage(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isStaffPage(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url, frameName }) => {
    const projection = projectionWindow(contents.getURL(), url, frameName);
    if (projection) return projection;
    // A link in a lesson opens in the person's own browser, which knows how to protect them.
    if (URL.parse(url)?.protocol === 'https:') void shell.openExternal(url).catch(() => undefined);
    return { action: 'deny' };
  });
}
