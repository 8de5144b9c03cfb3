import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => ({ protocol: {}, session: {} }));
const { contentPolicy, serve } = await import('./staff-scheme');

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'preau-scheme-'));
  folder = join(root, 'staff');
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), '<p>ok');
  await writeFile(join(root, 'secret.json'), '{}');
});
afterAll(() => rm(root, { recursive: true }));

const get = (url: string, method = 'GET') => serve(folder, new Request(url, { method }), undefined);

describe('the staff scheme', () => {
  it('serves the built interface with its policy', async () => {
    const reply = await get('preau://app/index.html?reprise=1');
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe('<p>ok');
    expect(reply.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    'preau://app/../secret.json',
    'preau://app/%2e%2e/secret.json',
    'preau://app/..%2fsecret.json',
    'preau://app/..%5csecret.json',
    'preau://app/%',
    'preau://app/%00.json',
    'preau://app/',
    'preau://other/index.html',
    'preau://app/missing.js',
  ])('refuses %s', async (url) => {
    expect((await get(url)).status).toBe(404);
  });

  it('only reads', async () => {
    expect((await get('preau://app/index.html', 'POST')).status).toBe(404);
  });

  it('lets the page reach one loopback port and nothing else', () => {
    const policy = contentPolicy('http://127.0.0.1:4321/#one-time-code');
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:4321 ws://127.0.0.1:4321;");
    expect(policy).not.toContain('one-time-code');
    expect(contentPolicy(undefined)).toContain("connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*;");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/https?:\/\/(?!127\.0\.0\.1:4321)/);
  });
});
