import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Page } from 'playwright-core';
import { needs } from '../needs';
import { until } from '../peers/veyon/logind';
import { startVeyonFleet, veyonIsHere, type VeyonFleet } from '../peers/veyon/fleet';
import { launchApp, type RunningApp } from './harness';
import { look } from './walk/look';
import { newSchool } from './walk/opening';
import { button, goTo } from './walk/staff';

/** The computers of a room that has Veyon, by the screens alone: the key once, two real PCs, a lesson. */
describe('a room with Veyon', needs(veyonIsHere, 'Veyon, Xvnc or root is missing'), () => {
  let app: RunningApp;
  let page: Page;
  let fleet: VeyonFleet;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'computers-'));
    fleet = await startVeyonFleet(2);
    app = await launchApp();
    page = app.page;
    await newSchool(page);
  });
  afterAll(async () => {
    await app.close();
    await fleet.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('takes the school’s key once, and says what is wrong with a file that is none', async () => {
    await page.goto(page.url().replace(/#.*/, '#/appareils'));
    await page.getByTestId('add-computer').click();
    await page.getByTestId('veyon-key').waitFor();
    await look(page, 'ordinateurs-cle');
    const [wrong, right] = [join(folder, 'photo.pem'), join(folder, `${fleet.keyName}_private_key.pem`)];
    await writeFile(wrong, 'not a key');
    await writeFile(right, fleet.privateKey);
    await page.locator('[data-testid=veyon-key] input[type=file]').setInputFiles(wrong);
    await page.getByLabel('Nom de la clé').fill('ecole');
    await page.getByTestId('import-key').click();
    await page
      .getByText('Ce fichier n’est pas une clé privée de Veyon')
      .or(page.getByText("Ce fichier n'est pas une clé privée de Veyon"))
      .first()
      .waitFor();
    await page.locator('[data-testid=veyon-key] input[type=file]').setInputFiles(right);
    await page.getByTestId('import-key').click();
    await page.getByTestId('computer-host').waitFor();
  });

  it('tries a computer at once: one cause where it does not answer, then adds it', async () => {
    await page.getByTestId('computer-label').fill('Poste 1');
    await page.getByTestId('computer-host').fill('127.0.0.1');
    await page.getByTestId('computer-test').click();
    // Nothing listens at Veyon’s usual port here.
    await page.getByText('L’ordinateur est là, mais Veyon (ou VNC) n’y tourne pas').waitFor();
    await look(page, 'ordinateurs-refuse');
    for (const [n, { address, port }] of fleet.peers.entries()) {
      if (n > 0) await page.getByTestId('add-computer').click();
      await page.getByTestId('computer-label').fill(`Poste ${n + 1}`);
      await page.getByTestId('computer-host').fill(`${address}:${port}`);
      await page.getByTestId('computer-test').click();
      await page.getByText('Il répond, tout va bien.').waitFor();
      if (n === 0) await look(page, 'ordinateurs-repond');
      await page.getByTestId('computer-save').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.getByText('Veyon · 127.0.0.1').first().waitFor();
    await look(page, 'appareils');
  });

  it('calls them into a lesson: their screens on the wall, a message on theirs', async () => {
    await goTo(page, 'Classe mobile');
    await page
      .getByRole('radio', { name: /numéro/i })
      .first()
      .click();
    await button(page, 'Ouvrir la séance').click();
    await button(page, 'Plus').click();
    await page.getByRole('menuitem', { name: 'Ordinateurs de la salle' }).click();
    await page.getByTestId('stations-call').click();
    await page.getByTestId('stations-dismiss').waitFor();
    await look(page, 'ordinateurs-seance');
    await page.getByLabel('Message à l’écran').fill('Rangez vos cahiers');
    await page.getByRole('dialog').getByRole('button', { name: 'Envoyer' }).click();
    await page.getByText('Fait sur 2 ordinateurs.').waitFor();
    await page.keyboard.press('Escape');
    await until(async () => (await page.locator('canvas[data-live=true]').count()) === 2);
    await page.setViewportSize({ width: 1366, height: 768 });
    await look(page, 'mur');
  });
});
