import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { launchApp, type RunningApp } from './harness';
import { look } from './walk/look';
import { button, goTo } from './walk/staff';

/** Headsets and keyboards of the demonstration's cart, by the screens alone: found again, paired, tried, counted. */
describe('the accessories of a cart', () => {
  let app: RunningApp;
  let page: Page;

  beforeAll(async () => {
    app = await launchApp({ demonstration: true });
    page = app.page;
    await page.setViewportSize({ width: 1366, height: 768 });
  });
  afterAll(async () => {
    await app.close();
  });

  /** The cart of fifteen, from the list of carts, then its accessories. */
  async function openAccessories(): Promise<void> {
    await goTo(page, 'Chariots');
    await page.locator('article', { hasText: 'Chariot bleu' }).getByRole('button').first().click();
    await button(page, 'Autres actions sur le chariot').click();
    await page.getByRole('menuitem', { name: 'Accessoires' }).click();
  }
  const toasted = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const wizard = () => page.getByRole('dialog', { name: 'Associer un accessoire' });
  const field = () => wizard().getByLabel('Scanner ou nommer un accessoire');

  it('says who has what and what is missing, since when and in whose hands last', async () => {
    await openAccessories();
    await page.getByRole('heading', { name: 'Il manque 1 accessoire' }).waitFor();
    await page.getByText(/depuis .*CE1-CE2 l’avait en dernier/).waitFor();
    await page.getByRole('button', { name: 'Casque 15' }).waitFor();
    await look(page, 'accessoires');
  });

  it('takes a headset back by one scan, and says where it goes', async () => {
    const scan = page.getByLabel('Scanner ou nommer un accessoire');
    await scan.fill('casque 07');
    await scan.press('Enter');
    await toasted('Casque 07 est retrouvé');
    await toasted('À ranger avec Tablette 7');
    await page.getByRole('heading', { name: 'Il manque 1 accessoire' }).waitFor({ state: 'detached' });
  });

  it('pairs a keyboard with a tablet by hand, step by step, and keeps how it was tried', async () => {
    await button(page, 'Associer un accessoire').click();
    await look(page, 'accessoires-lequel');
    // A scanner types wherever the hand is: each step begins in its field.
    const inHand = (label: string) =>
      expect
        .poll(() =>
          wizard()
            .getByLabel(label)
            .evaluate((one) => one === document.activeElement),
        )
        .toBe(true);
    await inHand('Scanner ou nommer un accessoire');
    await page.keyboard.type('Clavier 3');
    await page.keyboard.press('Enter');
    await wizard().getByRole('button', { name: 'Avec Tablette 3, comme avant' }).waitFor();
    await inHand('Avec quel appareil ?');
    await look(page, 'accessoires-avec-quoi');
    await wizard().getByRole('button', { name: 'Avec Tablette 3, comme avant' }).click();
    await wizard().getByText('Attendez « Connecté » sous son nom.').waitFor();
    await look(page, 'accessoires-relier');
    await wizard().getByRole('button', { name: 'Vérifier sur la tablette' }).click();
    // This tablet of the demonstration hangs on no cable: that is said, and the person goes on.
    await wizard()
      .getByText(/Branchez la tablette à cet ordinateur|adb/)
      .waitFor();
    await wizard().getByRole('button', { name: 'C’est fait' }).click();
    await wizard().getByText('Les lettres viennent-elles').waitFor();
    await wizard().getByRole('button', { name: 'Oui, ça écrit' }).click();
    await toasted('Clavier 3 va avec : Tablette 3');
    await page.getByRole('button', { name: 'Clavier 3' }).click();
    await page.getByText(/Marche\s: touches essayées/).waitFor();
    await look(page, 'accessoires-fiche');
    await page.keyboard.press('Escape');
  });

  it('tries a keyboard on this computer with the keys themselves', async () => {
    await button(page, 'Associer un accessoire').click();
    await field().fill('Clavier 1');
    await field().press('Enter');
    await wizard().getByRole('button', { name: 'Cet ordinateur' }).click();
    await wizard().getByRole('button', { name: 'Passer cette étape' }).click();
    const typed = wizard().getByLabel('Tapez ici');
    await typed.focus();
    await page.keyboard.type('été');
    await page.keyboard.press('Enter');
    await wizard()
      .getByText(/touches.*Entrée reçue/)
      .waitFor();
    await look(page, 'accessoires-touches');
    await wizard().getByRole('button', { name: 'Non', exact: true }).click();
    await toasted('Clavier 1 va avec : Cet ordinateur');
    await page.getByText('ne marchait pas').first().waitFor();
  });

  it('adds a series, with a name each', async () => {
    await button(page, 'Ajouter une série').click();
    const dialog = page.getByRole('dialog', { name: 'Ajouter une série d’accessoires' });
    await dialog.getByLabel('Combien').fill('2');
    await dialog.getByLabel('Nom du premier').fill('Casque 31');
    await dialog.getByText('Noms : Casque 31 … Casque 32').waitFor();
    await look(page, 'accessoires-serie');
    await dialog.getByRole('button', { name: 'Ajouter 2 accessoires' }).click();
    await dialog.getByText('2 accessoires ajoutés').waitFor();
    await dialog.getByRole('button', { name: 'Terminé' }).click();
    await page.getByRole('button', { name: 'Casque 32' }).waitFor();
  });

  it('names what did not come back when the cart is put away; undoing that undoes the count', async () => {
    await button(page, 'Le chariot').click();
    await button(page, 'Ranger').click();
    const dialog = page.getByRole('dialog').last();
    await dialog.getByRole('checkbox', { name: /Casque 02/ }).click();
    await dialog.getByText('Il manquera : Casque 02').waitFor();
    await look(page, 'accessoires-ranger');
    await dialog.locator('[data-test=all-put-away], [data-test=finish-missing]').first().click();
    await dialog.locator('[data-over]').waitFor();
    await page.keyboard.press('Escape');
    await openAccessories();
    await page.getByRole('heading', { name: 'Il manque 1 accessoire' }).waitFor();
    expect(await page.getByText('Casque 02').count()).toBeGreaterThan(0);

    await button(page, 'Le chariot').click();
    await button(page, 'Ranger').click();
    await dialog.getByRole('checkbox', { name: /Casque 03/ }).click();
    await dialog.getByText('Il manquera : Casque 02, Casque 03').waitFor();
    await dialog.locator('[data-test=all-put-away], [data-test=finish-missing]').first().click();
    await dialog.locator('[data-test=undo-put-away]').click();
    await dialog.locator('[data-place="1"]').waitFor();
    await page.keyboard.press('Escape');
    await openAccessories();
    // 02 was missing before it, 03 by it alone.
    await page.getByRole('heading', { name: 'Il manque 1 accessoire' }).waitFor();
  });

  it('has three invented tablets on the cable, one of which waits for « Autoriser », and says what is on another', async () => {
    await goTo(page, 'Inventaire');
    await button(page, 'Tablettes par câble').click();
    const line = (name: string) => page.locator('[data-test=cable-tablets] li', { hasText: name });
    await line('Tablette 21').getByText('62 %').waitFor();
    await line('Tablette 21').getByText('factice').waitFor();
    await line('Tablette 23').getByText('cochez « Toujours autoriser »').waitFor();
    await look(page, 'tablettes-demonstration');
    await line('Tablette 22').getByRole('button').click();
    const details = page.getByRole('dialog', { name: 'Tablette 22' });
    await details.getByText('org.geogebra.android').or(details.getByText('GeoGebra')).first().waitFor();
    await look(page, 'tablettes-demonstration-une');
    await page.keyboard.press('Escape');
  });
});
