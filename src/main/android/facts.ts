import { parseBattery, type BatteryReading } from './battery';
import { PACKAGE_NAME } from '../../domain/device/apps';
import { plain } from './shell';

/** What a tablet says of itself when asked; each part is absent where it does not say. Nothing of it is believed. */
export interface TabletFacts {
  readonly serial: string | undefined;
  readonly maker: string | undefined;
  readonly model: string | undefined;
  /** « 9 »: `ro.build.version.release`. */
  readonly android: string | undefined;
  /** `ro.build.version.security_patch`: a date, as Android writes it. */
  readonly securityPatch: string | undefined;
  readonly battery: BatteryReading | undefined;
  /** Of the partition where applications and photographs lie. Bytes */
  readonly storage: { readonly free: number; readonly total: number } | undefined;
}
export interface InstalledApp {
  readonly name: string;
  readonly version: string | undefined;
}

/** A tablet with more is not a school's; what comes after is not read. */
const MAX_APPS = 500;
const MAX_STORAGE = 64 * 2 ** 40;

/** `getprop` without a name: `[key]: [value]`, one a line. Source: AOSP toolbox/getprop. */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, key, value] of text.matchAll(/^\[([\w.-]{1,91})\]: \[([^\n]{0,92})\]\r?$/gm))
    if (key !== undefined && value !== undefined && !found.has(key)) found.set(key, value);
  return found;
}

/**
 * `df /data`: name, total, used, free, percent, place, in blocks of 1 KiB or of what its head says. Android before 6 writes « 12.0G » in
 * four columns and no percent; a long name may stand on a line of its own. Sources: AOSP toolbox/df.c, toybox df.c.
 */
export function parseStorage(text: string): TabletFacts['storage'] {
  const [head = '', ...lines] = text.slice(0, MAX_DF).trim().split('\n');
  const block = Number(/\b(\d{1,7})-blocks\b/.exec(head)?.[1] ?? 1024);
  for (const line of lines.length > 0 ? lines : [head]) {
    const sizes = line
      .trim()
      .split(/\s+/)
      .map((word) => sizeOf(word, block));
    // Where the name is left out (it stood above) the sizes come first.
    const at = sizes[0] === undefined ? 1 : 0;
    const [total, used, free] = sizes.slice(at, at + 3);
    if (total === undefined || used === undefined || free === undefined) continue;
    if (total > 0 && total <= MAX_STORAGE && free <= total) return { free, total };
  }
  return undefined;
}
const MAX_DF = 4_096;
const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

function sizeOf(word: string, block: number): number | undefined {
  const [, number, unit] = /^(\d{1,12}(?:\.\d{1,3})?)([KMGT])?$/.exec(word) ?? [];
  if (number === undefined) return undefined;
  return Math.round(Number(number) * (unit === undefined ? block : (UNITS[unit] ?? block)));
}

export function factsFrom(said: {
  readonly properties: string;
  readonly battery: string;
  readonly storage: string;
}): TabletFacts {
  const properties = parseProperties(said.properties);
  const word = (name: string, form = /\S/): string | undefined => {
    const value = plain(properties.get(name) ?? '', 64);
    return form.test(value) ? value : undefined;
  };
  return {
    serial: word('ro.serialno', SERIAL),
    maker: word('ro.product.manufacturer'),
    model: word('ro.product.model'),
    android: word('ro.build.version.release', /^\d{1,2}(\.\d{1,2}){0,2}$/),
    securityPatch: word('ro.build.version.security_patch', /^\d{4}-\d{2}-\d{2}$/),
    battery: parseBattery(said.battery),
    storage: parseStorage(said.storage),
  };
}
/** A serial number, as makers write it; anything else names no tablet. */
export const SERIAL = /^[\w.-]{1,64}$/;
/** The same for a serial number as adb, a label or a person writes it. */
export const serialKey = (serial: string): string => serial.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** `pm list packages`: `package:fr.ecole.lecture`, one a line. */
export function parsePackages(text: string): string[] {
  const names = [...text.matchAll(/^package:(\S+?)\r?$/gm)].map(([, name]) => name ?? '');
  return [...new Set(names.filter((name) => PACKAGE_NAME.test(name)))].slice(0, MAX_APPS);
}

/** `dumpsys package packages`, of which only « Package [name] » and « versionName= » are kept. */
export function parseVersions(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let name: string | undefined;
  for (const line of text.split('\n')) {
    name = /^ {2}Package \[(\S+)\]/.exec(line)?.[1] ?? name;
    const version = /^\s+versionName=(.+)$/.exec(line)?.[1];
    // An updated system application has two; the first is the one that runs.
    if (name !== undefined && version !== undefined && !found.has(name)) found.set(name, plain(version, 40));
  }
  return found;
}

/** `query-activities --brief`: `fr.ecole.lecture/.Main`, one a line among others. @returns packages, each once */
export function parseLaunchable(text: string): string[] {
  const names = text.split('\n').map((line) => {
    const [name = '', activity = '', ...more] = line.length > MAX_WORDS ? [] : line.trim().split('/');
    return activity !== '' && more.length === 0 ? name : '';
  });
  return [...new Set(names.filter((name) => PACKAGE_NAME.test(name)))].slice(0, MAX_APPS);
}
/** Of a line that names an activity. */
const MAX_WORDS = 600;

/** `resolve-activity --brief`: the last line is the component. @returns undefined where nothing answers */
export function parseComponent(
  text: string,
): { readonly app: string; readonly component: string } | undefined {
  const component = text.trim().split('\n').at(-1)?.trim() ?? '';
  const [app = '', activity = ''] = component.split('/');
  return PACKAGE_NAME.test(app) && /^[\w.$]{1,200}$/.test(activity) ? { app, component } : undefined;
}
