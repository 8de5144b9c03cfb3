import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Pack } from '../processes/pack';

/** A private system bus with a mocked logind: without a session veyon-server silently ignores a lock. */
export interface Logind {
  /** Value of DBUS_SYSTEM_BUS_ADDRESS. */
  readonly bus: string;
  /** A session of the server's own user. @returns value of VEYON_SESSION_PATH */
  session(name: string): Promise<string>;
  /** Calls it received, one a line: `PowerOff`, `Reboot`… */
  readonly log: readonly string[];
}

const run = promisify(execFile);
const LOGIN = ['-d', 'org.freedesktop.login1', '-o', '/org/freedesktop/login1'];

export async function startLogind(pack: Pack, folder: string): Promise<Logind> {
  const socket = join(folder, 'bus');
  const bus = `unix:path=${socket}`;
  const config = join(folder, 'bus.conf');
  writeFileSync(config, busConfig(bus));
  const daemon = pack.start(['dbus-daemon', `--config-file=${config}`, '--nofork']);
  daemon.stdout?.resume();
  daemon.stderr?.resume();
  await until(() => existsSync(socket));
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: bus };
  const mock = pack.start(
    ['/usr/bin/python3', '-u', '-m', 'dbusmock', '--system', '--template', 'logind'],
    env,
  );
  mock.stderr?.resume();
  const log: string[] = [];
  mock.stdout?.on('data', (part: Buffer) => log.push(...part.toString().split('\n').filter(Boolean)));
  await run('gdbus', ['wait', '--system', '--timeout', '20', 'org.freedesktop.login1'], { env });
  return {
    bus,
    log,
    async session(name) {
      const { stdout } = await run(
        'gdbus',
        [
          ...['call', '--system', ...LOGIN, '-m', 'org.freedesktop.DBus.Mock.AddSession'],
          ...[name, 'seat0', String(process.getuid?.() ?? 0), 'root', 'true'],
        ],
        { env },
      );
      return /'([^']+)'/.exec(stdout)?.[1] ?? '';
    },
  };
}

/** Until something outside this process is so. @throws Error after so many milliseconds */
export async function until(so: () => boolean | Promise<boolean>, most = 20_000): Promise<void> {
  const end = performance.now() + most;
  while (performance.now() < end) {
    if (await so()) return;
    await pause(50);
  }
  throw new Error(`it did not come in ${most} ms`);
}

const busConfig = (address: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>${address}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/><allow user="*"/></policy></busconfig>
`;
