import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startVeyonFleet, veyonIsHere } from '../../peers/veyon/fleet';
import { showContent, STRIP } from './content';
import { kbitTo } from './costs';

const PCS = 4;
const KEY_FILE_LOGIN = '0c69b301-81b4-42d6-8fae-128cdd113314';
const run = promisify(execFile);

/**
 * The same fast scrolling text on real PCs with Veyon, looked at as its own master does: pictures 320 wide through its own
 * proxy (`veyon-cli webapi`), once a second, as fast as it gives them.
 *
 * @returns kbit/s of TCP payload a PC; NaN where Veyon is not installed
 */
export async function veyonScroll(folder: string, seconds: number, port: number): Promise<number> {
  if (!veyonIsHere) return NaN;
  const page = join(folder, 'scroll.html');
  const order = JSON.stringify({ content: 'scroll', strip: STRIP });
  writeFileSync(
    page,
    `<!doctype html><meta charset=utf-8><body><script>(${showContent.toString()})(${order})</script>`,
  );
  const fleet = await startVeyonFleet(PCS, {
    geometry: '1366x768',
    content: (index) => [
      process.env['PREAU_CHROMIUM'] ?? '/usr/bin/chromium',
      ...['--no-sandbox', '--no-first-run', '--no-proxy-server', '--disable-background-networking'],
      ...['--kiosk', '--window-size=1366,768', `--user-data-dir=${join(folder, `veyon-pc-${index}`)}`],
      `--app=file://${page}`,
    ],
  });
  const home = join(folder, 'veyon-master');
  mkdirSync(join(home, 'tmp'), { recursive: true });
  // The technician's settings, with a port for the proxy.
  cpSync(join(fleet.keyFolder, '..', 'pc-1', 'xdg'), join(home, 'xdg'), { recursive: true });
  const settings = join(home, 'xdg', 'Veyon Solutions', 'Veyon.conf');
  await run('sh', [
    '-c',
    'printf "[WebAPI]\\nHttpServerPort=%s\\n" "$2" >> "$1"',
    'sh',
    settings,
    String(port),
  ]);
  const mounted = 'mount --bind "$1" /etc/xdg && exec veyon-cli webapi runserver';
  const proxy = spawn('unshare', ['-m', 'sh', '-c', mounted, 'sh', join(home, 'xdg')], {
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: join(home, 'tmp'), QT_QPA_PLATFORM: 'offscreen' },
    stdio: 'ignore',
  });
  try {
    const api = `http://127.0.0.1:${port}/api/v1`;
    const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
      const end = performance.now() + 20_000;
      for (;;) {
        const answer = await fetch(`${api}${path}`, init).catch(() => undefined);
        if (answer) return answer;
        if (performance.now() > end) throw new Error('veyon-cli webapi does not answer');
        await new Promise((done) => setTimeout(done, 200));
      }
    };
    const uids: string[] = [];
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
      uids.push(uid);
    }
    const look = async (length: number): Promise<number> => {
      let pictures = 0;
      const end = performance.now() + length * 1_000;
      while (performance.now() < end) {
        for (const uid of uids) {
          const answer = await ask('/framebuffer?format=jpeg&quality=60&width=320', {
            headers: { 'connection-uid': uid },
          });
          if (answer.ok && (await answer.arrayBuffer()).byteLength > 0) pictures += 1;
        }
        await new Promise((done) => setTimeout(done, 1_000));
      }
      return pictures;
    };
    await look(4);
    const measured = await Promise.all(
      fleet.peers.map(({ port: at }, n) => kbitTo(at, () => (n === 0 ? look(seconds) : pause(seconds)))),
    );
    if (!measured[0]?.result) throw new Error('Veyon showed no picture');
    return measured.reduce((sum, { kbit }) => sum + kbit, 0) / PCS;
  } finally {
    // It takes a polite end as a wish.
    proxy.kill('SIGKILL');
    await fleet.stop();
  }
}

const pause = (seconds: number): Promise<number> =>
  new Promise((done) => setTimeout(() => done(0), seconds * 1_000));
