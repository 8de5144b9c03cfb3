import { execFileSync } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { lookup } from 'node:dns';
import { onTestFinished } from 'vitest';

/**
 * A little Internet: one site on an address that documentation keeps (TEST-NET-3, RFC 5737), given to this machine's own
 * loopback, so that the filter meets a public address and nothing leaves. Needs root.
 */
export const SITE_ADDRESS = '203.0.113.80';
const NAMES: Readonly<Record<string, string>> = {
  'fr.vikidia.test.org': SITE_ADDRESS,
  'vikidia.test.org': SITE_ADDRESS,
  'jeux.test.org': SITE_ADDRESS,
  'monecole.test.org': SITE_ADDRESS,
  /** A name of elsewhere that points into the school (DNS rebinding). */
  'rusé.test.org': '127.0.0.1',
  'xn--rus-dma.test.org': '127.0.0.1',
};

export const rooted = process.getuid?.() === 0 && hasIp();
export const WHY_NOT = rooted ? '' : 'needs root and `ip` for an address of its own on loopback';

function hasIp(): boolean {
  try {
    execFileSync('ip', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const resolve = ((name: string, _options: unknown, done: (...answer: unknown[]) => void) => {
  const address = NAMES[name];
  if (address === undefined) return done(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }));
  done(null, [{ address, family: 4 }]);
}) as unknown as typeof lookup;

/** The site answers on port 80 of its address, whatever it is asked, and takes connections on 443. */
export async function openSite(): Promise<void> {
  execFileSync('ip', ['address', 'replace', `${SITE_ADDRESS}/32`, 'dev', 'lo']);
  const site: Server = createServer((_request, response) => response.end('la page'));
  await new Promise<void>((listening) => site.listen(80, SITE_ADDRESS, listening));
  const secure = createTcpServer((socket) => socket.end());
  await new Promise<void>((listening) => secure.listen(443, SITE_ADDRESS, listening));
  onTestFinished(async () => {
    secure.close();
    site.closeAllConnections();
    await new Promise((closed) => site.close(closed));
    execFileSync('ip', ['address', 'delete', `${SITE_ADDRESS}/32`, 'dev', 'lo']);
  });
}

/** GET through the filter, as a browser asks for a plain page. */
export function get(proxy: number, url: string): Promise<{ status: number; text: string }> {
  return new Promise((answered, failed) => {
    const asked = request(
      { host: '127.0.0.1', port: proxy, path: url, headers: { host: new URL(url).host } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (text += piece));
        response.on('end', () => answered({ status: response.statusCode ?? 0, text }));
      },
    );
    asked.on('error', failed);
    asked.end();
  });
}

/** CONNECT, as a browser asks for a secure page. @returns the status the filter gives, 0 where it hangs up */
export function tunnel(proxy: number, to: string): Promise<number> {
  return new Promise((answered, failed) => {
    const socket = connect(proxy, '127.0.0.1', () =>
      socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`),
    );
    let head = '';
    socket.on('data', (piece) => {
      head += piece.toString('latin1');
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (status === undefined) return;
      answered(Number(status));
      socket.destroy();
    });
    socket.on('error', failed);
    socket.on('close', () => answered(0));
  });
}
