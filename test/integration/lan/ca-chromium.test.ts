import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIntermediate, createLeaf, createSchoolRoot } from '../../../src/main/devices/ca';
import { trustingChromium } from './trusting-chromium';

const NOW = Date.now();
const root = createSchoolRoot('0750001A', NOW);
const poste = createIntermediate(root, '0750001A', 'k3zq', NOW);
const HOSTS = '--host-resolver-rules=MAP *.local 127.0.0.1, MAP www.impots.gouv.fr 127.0.0.1';

function serve(host: string): Promise<Server> {
  const leaf = createLeaf(poste, 'k3zq', { host, addresses: ['127.0.0.1'] }, NOW);
  const server = createServer(
    { key: leaf.privateKey, cert: leaf.certificate + poste.certificate },
    (_, response) => response.setHeader('content-type', 'text/html').end('<title>Préau</title>'),
  );
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('a real Chromium that trusts the school', () => {
  let good: Server;
  let forged: Server;
  let trusting: Awaited<ReturnType<typeof trustingChromium>>;
  beforeAll(async () => {
    good = await serve('preau-k3zq.local');
    forged = await serve('www.impots.gouv.fr');
    trusting = await trustingChromium(root.certificate, { args: [HOSTS] });
  });
  afterAll(async () => {
    await trusting.close();
    good.close();
    forged.close();
  });

  it('opens the poste by name and by address without a warning, as a secure context', async () => {
    const page = await trusting.browser.newPage();
    for (const host of ['preau-k3zq.local', '127.0.0.1']) {
      const response = await page.goto(`https://${host}:${portOf(good)}/`);
      expect(response?.status()).toBe(200);
      expect(await page.evaluate('isSecureContext && "serviceWorker" in navigator')).toBe(true);
    }
  });

  it('refuses the same authority for a public name', async () => {
    const page = await trusting.browser.newPage();
    await expect(page.goto(`https://www.impots.gouv.fr:${portOf(forged)}/`)).rejects.toThrow(/ERR_CERT/);
  });
});
