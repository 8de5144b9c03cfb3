import { screen, type WindowOpenHandlerResponse } from 'electron';
import { isStaffPage } from './staff-origin';

/** The name the staff page opens it under (`tools/project/projection.ts`). */
const NAME = 'preau-projection';

/**
 * The second window: empty, drawn in by the staff page that opened it, and gone with it. It fills the second display
 * where there is one. It may be nothing else: whatever would leave `about:blank` is refused as in every window.
 *
 * @returns nothing for any other window
 */
export function projectionWindow(
  opener: string,
  url: string,
  frameName: string,
): WindowOpenHandlerResponse | undefined {
  if (url !== 'about:blank' || frameName !== NAME || !isStaffPage(opener)) return undefined;
  const primary = screen.getPrimaryDisplay().id;
  const board = screen.getAllDisplays().find(({ id }) => id !== primary);
  return {
    action: 'allow',
    overrideBrowserWindowOptions: {
      title: 'Préau',
      autoHideMenuBar: true,
      backgroundColor: '#000000',
      ...(board ? { ...board.bounds, fullscreen: true } : { width: 1280, height: 720 }),
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
    },
  };
}
