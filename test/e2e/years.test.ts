import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { launchApp, type RunningApp } from './harness';
import { expectAccessible } from './walk/accessible';
import { REHEARSAL } from './walk/network';
import { button, choose, goTo } from './walk/staff';

/** Where pictures of the screens go; nowhere unless it is asked. */
const PICTURES = process.env['PREAU_PICTURES'];

describe('« L’année »', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await launchApp({ demonstration: true, env: { PREAU_LAN: REHEARSAL } });
  });
  afterAll(() => app.close());

  /** Accessible on an office PC and on a tablet. */
  async function look(page: Page, screen: string): Promise<void> {
    for (const [width, height] of [
      [820, 1180],
      [1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expectAccessible(page, `${screen} ${String(width)}`);
      if (PICTURES) {
        mkdirSync(PICTURES, { recursive: true });
        await page.screenshot({ path: join(PICTURES, `${screen}-${String(width)}.png`), fullPage: true });
      }
    }
  }

  it('is prepared, closed with a date that was looked at, and read on paper', async () => {
    const { page } = app;
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    // A roll call, for the register to hold something.
    await goTo(page, 'L’appel');
    await button(page, 'L’appel est fait').click();
    await page.getByText(/Appel fait par/).waitFor();

    // A year is not closed over a lesson that is under way.
    await goTo(page, 'Classe mobile');
    await button(page, 'Autres actions').click();
    await page.getByRole('menuitem', { name: /Fermer la séance/ }).click();
    await page
      .getByText(/La séance est fermée/)
      .first()
      .waitFor();

    await goTo(page, 'L’année');
    await page.getByRole('heading', { name: 'La date de l’école' }).waitFor();
    await look(page, 'annee');
    // By the keyboard alone.
    const prepare = button(page, 'Préparer l’année suivante');
    await prepare.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Préparer l’année/ }).waitFor();
    await look(page, 'preparer');

    // Children of CM1-CM2 leave; who has no class yet is given one.
    const waiting = page.getByRole('tab', { name: /Sans classe/ });
    await waiting.waitFor();
    const places = page.getByRole('combobox', { name: /^Classe de / });
    if ((await places.count()) > 0) {
      const first = places.first();
      const name = (await first.getAttribute('aria-label')) ?? '';
      await choose(page, first, 'Quitte l’école');
      await page.getByRole('tab', { name: /Quittent l’école/ }).click();
      await page.getByRole('combobox', { name }).waitFor();
    }
    await button(page, 'Ajouter une classe').click();
    await page.getByLabel('Nom de la classe').last().fill('CP bleu');
    await button(page, 'Enregistrer la préparation').click();
    await page.getByText('Préparation enregistrée.').first().waitFor();

    await page.getByRole('button', { name: /^Fermer l’année/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const title = (await dialog.getByRole('heading').first().textContent()) ?? '';
    const year = Number(/(\d{4})-/.exec(title)?.[1]);
    await look(page, 'fermer');
    const close = dialog.getByRole('button', { name: /fermer l’année|Fermer l’année/ });
    expect(await close.isDisabled()).toBe(true);
    await dialog.getByLabel('Nous sommes le').fill(`${String(year + 1)}-07-05`);
    await dialog.getByRole('checkbox', { name: /J’ai vérifié/ }).click();
    await close.click();
    // The date is far from today's: it is asked once more.
    const far = dialog.getByRole('button', { name: /La date est juste/ });
    if (
      (await Promise.race([far.waitFor().then(() => 'far'), dialog.waitFor({ state: 'hidden' })])) === 'far'
    )
      await far.click();
    await page.getByRole('heading', { name: `Année ${String(year + 1)}-${String(year + 2)}` }).waitFor();
    await page.getByRole('heading', { name: `Année ${String(year)}-${String(year + 1)}` }).waitFor();
    await page.getByRole('heading', { name: 'Les ordinateurs' }).waitFor();
    await look(page, 'fermee');

    await page
      .getByRole('link', { name: /Registre de/ })
      .first()
      .click();
    await page.getByRole('heading', { name: /Registre d’appel de/ }).waitFor();
    await page.getByRole('table').first().waitFor();
    await look(page, 'registre');

    await goTo(page, 'Classes et élèves');
    await page.getByText('CP bleu').first().waitFor();
    await button(page, 'Passage de relais').click();
    await page.getByRole('heading', { name: 'Passage de relais' }).waitFor();
    await look(page, 'relais');
    await page.getByRole('textbox').first().fill('Lit bien à voix haute.');
    await page
      .getByRole('button', { name: /Enregistrer la note/ })
      .first()
      .click();
    await page.locator('strong', { hasText: /Note sur .* enregistrée/ }).waitFor();
  });
});
