import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { VeyonFleet } from '../../peers/veyon/fleet';

const KEY_FILE_LOGIN = '0c69b301-81b4-42d6-8fae-128cdd113314';
const run = promisify(execFile);

/** Veyon's own proxy (`veyon-cli webapi`) before a fleet, signed in at each of its PCs with the school's key. */
export interface WebApi {
  /** @param path below `/api/v1` */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** One a PC, for the header `connection-uid`. */
  readonly connections: readonly string[];
  close(): void;
}

/** @param folder takes the proxy's home */
export async function openWebApi(fleet: VeyonFleet, folder: string, port: number): Promise<WebApi> {
  const home = join(folder, `veyon-master-${port}`);
  mkdirSync(join(home, 'tmp'), { recursive: true });
  // The technician's settings, with a port for the proxy.
  cpSync(join(fleet.keyFolder, '..', 'pc-1', 'xdg'), join(home, 'xdg'), { recursive: true });
  const settings = join(home, 'xdg', 'Veyon Solutions', 'Veyon.conf');
  await run('sh', [
    '-c',
    'printf "[WebAPI]\\nHttpServerPort=%s\\nConnectionLimit=64\\n" "$2" >> "$1"',
    'sh',
    settings,
    String(port),
  ]);
  const mounted = 'mount --bind "$1" /etc/xdg && exec veyon-cli webapi runserver';
  const proxy = spawn('unshare', ['-m', 'sh', '-c', mounted, 'sh', join(home, 'xdg')], {
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: join(home, 'tmp'), QT_QPA_PLATFORM: 'offscreen' },
    stdio: 'ignore',
  });
  // It takes a polite end as a wish.
  const close = (): void => void proxy.kill('SIGKILL');
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const end = performance.now() + 20_000;
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, init).catch(() => undefined);
      if (answer) return answer;
      if (performance.now() > end) throw new Error('veyon-cli webapi does not answer');
      await new Promise((done) => setTimeout(done, 200));
    }
  };
  try {
    const connections: string[] = [];
    for (const { address, port: at } of fleet.peers) {
      const answer = await ask(`/authentication/${address}:${at}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          method: KEY_FILE_LOGIN,
          credentials: { keyname: fleet.keyName, keydata: fleet.privateKey },
        }),
      });
      const { 'connection-uid': uid } = (await answer.json()) as { 'connection-uid'?: string };
      if (!uid) throw new Error(`Veyon refused the key: ${answer.status}`);
      connections.push(uid);
    }
    return { ask, connections, close };
  } catch (error) {
    close();
    throw error;
  }
}
