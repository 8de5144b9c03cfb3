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

/** `df` of toybox, in blocks of 1 KiB: name, total, used, free, percent, place. */
export function parseStorage(text: string): TabletFacts['storage'] {
  const line = text
    .split('\n')
    .map((each) => each.trim().split(/\s+/))
    .find((words) => words.length >= 6 && words.slice(1, 4).every((word) => /^\d{1,12}$/.test(word)));
  const [total = 0, , free = 0] = (line ?? []).slice(1, 4).map((word) => Number(word) * 1024);
  return total > 0 && total <= MAX_STORAGE && free <= total ? { free, total } : undefined;
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
  const names = [...text.matchAll(/^\s*(\S+)\/\S+\s*$/gm)].map(([, name]) => name ?? '');
  return [...new Set(names.filter((name) => PACKAGE_NAME.test(name)))].slice(0, MAX_APPS);
}

/** `resolve-activity --brief`: the last line is the component. @returns undefined where nothing answers */
export function parseComponent(
  text: string,
): { readonly app: string; readonly component: string } | undefined {
  const component = text.trim().split('\n').at(-1)?.trim() ?? '';
  const [app = '', activity = ''] = component.split('/');
  return PACKAGE_NAME.test(app) && /^[\w.$]{1,200}$/.test(activity) ? { app, component } : undefined;
}
