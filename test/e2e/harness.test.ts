import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchPupil } from './harness';

const run = promisify(execFile);
const NAME = 'preau-essai.local';
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

let folder: string;
let authority: string;
let server: Server;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preau-harness-'));
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  await openssl(
    'req',
    '-x509',
    ...EC,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Essai',
    '-days',
    '2',
  );
  await openssl('req', ...EC, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', `/CN=${NAME}`);
  await writeFile(join(folder, 'names'), `subjectAltName=DNS:${NAME},IP:127.0.0.1\n`);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'leaf.csr', ...signed, '-out', 'leaf.pem');
  authority = await readFile(join(folder, 'ca.pem'), 'utf8');
  const [key, cert] = await Promise.all([
    readFile(join(folder, 'leaf.key')),
    readFile(join(folder, 'leaf.pem')),
  ]);
  server = createServer({ key, cert }, (_request, response) => response.end('<title>classe</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe("a pupil's browser of the tests", () => {
  it('trusts the authority that an adult installed, by name, as a desktop', async () => {
    const pupil = await launchPupil({ kind: 'desktop', authority, names: { [NAME]: '127.0.0.1' } });
    await pupil.page.goto(`https://${NAME}:${port}/`);
    expect(await pupil.page.title()).toBe('classe');
    expect(await pupil.page.evaluate(() => typeof navigator.mediaDevices.getDisplayMedia)).toBe('function');
    await pupil.close();
  });

  it('is a tablet: touch, no screen capture, no .local name', async () => {
    const pupil = await launchPupil({ kind: 'tablet', authority, names: { [NAME]: '127.0.0.1' } });
    await pupil.page.goto(`https://127.0.0.1:${port}/`);
    const seen = await pupil.page.evaluate(() => ({
      capture: typeof navigator.mediaDevices.getDisplayMedia,
      touch: navigator.maxTouchPoints > 0,
    }));
    expect(seen).toEqual({ capture: 'undefined', touch: true });
    await expect(pupil.page.goto(`https://${NAME}:${port}/`)).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
    await pupil.close();
  });

  it('refuses an authority that nobody installed', async () => {
    const pupil = await launchPupil({ kind: 'tablet' });
    await expect(pupil.page.goto(`https://127.0.0.1:${port}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
    await pupil.close();
  });
});
