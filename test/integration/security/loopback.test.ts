import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { WebSocket } from 'ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import { openLoopbackDoor } from '../../../src/main/doors/loopback/server';
import { openFileStore } from '../../../src/main/files/file-store';
import { silentLogger } from '../../../src/main/log/logger';

/** The staff window's door, as `--loopback` opens it, with a host that says who asked. */
async function openDoor() {
  const folder = mkdtempSync(join(tmpdir(), 'preau-loopback-'));
  const staff = join(folder, 'staff');
  mkdirSync(staff);
  writeFileSync(join(staff, 'index.html'), '<!doctype html><title>Préau</title>');
  writeFileSync(join(folder, 'secret.txt'), 'Léa');
  const binary = createBinaryDoor(randomBytes);
  const files = await openFileStore({ folder: join(folder, 'files'), key: () => Buffer.alloc(32, 7) });
  binary.serve(files, () => Promise.resolve());
  const asked: string[] = [];
  const door = await openLoopbackDoor({
    host: {
      request: (connection, method) => {
        asked.push(`${connection} ${method}`);
        return Promise.resolve({ ok: true, value: {} });
      },
      subscribe: () => () => undefined,
      closed: () => undefined,
    },
    tokens: binary.tokens,
    area: binary.area,
    media: binary.channel,
    random: randomBytes,
    log: silentLogger,
    staffFolder: staff,
    windowOrigins: [],
  });
  binary.listensAt(door.url);
  onTestFinished(async () => {
    await door.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const port = Number(new URL(door.url).port);
  /** A request as a browser on this computer would make it, with the heads an attacker's page has no say in. */
  const ask = (
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ) =>
    new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: options.method ?? 'GET',
          headers: { host: `127.0.0.1:${port}`, ...options.headers },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(options.body);
    });
  const code = (): string => door.link().split('#code=')[1] ?? '';
  const token = async (): Promise<string> =>
    (
      JSON.parse(
        (await ask('/session', { method: 'POST', body: JSON.stringify({ code: code() }) })).text,
      ) as { token: string }
    ).token;
  return { door, binary, port, ask, code, token, asked };
}

/** Bytes as they are, for what a browser's own parser would not send. @returns the status line */
const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString('latin1')));
    socket.on('close', () => resolve(said.split('\r\n')[0] ?? ''));
    socket.on('error', () => resolve(''));
  });

describe('a page of another site, in a browser of the teacher’s computer', () => {
  it('gets nothing under its own name (DNS rebinding) and nothing from its own origin', async () => {
    const { ask, code, port } = await openDoor();
    expect((await ask('/', { headers: { host: `evil.example:${port}` } })).status).toBe(403);
    expect((await ask('/', { headers: { host: '127.0.0.1' } })).status).toBe(403);
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${port}.evil.example`]) {
      const stolen = await ask('/session', {
        method: 'POST',
        headers: { origin },
        body: JSON.stringify({ code: code() }),
      });
      expect(stolen.status).toBe(403);
      expect(stolen.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('cannot put the shell in a frame, nor guess its way in', async () => {
    const { ask } = await openDoor();
    expect(String((await ask('/')).headers['content-security-policy'])).toContain("frame-ancestors 'none'");
    for (const path of ['/download/x', '/download/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt'])
      expect((await ask(path)).text).not.toContain('Léa');
    expect((await ask('/upload', { method: 'PUT', body: 'x' })).status).toBe(401);
  });

  it('cannot end the host with an address that is none', async () => {
    const { port, ask } = await openDoor();
    const upgrade = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
    // `new WebSocket('ws://127.0.0.1:port//')` on any page is enough to send the first one.
    for (const path of ['//', '//[', 'http://', '/staff']) {
      expect(await raw(port, upgrade(path))).toContain('401');
      const plain = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
      expect(await raw(port, plain)).toMatch(/^HTTP\/1\.1 (200|400|404)/);
    }
    expect((await ask('/')).status).toBe(200);
  });

  it('cannot open a WebSocket, even with the token of a window', async () => {
    const { port, token } = await openDoor();
    const good = await token();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/staff?token=${good}`, {
      origin: 'https://evil.example',
    });
    const refused = await new Promise<string>((resolve) => socket.once('error', (e) => resolve(e.message)));
    expect(refused).toContain('401');
  });
});

describe('the one-time code and the token', () => {
  it('opens one window, once', async () => {
    const { ask, code } = await openDoor();
    const body = JSON.stringify({ code: code() });
    expect((await ask('/session', { method: 'POST', body })).status).toBe(200);
    expect((await ask('/session', { method: 'POST', body })).status).toBe(403);
    expect((await ask('/session', { method: 'POST', body: '{"code":""}' })).status).toBe(403);
    expect((await ask('/session', { method: 'POST', body: 'x'.repeat(5_000) })).status).toBe(400);
  });

  it('gives each window its own files, and none of another’s', async () => {
    const { ask, token, binary } = await openDoor();
    const [mine, other] = [await token(), await token()];
    const owner = binary.tokens.connectionOf(mine) ?? '';
    const path = binary.area.offer(owner, {
      name: 'liste.csv',
      type: 'text/csv',
      open: () => Readable.from(['Léa']),
    });
    expect((await ask(path, { headers: { authorization: `Bearer ${other}` } })).status).toBe(404);
    expect((await ask(path, { headers: { authorization: `Bearer ${mine}` } })).text).toBe('Léa');
    binary.forget(owner);
    expect((await ask(path, { headers: { authorization: `Bearer ${mine}` } })).status).toBe(401);
  });

  it('lets nothing run in what a child handed in', async () => {
    const { ask, token, binary } = await openDoor();
    const mine = await token();
    const path = binary.area.offer(binary.tokens.connectionOf(mine) ?? '', {
      name: 'dessin.svg',
      type: 'image/svg+xml',
      open: () => Readable.from(['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>']),
    });
    const { headers } = await ask(`${path}?token=${mine}`);
    expect(String(headers['content-security-policy'])).toMatch(/default-src 'none'.*sandbox/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});
