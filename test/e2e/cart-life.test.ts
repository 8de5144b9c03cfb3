import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { StaffBridge } from '../../src/contract/bridge';
import { SimulatedHub } from '../../src/demo/hub/hub';
import { serveHub, type HubServer } from '../../src/demo/hub/server';
import { systemTimers } from '../../src/main/cart/timers';
import { needs } from '../needs';
import { until } from '../peers/veyon/logind';
import { startVeyonFleet, veyonIsHere, type VeyonFleet } from '../peers/veyon/fleet';
import { launchApp, type RunningApp } from './harness';
import { look as lookAt } from './walk/look';
import { newSchool } from './walk/opening';
import { button, choose, goTo, signIn } from './walk/staff';
import { HEAD, HEAD_PASSWORD } from './walk/world';

declare global {
  interface Window {
    readonly preau: StaffBridge;
  }
}

let app: RunningApp;
let page: Page;
const CART = 'cart_vvvvvvvvvvvvv';
const look = (name: string): Promise<void> => lookAt(page, name);
const dialog = () => page.getByRole('dialog');

async function ask(method: string, input: unknown): Promise<Record<string, unknown>> {
  const { ok, value, error } = await page.evaluate(([name, given]) => window.preau.request(name, given), [
    method,
    input,
  ] as const) as { ok: boolean; value: Record<string, unknown>; error: unknown }; // prettier-ignore
  if (!ok) throw new Error(`${method} ${JSON.stringify(error)}`);
  return value;
}
async function more(entry: RegExp): Promise<void> {
  await button(page, 'Autres actions sur le chariot').click();
  await page.getByRole('menuitem', { name: entry }).click();
}
const toCart = (): Promise<unknown> => page.goto(page.url().replace(/#.*/, `#/chariots/${CART}`));

describe('the Wi-Fi point of a cart, by the screens', () => {
  let server: HubServer;
  // The sixteenth port of its charging hub feeds the point.
  const hub = new SimulatedHub({ timers: systemTimers, seed: 8, ports: 16, serial: 'ESSAI016' }).fill();
  const feeds = (): string => hub.port(16).mode;

  let folder: string;

  beforeAll(async () => {
    server = await serveHub(hub, systemTimers);
    folder = await mkdtemp(join(tmpdir(), 'preau-cart-'));
    app = await launchApp({ dataFolder: folder });
    page = app.page;
    await newSchool(page);
    await ask('cart.create', { cart: CART, name: 'Chariot bleu', bays: 15 });
    await ask('cart.addHub', {
      cart: CART,
      firstBay: 1,
      link: { kind: 'tcp', host: '127.0.0.1', port: server.port },
    });
  });
  afterAll(async () => {
    await app.close();
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it('is described once: what feeds it, how long a lesson may hold it', async () => {
    hub.port(16).mode = 'o';
    await toCart();
    await more(/Borne Wi-Fi/);
    await dialog()
      .getByRole('radio', { name: /À la main/ })
      .waitFor();
    await look('borne-reglages');
    await dialog()
      .getByRole('radio', { name: /Par cet ordinateur/ })
      .click();
    await dialog().getByLabel('Numéro de la prise').fill('100');
    await dialog().getByText('Un nombre de 1 à 64').waitFor();
    await look('borne-reglages-erreur');
    await dialog().getByLabel('Numéro de la prise').fill('16');
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'hidden' });
    const line = page.locator('[data-test=point-line]');
    await line.getByText('Borne Wi-Fi : éteinte').waitFor();
    await line.getByText('d’après sa prise').waitFor();
    await look('borne-eteinte');
  });

  it('is the first step of a lesson, lights with one key, and goes off with the lesson', async () => {
    await goTo(page, 'Classe mobile');
    await choose(page, page.getByLabel('Chariot'), 'Chariot bleu').catch(() => undefined);
    const step = page.locator('[data-test=wifi-point]');
    await step.getByRole('heading', { name: 'Allumez la borne' }).waitFor();
    await look('borne-avant-la-seance');
    await step.getByRole('button', { name: 'Allumer la borne' }).press('Enter');
    await page.locator('[data-test=wifi-point-lit]').getByText('Borne Wi-Fi : allumée').waitFor();
    expect(feeds()).toBe('c');
    await look('borne-allumee');
    await page
      .getByRole('radio', { name: /numéro/i })
      .first()
      .click();
    await page.locator('[data-test=open-lesson]').click();
    await page.locator('[data-test=open-lesson]').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await toCart();
    const line = page.locator('[data-test=point-line]');
    await line.getByText(/pour la séance sur cet ordinateur, jusqu’à/).waitFor();
    await ask('classroom.close', {});
    await line.getByText('Borne Wi-Fi : éteinte').waitFor();
    expect(feeds()).toBe('o');
    await more(/Borne Wi-Fi/);
    await dialog().getByRole('tab', { name: 'Journal' }).click();
    await dialog()
      .getByText(/allumée par/)
      .first()
      .waitFor();
    await dialog().getByText('plus besoin : fini').first().waitFor();
    await look('borne-journal');
    await page.keyboard.press('Escape');
  });

  it('that its box does not switch is said with what a hand can do, and its own life goes on', async () => {
    await ask('wifiPoint.on', { point: await pointId(), use: 'hand' });
    hub.dipVoltage();
    const line = page.locator('[data-test=point-line]');
    await line.getByRole('button', { name: 'Éteindre la borne' }).click();
    await line.getByText(/La prise a refusé \(E422\)/).waitFor();
    await look('borne-refus');
  });

  it('is put off by the next start where the battery went: kept for a lesson that goes on, off where there is none', async () => {
    const again = async (): Promise<void> => {
      await app.kill();
      expect(feeds()).toBe('c');
      app = await launchApp({ dataFolder: app.dataFolder });
      page = app.page;
      await signIn(page, HEAD, HEAD_PASSWORD);
      await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    };
    // The cure of an under-voltage: every port is on again.
    await ask('cart.restartHub', { hub: await hubId() });
    await expect.poll(async () => (await ask('wifiPoint.off', { point: await pointId() }))['result']).toEqual({ outcome: 'done' }); // prettier-ignore
    expect(feeds()).toBe('o');
    await ask('wifiPoint.on', { point: await pointId(), use: 'lesson' });
    await ask('classroom.open', { mode: 'numbered', cart: CART });
    await again();
    expect(await ask('wifiPoint.state', { cart: CART })).toMatchObject({
      points: [{ holds: [{ use: 'lesson', here: true }] }],
    });
    await expect.poll(() => hub.heard.at(-1)).toMatch(/state|health/);
    expect(feeds()).toBe('c');
    await ask('classroom.close', {});
    await expect.poll(feeds).toBe('o');

    await ask('wifiPoint.on', { point: await pointId(), use: 'lesson' });
    await again();
    await expect.poll(feeds, { timeout: 45_000 }).toBe('o');
    const { lines } = (await ask('wifiPoint.journal', { point: await pointId() })) as {
      lines: { what: string; why?: string }[];
    };
    expect(lines.slice(0, 2)).toMatchObject([{ what: 'off' }, { what: 'released', why: 'abandoned' }]);
  });

  async function hubId(): Promise<string> {
    const { hubs } = (await ask('cart.panel', { cart: CART })) as { hubs: { id: string }[] };
    return hubs[0]?.id ?? '';
  }
  async function pointId(): Promise<string> {
    const { points } = (await ask('wifiPoint.state', { cart: CART })) as { points: { id: string }[] };
    return points[0]?.id ?? '';
  }
});

describe('the power of a cart, by the screens', needs(veyonIsHere, 'Veyon, Xvnc or root is missing'), () => {
  let fleet: VeyonFleet;

  beforeAll(async () => {
    fleet = await startVeyonFleet(2);
    app = await launchApp();
    page = app.page;
    await newSchool(page);
    await ask('cart.create', { cart: CART, name: 'Chariot bleu', bays: 15 });
    await ask('connectors.importKey', {
      name: fleet.keyName,
      pem: createPrivateKey(fleet.privateKey).export({ type: 'pkcs8', format: 'pem' }),
    });
    for (const [n, { address, port }] of fleet.peers.entries()) {
      const label = `Ordinateur ${n + 1}`;
      const mac = `02005e10500${n}`;
      await ask('connectors.add', { label, by: 'veyon', host: address, port, mac });
      await ask('sets.place', { cart: CART, bay: n + 1, what: { by: 'scan', text: label } });
    }
    await ask('inventory.addDevice', { label: 'Tablette 3', kind: 'tablet', cart: CART, bay: 3 });
  });
  afterAll(async () => {
    await app.close();
    await fleet.stop();
  });

  it('is asked of several at once, taken back in time, then done with an outcome each', async () => {
    await toCart();
    await more(/Réveiller, éteindre/);
    await dialog()
      .getByRole('checkbox', { name: /Ordinateur 1/ })
      .waitFor();
    await dialog().getByText('Tablette 3 : rien ne le commande d’ici').waitFor();
    await look('puissance');
    await dialog().getByRole('button', { name: 'Éteindre (2)' }).click();
    await dialog()
      .getByText(/2 appareils s’éteignent dans \d+\ss/)
      .waitFor();
    await look('puissance-attente');
    await dialog().getByRole('button', { name: 'Annuler' }).click();
    await dialog().getByText('Annulé : rien n’a été fait.').waitFor();
    expect(fleet.logind.log.some((line) => line.includes('PowerOff'))).toBe(false);
    await dialog()
      .getByRole('checkbox', { name: /Ordinateur 2/ })
      .click();
    await dialog().getByRole('button', { name: 'Éteindre', exact: true }).click();
    await until(() => fleet.logind.log.some((line) => line.includes('PowerOff')), 60_000);
    await dialog().getByText('1 sur 1 : extinction demandée').waitFor();
    await dialog().getByRole('button', { name: 'Réveiller', exact: true }).click();
    await dialog().getByText('1 sur 1 : réveil demandé').waitFor();
    await look('puissance-faite');
  });

  it('is put to rest with the cart, and taken back while there is time', async () => {
    await page.keyboard.press('Escape');
    await button(page, 'Ranger').click();
    const slot = page.locator('[data-test=close-power]');
    await slot.getByRole('switch', { name: /Mettre 2 appareils au repos/ }).waitFor();
    await look('ranger-au-repos');
    await page.locator('[data-test=all-put-away]').click();
    await slot.getByText(/2 appareils au repos dans/).waitFor();
    await slot.getByRole('button', { name: 'Annuler' }).click();
    await slot.getByRole('switch').waitFor();
    const { run } = (await ask('power.look', { cart: CART })) as { run: { state: string } };
    expect(run.state).toBe('cancelled');
  });
});
