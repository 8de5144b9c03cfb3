import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from './harness';
import { REHEARSAL } from './walk/network';
import { look } from './walk/look';
import { button, choose, goTo } from './walk/staff';

describe('« L’année »', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await launchApp({ demonstration: true, env: { PREAU_LAN: REHEARSAL } });
  });
  afterAll(() => app.close());

  it('is prepared, opened with a date that was looked at, taken back, confirmed, and read on paper', async () => {
    const { page } = app;
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    // A roll call, for the register to hold something.
    await goTo(page, 'L’appel');
    await button(page, 'L’appel est fait').click();
    await page.getByText(/Appel fait par/).waitFor();

    // A year is not closed over a lesson that is under way.
    await goTo(page, 'Classe mobile');
    await button(page, 'Plus').click();
    await page.getByRole('menuitem', { name: /Fermer la séance/ }).click();
    await button(page, 'Fermer sans ramasser').click();
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

    // One child by the keyboard, a whole class at once, and the last decision taken back.
    await choose(page, page.getByRole('combobox', { name: 'Élèves à regarder' }), 'CE1-CE2');
    const row = page.locator('[data-pupil]').first();
    await row.focus();
    const who = (await row.locator('strong').textContent()) ?? '';
    const passage = page.getByRole('combobox', { name: `Décision pour ${who}` });
    await page.keyboard.press('d');
    await passage.filter({ hasText: 'Départ' }).waitFor();
    await page.keyboard.press('Control+z');
    await passage.filter({ hasNotText: 'Départ' }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(
      await page
        .locator('[data-pupil]')
        .nth(1)
        .evaluate((one) => one === document.activeElement),
    ).toBe(true);
    await page.getByText(/^Décider pour/).click();
    await choose(page, page.getByRole('combobox', { name: 'Décision pour tous' }), 'Collège');
    await page.getByRole('button', { name: /^Appliquer aux/ }).click();
    await passage.filter({ hasText: 'Collège' }).waitFor();
    await look(page, 'toute-la-classe');
    await button(page, 'Annuler la dernière décision').click();
    await passage.filter({ hasNotText: 'Collège' }).waitFor();

    await page.getByRole('tab', { name: /Les nouveaux élèves/ }).click();
    await page.getByLabel('Nom', { exact: true }).fill('Quatrebarbes');
    await page.getByLabel('Prénom', { exact: true }).fill('Isidore');
    await button(page, 'Ajouter l’élève').click();
    await page.getByText('Quatrebarbes Isidore').first().waitFor();
    await look(page, 'nouveaux');
    await page.getByRole('tab', { name: 'L’équipe' }).click();
    await look(page, 'equipe');
    await page.getByRole('tab', { name: /Les classes/ }).click();
    await button(page, 'Ajouter une classe').click();
    const unnamed = page
      .getByRole('group')
      .filter({ hasText: 'Nouvelle classe' })
      .getByLabel('Nom de la classe');
    await unnamed.fill('CP bleu');
    await unnamed.press('Enter');
    await page.getByText('Classe CP bleu enregistrée').first().waitFor();
    await look(page, 'classes');

    await page.getByRole('button', { name: /^Ouvrir la nouvelle année/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const title = (await dialog.getByRole('heading').first().textContent()) ?? '';
    const year = Number(/(\d{4})-/.exec(title)?.[1]) - 1;
    await look(page, 'ouvrir');
    const close = dialog.getByRole('button', { name: /ouvrir l’année|Ouvrir l’année/ });
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
    await look(page, 'ouverte');

    // Back to the year before, which is as it was; and the new one again, with its classes.
    const opened = `${String(year + 1)}-${String(year + 2)}`;
    await page.getByRole('button', { name: /^Reprendre l’année/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Reprendre l’année/ })
      .click();
    await page.getByRole('heading', { name: `L’année ${opened} est ouverte` }).waitFor({ state: 'detached' });
    await button(page, 'Continuer la préparation').click();
    await page.getByRole('tab', { name: /Les classes/ }).click();
    await page.getByText('CP bleu').first().waitFor();
    await page.getByRole('button', { name: /^Ouvrir la nouvelle année/ }).click();
    await dialog.getByLabel('Nous sommes le').fill(`${String(year + 1)}-07-05`);
    await dialog.getByRole('checkbox', { name: /J’ai vérifié/ }).click();
    await close.click();
    await page.getByRole('heading', { name: `L’année ${opened} est ouverte` }).waitFor();
    await button(page, 'Confirmer la rentrée').click();
    await look(page, 'confirmer');
    await page.getByRole('dialog').getByRole('button', { name: 'Confirmer la rentrée' }).click();
    await page.getByRole('heading', { name: `L’année ${opened} est ouverte` }).waitFor({ state: 'detached' });

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
