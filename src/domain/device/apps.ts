import { mayRun, type AppsOrder } from './may-run';

/** Applications of a tablet, and which of them rest while a lesson lasts (CARMO #9.6). Pure. */

/** A package name as Android allows it (PackageParser.validateName), and no longer than a file name. */
export const PACKAGE_NAME = /^(?=.{3,200}$)[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/;
export const isPackageName = (name: string): boolean => PACKAGE_NAME.test(name);

/** `all`: nothing rests; `without`: those named rest; `only`: all but those named rest. */
export const APP_MODES = ['all', 'without', 'only'] as const;
export type AppMode = (typeof APP_MODES)[number];

/** Android's own way home and its settings of last resort: without them a tablet is a stone. */
const NEVER: readonly RegExp[] = [
  /^com\.android\.systemui$/,
  /launcher/i,
  /^com\.android\.(phone|dialer|emergency)$/,
];

/**
 * What rests on one tablet. The browser never does: the class is in it.
 * @param launchable what a child finds on the home screen of that tablet
 */
export function restingApps(
  order: AppsOrder,
  launchable: readonly string[],
  browser: string | undefined,
): string[] {
  return launchable
    .filter((app) => app !== browser && !NEVER.some((pattern) => pattern.test(app)))
    .filter((app) => !mayRun(order, app))
    .sort();
}

/** What people call the applications that most tablets have; others are shown by their package name. */
const USUAL: Readonly<Record<string, string>> = {
  'com.android.chrome': 'Chrome',
  'org.mozilla.firefox': 'Firefox',
  'com.android.settings': 'Paramètres',
  'com.google.android.youtube': 'YouTube',
  'com.android.vending': 'Play Store',
  'com.google.android.apps.photos': 'Google Photos',
  'com.google.android.gm': 'Gmail',
  'com.google.android.apps.maps': 'Google Maps',
  'com.google.android.apps.docs': 'Google Drive',
  'com.google.android.calculator': 'Calculatrice',
  'com.sec.android.app.popupcalculator': 'Calculatrice',
  'com.sec.android.app.camera': 'Appareil photo',
  'com.android.camera2': 'Appareil photo',
  'com.sec.android.gallery3d': 'Galerie',
  'com.google.android.deskclock': 'Horloge',
  'org.geogebra.android': 'GeoGebra',
  'org.videolan.vlc': 'VLC',
};
/** @returns undefined where nobody calls it anything but its package name */
export const usualName = (app: string): string | undefined =>
  Object.hasOwn(USUAL, app) ? USUAL[app] : undefined;
