import { AppRefused } from './apps';
import type { TabletShell } from './tablet-shell';

/**
 * What a plain adb shell may do to a tablet's screen and power. It is neither a device owner nor a kiosk: what it locks, the button
 * on the side unlocks, unless the tablet has a code of its own. Sources: AOSP KeyEvent, PowerManagerService (dump), NotificationShellCmd.
 */
const KEYCODE_SLEEP = '223';
const KEYCODE_WAKEUP = '224';

/** @returns true where the tablet says that its screen is off */
export async function sleepScreen(shell: TabletShell): Promise<boolean> {
  await shell.run(['input', 'keyevent', KEYCODE_SLEEP]);
  return isAsleep(shell);
}
export async function isAsleep(shell: TabletShell): Promise<boolean> {
  return /mWakefulness=(Asleep|Dozing)/.test(await shell.pipe("dumpsys power | grep 'mWakefulness='"));
}
/** On, and past a lock screen that asks for nothing. */
export async function wakeScreen(shell: TabletShell): Promise<boolean> {
  await shell.run(['input', 'keyevent', KEYCODE_WAKEUP]);
  await shell.run(['wm', 'dismiss-keyguard']);
  return !(await isAsleep(shell));
}

/** A notification that stays until it is swept away; Android 10 and later take it from a shell. @throws AppRefused `not-allowed` */
export async function notify(shell: TabletShell, title: string, text: string): Promise<void> {
  const words = ['notification', 'post', '-S', 'bigtext', '-t', title, 'preau', text.replace(/\s+/g, ' ')];
  const said = await shell.run(['cmd', ...words]);
  if (!/^posting:/m.test(said)) throw new AppRefused('not-allowed');
}

/** Told to switch off; it says nothing any more. */
export async function power(shell: TabletShell, how: 'off' | 'reboot'): Promise<void> {
  const said = await shell.run(['svc', 'power', how === 'off' ? 'shutdown' : 'reboot']);
  if (/SecurityException|Permission/i.test(said)) throw new AppRefused('not-allowed');
}

/** As the child holds it: what `wm size` says, turned as the screen is turned. */
export async function screenSize(shell: TabletShell): Promise<{ width: number; height: number }> {
  const said = await shell.run(['wm', 'size']);
  const [, width = 0, height = 0] =
    /(?:Override|Physical) size: (\d{2,5})x(\d{2,5})\s*$/.exec(said.trim())?.map(Number) ?? [];
  if (!(width > 0 && height > 0)) return { width: 1280, height: 800 };
  const turned = /SurfaceOrientation: [13]\b/.test(
    await shell.pipe("dumpsys input | grep -m 1 'SurfaceOrientation'"),
  );
  return turned ? { width: height, height: width } : { width, height };
}

/** The tablet's address on the school's Wi-Fi; undefined where it has none. */
export async function wifiAddress(shell: TabletShell): Promise<string | undefined> {
  const said = await shell.run(['ip', '-f', 'inet', 'addr', 'show', 'wlan0']);
  return /^[ \t]{1,16}inet (\d{1,3}(?:\.\d{1,3}){3})\/\d{1,2}\b/m.exec(said)?.[1];
}

/** Seconds that the tablet's clock is ahead of this computer's. */
export async function clockAhead(shell: TabletShell, now: number): Promise<number> {
  const said = (await shell.run(['date', '+%s'])).trim();
  return /^\d{1,11}$/.test(said) ? Number(said) - Math.floor(now / 1000) : 0;
}
