import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAEMON = '/usr/bin/dbus-daemon';
const PYTHON = '/usr/bin/python3';
export const busMissing = existsSync(DAEMON) ? '' : 'dbus-daemon is not installed';
export const mockMissing =
  busMissing ||
  (spawnSync(PYTHON, ['-c', 'import dbusmock']).status === 0 ? '' : 'python3-dbusmock is not installed');

const CONFIG = (
  path: string,
) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=${path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

export interface PrivateBus {
  readonly path: string;
  /** BlueZ as python-dbusmock invents it. Resolves when its name is on the bus. */
  mockBluez(): Promise<void>;
  /** Ends the daemon as a system does that goes down. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** A real dbus-daemon of its own, in a folder of its own. */
export async function openPrivateBus(): Promise<PrivateBus> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-dbus-'));
  const path = join(folder, 'bus');
  await writeFile(join(folder, 'bus.conf'), CONFIG(path));
  const daemon = spawn(DAEMON, [`--config-file=${join(folder, 'bus.conf')}`, '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const started: ChildProcess[] = [daemon];
  // It prints its address once it listens.
  await once(daemon.stdout, 'data');
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return {
    path,
    async mockBluez() {
      const mock = spawn(PYTHON, ['-m', 'dbusmock', '--system', '--template', 'bluez5'], {
        env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${path}` },
        stdio: 'ignore',
      });
      started.push(mock);
    },
    kill: () => end(daemon),
    async close() {
      for (const child of started.reverse()) await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
