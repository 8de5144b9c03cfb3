import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedHub } from '../../src/demo/hub/hub';
import { serveHub, type HubServer } from '../../src/demo/hub/server';
import { systemTimers } from '../../src/main/cart/timers';
import { launchApp, type RunningApp } from './harness';
import { expectAccessible } from './walk/accessible';
import { newSchool } from './walk/opening';
import { button, goTo } from './walk/staff';
import type { Page } from 'playwright-core';

describe('a charging hub on the cart’s screen', () => {
  let app: RunningApp;
  let page: Page;
  let server: HubServer;
  const hub = new SimulatedHub({ timers: systemTimers, seed: 8, serial: 'ESSAI001' }).fill([7]);

  beforeAll(async () => {
    server = await serveHub(hub, systemTimers);
    app = await launchApp();
    page = app.page;
    await newSchool(page);
    await goTo(page, 'Chariots');
    await page.getByLabel('Nom', { exact: true }).fill('Valise bleue');
    await page.getByLabel('Nombre de places').fill('15');
    await button(page, 'Ajouter ce chariot').click();
    await page.getByRole('heading', { name: 'Valise bleue', level: 1 }).waitFor();
  });
  afterAll(async () => {
    await app.close();
    await server.close();
  });

  const dialog = () => page.getByRole('dialog', { name: 'Relier ce qui parle de la charge' });

  it('is tried before it is kept: an address where nobody answers, then fifteen places', async () => {
    await button(page, 'Autres actions sur le chariot').click();
    await page.getByRole('menuitem', { name: /Relier une borne de charge/ }).click();
    await dialog()
      .getByRole('radio', { name: /Une multiprise du réseau/ })
      .click();
    await expectAccessible(page, 'relier une multiprise');
    await dialog()
      .getByRole('radio', { name: /Une borne par le réseau/ })
      .click();
    await dialog().getByLabel('Adresse').fill('127.0.0.1');
    await dialog().getByLabel('Numéro de port').fill('1');
    await page.keyboard.press('Enter');
    await dialog().locator('[data-test=hub-mute]').waitFor();
    await expectAccessible(page, 'relier une borne, sans réponse');

    await dialog().getByLabel('Numéro de port').fill(String(server.port));
    await page.keyboard.press('Enter');
    await dialog().getByText('15 places répondent').waitFor();
    await dialog().getByText('PP15S').waitFor();
    await dialog().getByText('Elle occupe alors les places 1 à 15.').waitFor();
    await expectAccessible(page, 'relier une borne, essayée');
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'hidden' });
  });

  it('that ran short of power is said, and restarted by a click', async () => {
    hub.dipVoltage();
    const alert = page.locator('[data-test=hub-alert]', { hasText: 'a manqué de courant' });
    await alert.waitFor();
    expect(hub.heard).not.toContain('reboot');
    await expectAccessible(page, 'une borne qui a manqué de courant');
    await alert.getByRole('button', { name: 'Redémarrer la borne' }).click();
    await page
      .getByRole('region', { name: /Notifications/ })
      .getByText(/La borne redémarre/)
      .waitFor();
    await alert.waitFor({ state: 'hidden' });
    expect(hub.heard.filter((command) => command === 'reboot')).toHaveLength(1);
  });

  it('that is unplugged is said, and can be forgotten', async () => {
    await server.close();
    const lost = page.locator('[data-test=hub-lost]');
    await lost.getByText(/ne répond plus depuis/).waitFor();
    await expectAccessible(page, 'une borne perdue');
    await lost.getByRole('button', { name: 'Ne plus l’attendre' }).click();
    await lost.waitFor({ state: 'hidden' });
  });
});
