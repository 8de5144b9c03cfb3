import type { TabletState } from './tablet-state';
import { commands } from './words';

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
  /** BatteryManager: 2 good, 3 overheat, 4 dead, 5 over voltage, 6 failure, 7 cold. */
  health: number;
}

const ok = (stdout = ''): CommandResult => ({ stdout, stderr: '', exitCode: 0 });
const failed = (stdout: string, exitCode = 1): CommandResult => ({ stdout, stderr: '', exitCode });

/**
 * `pm`'s verdict on an .apk. A real one reads the binary manifest; the invented packages of these tests carry
 * `package="…"` as text in a stored zip entry.
 */
export function installPackage(device: TabletState, apk: Buffer): CommandResult {
  if (device.installFailure) return failed(`Failure [${device.installFailure}]\n`);
  const isZip = apk.length > 4 && apk.readUInt32LE(0) === 0x04034b50;
  const name = /package="([\w.]+)"/.exec(apk.subarray(0, 65_536).toString('latin1'))?.[1] ?? device.unread;
  if (!isZip || !name) {
    return failed('Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse the package]\n');
  }
  device.installed.set(name, apk);
  device.versions.set(name, '1.0');
  return ok('Success\n');
}

type Program = (device: TabletState, args: string[]) => CommandResult;
const has = (device: TabletState, name: string): boolean =>
  device.installed.has(name) || device.systemApps.includes(name);

const pm: Program = (device, args) => {
  const name = args.at(-1) ?? '';
  switch (args[0]) {
    case 'install': {
      const file = device.files.get(name);
      return file ? installPackage(device, file.bytes) : failed(`Failure [INSTALL_FAILED_INVALID_URI]\n`);
    }
    case 'list': {
      const own = [...device.installed.keys()];
      const all = args.includes('-3') ? own : [...device.systemApps, ...own];
      return ok(all.map((each) => `package:${each}\n`).join(''));
    }
    case 'uninstall':
      return device.installed.delete(name)
        ? ok('Success\n')
        : failed('Failure [DELETE_FAILED_INTERNAL_ERROR]\n');
    case 'clear':
      if (!has(device, name)) return failed('Failed\n');
      device.cleared.push(name);
      return ok('Success\n');
    case 'suspend':
    case 'unsuspend': {
      // Android 9's words (PackageManagerShellCommand.runSuspend).
      if (device.sdk < 28)
        return failed(
          'java.lang.SecurityException: Neither user 2000 nor current process has android.permission.MANAGE_USERS.\n',
        );
      if (!has(device, name))
        return failed(`Exception occurred while executing '${args[0]}': Unknown package: ${name}\n`);
      if (args[0] === 'unsuspend') device.suspended.delete(name);
      else if (!device.kept.has(name)) device.suspended.add(name);
      return ok(`Package ${name} new suspended state: ${String(device.suspended.has(name))}\n`);
    }
    case 'query-activities': {
      const all = [...device.systemApps, ...device.installed.keys()];
      return ok(
        `${String(all.length)} activities found:\n${all.map((each) => `  ${each}/.Main\n`).join('')}`,
      );
    }
    case 'resolve-activity': {
      const app = args.includes('-d') ? device.browser : args.at(-1);
      if (app === undefined || !has(device, app)) return ok('No activity found\n');
      return ok(`priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\n${app}/.Main\n`);
    }
    default:
      return failed(`Unknown command: ${args[0] ?? ''}\n`, 255);
  }
};

const am: Program = (device, args) => {
  if (args[0] === 'force-stop') {
    device.stopped.push(args.at(-1) ?? '');
    return ok();
  }
  if (args[0] !== 'start') return failed(`Unknown command: ${args[0] ?? ''}\n`, 255);
  const target = args.at(-1) ?? '';
  if (args.includes('-d') && device.browser === undefined)
    return failed(
      `Starting: Intent { act=android.intent.action.VIEW }\nError: Activity not started, unable to resolve Intent\n`,
    );
  device.started.push(target);
  return ok(`Starting: Intent { ${args.includes('-d') ? 'dat' : 'cmp'}=${target} }\n`);
};

const settings: Program = (device, [verb, table = '', name = '', value]) => {
  const key = `${table} ${name}`;
  if (verb === 'get') return ok(`${device.settings.get(key) ?? 'null'}\n`);
  if (verb === 'put' && value !== undefined) device.settings.set(key, value);
  else if (verb === 'delete') return ok(`Deleted ${device.settings.delete(key) ? 1 : 0} rows\n`);
  else return failed('Invalid command\n');
  return ok();
};

const dumpsys: Program = (device, [service = '']) => {
  if (service === 'battery') return ok(dumpsysBattery(device.battery));
  if (service === 'power')
    return ok(`  mWakefulness=${device.awake ? 'Awake' : 'Asleep'}\n  mWakefulnessChanging=false\n`);
  if (service === 'input') return ok(`    SurfaceOrientation: ${device.screen.turned ? 1 : 0}\n`);
  if (service === 'package')
    return ok(
      [...device.installed.keys(), ...device.systemApps]
        .map(
          (name) =>
            `  Package [${name}] (1a2b3c):\n    userId=10100\n    versionName=${device.versions.get(name) ?? '9.1'}\n`,
        )
        .join(''),
    );
  return failed(`Can't find service: ${service}\n`);
};

const programs: Readonly<Record<string, Program>> = {
  getprop(device, [name]) {
    if (name !== undefined) return ok(`${device.props[name] ?? ''}\n`);
    return ok(
      Object.entries(device.props)
        .map(([key, value]) => `[${key}]: [${value}]\n`)
        .join(''),
    );
  },
  dumpsys,
  settings,
  pm,
  am,
  cmd(device, [service = '', ...args]) {
    if (service === 'package') return pm(device, args);
    if (service !== 'notification') return failed(`cmd: Can't find service: ${service}\n`, 20);
    // `post` came with Android 10.
    if (args[0] !== 'post' || device.sdk < 29) return failed(`Unknown command: ${args[0] ?? ''}\n`, 255);
    device.notices.push(args.at(-1) ?? '');
    return ok(`posting:\n  Notification(channel=shell_cmd)\n`);
  },
  input(device, args) {
    if (args.at(-1) === '223') device.awake = false;
    if (args.at(-1) === '224') device.awake = true;
    return ok();
  },
  wm: ({ screen }, [verb]) =>
    verb === 'size' ? ok(`Physical size: ${screen.width}x${screen.height}\n`) : ok(),
  svc(device, args) {
    device.powered = args.includes('reboot') ? 'reboot' : 'off';
    return ok();
  },
  df: ({ storageKb: { total, used, free } }) =>
    ok(
      `Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/block/dm-2 ${total} ${used} ${free} 37% /data\n`,
    ),
  cat: ({ bootId }, [path]) =>
    path === '/proc/sys/kernel/random/boot_id' && bootId !== undefined
      ? ok(`${bootId}\n`)
      : failed(`cat: ${path ?? ''}: Permission denied\n`),
  date: ({ ahead }) => ok(`${Math.floor(Date.now() / 1000) + ahead}\n`),
  ip: ({ wifi }) =>
    wifi === undefined
      ? ok()
      : ok(`12: wlan0: <UP>\n    inet ${wifi}/24 brd 10.0.0.255 scope global wlan0\n`),
  // `-mtime +0`: more than a day old.
  find(device, [folder = '', , pattern = '']) {
    const name = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
    const before = Math.floor(Date.now() / 1000) + device.ahead - 86_400;
    for (const [path, { mtime }] of device.files)
      if (path.startsWith(`${folder}/`) && name.test(path.slice(folder.length + 1)) && mtime < before)
        device.files.delete(path);
    return ok();
  },
  rm(device, args) {
    for (const path of args.filter((each) => !each.startsWith('-'))) device.files.delete(path);
    return ok();
  },
  mkdir: () => ok(),
  echo: (_device, args) => ok(`${args.join(' ')}\n`),
};

function grep(text: string, args: string[]): CommandResult {
  const pattern = new RegExp(args.at(-1) ?? '', '');
  const limit = args.includes('-m') ? Number(args[args.indexOf('-m') + 1]) : Infinity;
  const lines = text
    .split('\n')
    .filter((line) => pattern.test(line))
    .slice(0, limit);
  return {
    stdout: lines.map((line) => `${line}\n`).join(''),
    stderr: '',
    exitCode: lines.length > 0 ? 0 : 1,
  };
}

function dumpsysBattery(battery: BatteryState): string {
  return [
    'Current Battery Service state:',
    `  AC powered: ${String(battery.acPowered)}`,
    `  USB powered: ${String(battery.usbPowered)}`,
    '  Wireless powered: false',
    '  Max charging current: 500000',
    `  status: ${String(battery.status)}`,
    `  health: ${String(battery.health)}`,
    '  present: true',
    `  level: ${String(battery.level)}`,
    '  scale: 100',
    `  voltage: ${String(battery.voltage)}`,
    `  temperature: ${String(battery.temperature)}`,
    '  technology: Li-ion',
    '',
  ].join('\n');
}

function runOne(device: TabletState, [name = '', ...args]: string[], input: string): CommandResult {
  device.ran.push([name, ...args]);
  const line = [name, ...args].join(' ');
  for (const [begins, lie] of device.lies) if (line.startsWith(begins)) return ok(lie);
  if (name === 'grep') return grep(input, args);
  const program = programs[name];
  return (
    program?.(device, args) ?? {
      stdout: '',
      stderr: `/system/bin/sh: ${name}: inaccessible or not found\n`,
      exitCode: 127,
    }
  );
}

/** Runs one line; what several commands print comes one after the other. */
export function runCommand(device: TabletState, line: string): CommandResult {
  const result: CommandResult = { stdout: '', stderr: '', exitCode: 0 };
  for (const chain of commands(line)) {
    let passed = '';
    for (const words of chain) {
      const one = runOne(device, words, passed);
      passed = one.stdout;
      result.stderr += one.stderr;
      result.exitCode = one.exitCode;
    }
    result.stdout += passed;
  }
  return result;
}
