import { execFile } from 'node:child_process';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls } from 'node:tls';

/** Addresses of this computer with their mask, of those the door is reached at. */
export function networksOf(addresses: readonly string[]): string[] {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.flatMap((address) => {
    const cidr = all.find((entry) => entry.family === 'IPv4' && entry.address === address)?.cidr;
    return cidr ? [cidr] : [`${address}/24`];
  });
}

/** ms; a door on the same computer answers in a few. */
const KNOCK = 2_000;

/** Whether the door answers at its own address with a certificate that the school's root vouches for. */
export function answersItself(url: string, root: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connectTls({ host: hostname, port: Number(port), ca: root, timeout: KNOCK });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', end(true));
    socket.once('error', end(false));
    socket.once('timeout', end(false));
  });
}

/** ms; a silent neighbour costs three to the system's own search for it. */
const PROBE = 4_000;

/**
 * Whether a machine of that address answers at all: a refusal is an answer. Undefined where nothing was heard either way
 * (a firewall that keeps silent).
 */
export function reachable(address: string): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: address, port: 9, timeout: PROBE });
    const end = (answer: boolean | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') end(true);
      else end(error.code === 'EHOSTUNREACH' || error.code === 'ENETUNREACH' ? false : undefined);
    });
  });
}

export const systemOf = (platform: NodeJS.Platform): 'windows' | 'mac' | 'linux' =>
  platform === 'win32' ? 'windows' : platform === 'darwin' ? 'mac' : 'linux';

/** How Windows files the network; undefined elsewhere, and where it cannot be read. */
export function networkProfile(platform: NodeJS.Platform): Promise<'public' | 'private' | undefined> {
  if (platform !== 'win32') return Promise.resolve(undefined);
  const command = '(Get-NetConnectionProfile).NetworkCategory -join ","';
  return new Promise((resolve) => {
    execFile(
      'powershell.exe',
      ['-NoProfile', '-NonInteractive', '-Command', command],
      { timeout: 5_000, windowsHide: true },
      (error, said) => {
        if (error) resolve(undefined);
        else resolve(/public/i.test(said) ? 'public' : /private|domain/i.test(said) ? 'private' : undefined);
      },
    );
  });
}
