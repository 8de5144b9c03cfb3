import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import type { Pupil } from './harness';
import { expectAccessible } from './walk/accessible';
import { makePdf } from './pupil/pdf-fixture';
import * as child from './walk/child';
import { button, goTo } from './walk/staff';
import { World } from './walk/world';

const NAMES = ['Léa', 'Noé', 'Inès', 'Malo', 'Zoé', 'Hugo'];
async function more(page: Page, entry: string): Promise<void> {
  await button(page, 'Plus').click();
  await page.getByRole('menuitem', { name: entry }).click();
}
const tile = (page: Page, name: string) => page.locator('[data-seat]', { hasText: name });
async function closeLesson(page: Page): Promise<void> {
  await more(page, 'Fermer la séance');
  await page.getByRole('dialog').getByRole('button', { name: 'Fermer sans ramasser' }).click();
  await page.locator('[data-test=open-lesson]').waitFor();
}

describe('a class that comes back to its tablets', () => {
  const world = new World();
  afterAll(() => world.end());

  async function enrol(page: Page): Promise<Pupil> {
    await button(page, 'Préparer un appareil').click();
    const dialog = page.getByRole('dialog', { name: 'Préparer un appareil' });
    await button(dialog, 'Suivant').click();
    const address = dialog.locator('.address');
    await address.waitFor();
    if (!world.authority) {
      const answer = await fetch(new URL('/ecole.crt', await address.innerText()));
      const lines =
        Buffer.from(await answer.arrayBuffer())
          .toString('base64')
          .match(/.{1,64}/g) ?? [];
      world.authority = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    }
    await button(dialog, 'C’est fait').click();
    const code = (await dialog.locator('[data-test=enrol-code]').innerText()).replace(/\s/g, '');
    const pupil = await world.device({ kind: 'tablet', authority: world.authority });
    await pupil.page.goto(`${(await address.innerText()).trim()}#enrol=${code}`);
    await pupil.page.getByText(/va (bientôt commencer|ouvrir la classe)/).waitFor();
    await button(dialog, 'Terminer').click();
    return pupil;
  }

  it('greets, goes on with a spare in two taps with the drawing, and finds its groups again', async () => {
    const poste = await world.poste();
    world.app = await poste.start();
    const { page } = world;
    await page.getByRole('link', { name: /Ma classe, tout de suite/ }).click();
    await page.getByLabel('Les prénoms de la classe').fill(NAMES.join('\n'));
    await button(page, 'Ouvrir ma classe').click();
    await page.locator('[data-test=join-panel]').waitFor();
    await page.keyboard.press('Escape');
    await closeLesson(page);

    await goTo(page, 'Appareils');
    const first = await enrol(page);
    const spare = await enrol(page);
    await goTo(page, 'Classe mobile');
    const change = button(page, 'Changer');
    await page.locator('[data-test=open-lesson]').waitFor();
    if (await change.isVisible()) await change.click();
    await page.getByRole('radio', { name: /Par prénom/ }).click();
    await page.locator('[data-test=open-lesson]').click();

    await first.page.getByRole('button', { name: 'Léa', exact: true }).click();
    await first.page.getByRole('heading', { name: 'Bonjour Léa !' }).waitFor();
    const sheet = join(poste.folder, 'feuille.pdf');
    await writeFile(sheet, makePdf(1));
    await page.locator('[data-test=send]').click();
    await page.locator('[data-test=send-file]').setInputFiles(sheet);
    await page.locator('[data-test=send-now]').click();
    await page.locator('[data-test=send-now]').waitFor({ state: 'hidden' });
    await child.button(first.page, 'Crayon rouge').click();
    await child.drawLine(first.page);
    await tile(page, 'Léa').waitFor();
    // What became of it was shown meanwhile.
    await page.keyboard.press('Escape');
    // Its battery is flat.
    await first.close();

    const swap = page.locator('[data-test=swap-here]');
    await swap.waitFor({ timeout: 30_000 });
    await expectAccessible(page, 'mur, une tablette n’est plus là');
    await swap.click();
    await page.getByRole('menuitem').first().click();
    await page.locator('strong', { hasText: 'le travail a suivi' }).waitFor();
    await expect
      .poll(() => spare.page.locator('.p-draw path').count(), { timeout: 20_000 })
      .toBeGreaterThan(0);

    await more(page, 'Plan et groupes');
    await page.locator('[data-test=draw]').click();
    const groups = page.locator('[data-group]');
    await expect.poll(() => groups.count()).toBe(4);
    await expectAccessible(page, 'plan et groupes');
    const before = await groups.allInnerTexts();
    expect(
      before
        .join(' ')
        .split(/\s+/)
        .filter((word) => NAMES.includes(word))
        .sort(),
    ).toEqual([...NAMES].sort());
    await page.keyboard.press('Escape');
    await closeLesson(page);

    await page.locator('[data-test=as-last-time]').waitFor();
    await expectAccessible(page, 'ouvrir comme la dernière fois');
    await page.locator('[data-test=open-lesson]').click();
    await spare.page.getByRole('heading', { name: 'Bonjour Léa ?' }).waitFor();
    await expectAccessible(spare.page, 'élève, bonjour');
    await child.button(spare.page, 'Oui, c’est moi').click();
    await spare.page.getByRole('heading', { name: 'Bonjour Léa !' }).waitFor();
    await more(page, 'Plan et groupes');
    await expect.poll(() => groups.allInnerTexts()).toEqual(before);
    await page.keyboard.press('Escape');

    await more(page, 'Vérifier ma salle');
    const devices = page.locator('[data-test=check-devices]');
    await devices.getByText('Tout va bien').first().waitFor({ timeout: 20_000 });
    await expectAccessible(page, 'vérifier ma salle');
  });
});
