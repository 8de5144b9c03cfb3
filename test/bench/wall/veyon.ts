import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startVeyonFleet, veyonIsHere } from '../../peers/veyon/fleet';
import { showContent, STRIP } from './content';
import { kbitTo } from './costs';
import { openWebApi } from './webapi';

const PCS = 4;

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
  const api = await openWebApi(fleet, folder, port);
  try {
    const { ask, connections } = api;
    const look = async (length: number): Promise<number> => {
      let pictures = 0;
      const end = performance.now() + length * 1_000;
      while (performance.now() < end) {
        for (const uid of connections) {
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
    api.close();
    await fleet.stop();
  }
}

const pause = (seconds: number): Promise<number> =>
  new Promise((done) => setTimeout(() => done(0), seconds * 1_000));
