/** Two Bluetooth radios without any radio, and Linux's own Bluetooth on top: `hci0` looks for what `hci1` shows. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { loadModules, until } from './guest';

export interface Radios {
  close(): void;
}

/** Both are there and answer to BlueZ when this is done. */
export async function startRadios(): Promise<Radios> {
  loadModules('af_alg', 'algif_hash', 'algif_skcipher', 'ecb', 'cmac', 'hci_vhci', 'uhid', 'bnep');
  mkdirSync('/run/dbus', { recursive: true });
  const bus = spawnSync('dbus-daemon', ['--system', '--fork', '--nopidfile'], { encoding: 'utf8' });
  if (bus.status !== 0) throw new Error(`dbus-daemon: ${bus.stderr}`);
  const running: ChildProcess[] = [
    spawn('btvirt', ['-l2'], { stdio: 'ignore' }),
    spawn('/usr/libexec/bluetooth/bluetoothd', ['-n'], { stdio: ['ignore', 'inherit', 'inherit'] }),
  ];
  await until('two radios', () => existsSync('/sys/class/bluetooth/hci1'));
  return {
    close() {
      for (const child of running) child.kill('SIGKILL');
    },
  };
}
