/** A serial cable that can be pulled: a pty made by socat, joined to the simulated hub's TCP port. Killing socat is pulling the cable. */
import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

export const socatMissing = spawnSync('socat', ['-V']).error !== undefined;

export interface Pty {
  /** Resolves once the cable is out; again, it does nothing. */
  unplug(): Promise<void>;
}

/**
 * @param link where the device file appears
 * @param port of the hub on 127.0.0.1
 * @returns once both ends are joined
 */
export function plug(link: string, port: number): Promise<Pty> {
  // `-d -d` prints what it does, which is what is waited for.
  const child = spawn('socat', ['-d', '-d', `PTY,link=${link},raw,echo=0`, `TCP:127.0.0.1:${String(port)}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const unplug = (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    // A cable that is out leaves no device file; the number behind the link is any other program's as soon as socat ends.
    rmSync(link, { force: true });
    return new Promise((resolve) => {
      child.once('exit', () => {
        resolve();
      });
      child.kill('SIGKILL');
    });
  };
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-4_000);
      if (said.includes('starting data transfer loop')) resolve({ unplug });
    });
  });
}
