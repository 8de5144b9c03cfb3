import type { DeviceFile } from './sync-service';

/** What a command of the device's shell answers. */
export interface CommandResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** As `dumpsys battery` prints it; temperature in tenths of a degree Celsius, voltage in millivolts. */
export interface BatteryState {
  level: number;
  /** BatteryManager: 2 charging, 3 discharging, 4 not charging, 5 full. */
  status: number;
  usbPowered: boolean;
  acPowered: boolean;
  temperature: number;
  voltage: number;
}

export interface ShellDevice {
  props: Record<string, string>;
  battery: BatteryState;
  files: Map<string, DeviceFile>;
  /** Package name → bytes of the installed .apk. */
  installed: Map<string, Buffer>;
  started: string[];
  /** `undefined` lets an install succeed; otherwise the code `pm` prints, e.g. INSTALL_FAILED_INSUFFICIENT_STORAGE. */
  installFailure: string | undefined;
}

const ok = (stdout = ''): CommandResult => ({ stdout, stderr: '', exitCode: 0 });
const failed = (stdout: string, exitCode = 1): CommandResult => ({ stdout, stderr: '', exitCode });

/** Splits a command line as a shell would for what adb sends: blanks, single and double quotes, `</dev/null`. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const char of line) {
    if (quote) {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === ' ') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  return words.filter((each) => !each.startsWith('</'));
}

/**
 * `pm`'s verdict on an .apk. A real one reads the binary manifest; the invented packages of these tests carry
 * `package="…"` as text in a stored zip entry.
 */
export function installPackage(device: ShellDevice, apk: Buffer): CommandResult {
  if (device.installFailure) return failed(`Failure [${device.installFailure}]\n`);
  const isZip = apk.length > 4 && apk.readUInt32LE(0) === 0x04034b50;
  const name = /package="([\w.]+)"/.exec(apk.toString('latin1'))?.[1];
  if (!isZip || !name) {
    return failed('Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse the package]\n');
  }
  device.installed.set(name, apk);
  return ok('Success\n');
}

function pm(device: ShellDevice, args: string[]): CommandResult {
  if (args[0] === 'install') {
    const path = args.at(-1) ?? '';
    const file = device.files.get(path);
    if (!file) return failed(`Failure [INSTALL_FAILED_INVALID_URI]\n`);
    return installPackage(device, file.bytes);
  }
  if (args[0] === 'list' && args[1] === 'packages') {
    return ok([...device.installed.keys()].map((name) => `package:${name}\n`).join(''));
  }
  if (args[0] === 'uninstall') {
    const gone = device.installed.delete(args.at(-1) ?? '');
    return gone ? ok('Success\n') : failed('Failure [DELETE_FAILED_INTERNAL_ERROR]\n');
  }
  return failed(`Unknown command: ${args[0] ?? ''}\n`, 255);
}

function am(device: ShellDevice, args: string[]): CommandResult {
  if (args[0] === 'start') {
    const target = args.at(-1) ?? '';
    device.started.push(target);
    return ok(`Starting: Intent { cmp=${target} }\n`);
  }
  if (args[0] === 'force-stop') return ok();
  return failed(`Unknown command: ${args[0] ?? ''}\n`, 255);
}

function dumpsysBattery(battery: BatteryState): string {
  return [
    'Current Battery Service state:',
    `  AC powered: ${String(battery.acPowered)}`,
    `  USB powered: ${String(battery.usbPowered)}`,
    '  Wireless powered: false',
    '  Max charging current: 500000',
    `  status: ${String(battery.status)}`,
    '  health: 2',
    '  present: true',
    `  level: ${String(battery.level)}`,
    '  scale: 100',
    `  voltage: ${String(battery.voltage)}`,
    `  temperature: ${String(battery.temperature)}`,
    '  technology: Li-ion',
    '',
  ].join('\n');
}

/** Runs one command line. Nothing of it ever reaches this computer's own shell. */
export function runCommand(device: ShellDevice, line: string): CommandResult {
  const [name = '', ...args] = splitWords(line);
  switch (name) {
    case 'getprop':
      if (args[0]) return ok(`${device.props[args[0]] ?? ''}\n`);
      return ok(
        Object.entries(device.props)
          .map(([key, value]) => `[${key}]: [${value}]\n`)
          .join(''),
      );
    case 'dumpsys':
      if (args[0] === 'battery') return ok(dumpsysBattery(device.battery));
      return failed(`Can't find service: ${args[0] ?? ''}\n`);
    case 'pm':
      return pm(device, args);
    case 'cmd':
      if (args[0] === 'package') return pm(device, args.slice(1));
      return failed(`cmd: Can't find service: ${args[0] ?? ''}\n`, 20);
    case 'am':
      return am(device, args);
    case 'rm':
      for (const path of args) device.files.delete(path);
      return ok();
    case 'mkdir':
      return ok();
    case 'echo':
      return ok(`${args.join(' ')}\n`);
    default:
      return {
        stdout: '',
        stderr: `/system/bin/sh: ${name}: inaccessible or not found\n`,
        exitCode: 127,
      };
  }
}
