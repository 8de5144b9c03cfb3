import { expect } from 'vitest';
import { expectAccessible } from './accessible';
import { button, choose, goTo, savedText } from './staff';
import type { Step } from './steps';

export const CART = 'Chariot bleu';
export const BAYS = 15;
/** As the back of a tablet says; the Android peers answer to the first two. */
export const serialOf = (n: number): string => `PREAU${String(n).padStart(4, '0')}`;

export const prepareCart: readonly Step[] = [
  {
    says: 'has a cart of fifteen, scanned into the inventory one after the other',
    async does({ page }) {
      await goTo(page, 'Chariots');
      await page.getByLabel('Nom', { exact: true }).fill(CART);
      await page.getByLabel('Nombre de places').fill(String(BAYS));
      await expectAccessible(page, 'chariots, vide');
      await button(page, 'Ajouter ce chariot').click();
      await page.getByRole('heading', { name: CART, level: 1 }).waitFor();

      await goTo(page, 'Inventaire');
      await expectAccessible(page, 'inventaire, vide');
      await button(page, 'Ajouter du matériel').click();
      const dialog = page.getByRole('dialog', { name: 'Ajouter du matériel' });
      await dialog.getByLabel('Nom écrit dessus').fill('Tablette 1');
      await dialog.getByLabel('Modèle').fill('Onze pouces');
      await choose(page, dialog.getByLabel('Chariot'), CART);
      await dialog.getByLabel('Place', { exact: false }).fill('1');
      const serial = dialog.getByLabel('Numéro de série');
      for (let n = 1; n <= BAYS; n += 1) {
        await serial.fill(serialOf(n));
        await serial.press('Enter');
        await dialog.getByText(`Tablette ${n} est dans l’inventaire`).waitFor({ state: 'attached' });
      }
      await expectAccessible(page, 'inventaire, ajouter');
      // The same stack scanned again: told, and nothing doubled.
      await serial.fill(serialOf(3));
      await serial.press('Enter');
      await dialog.getByText('Ce numéro de série est déjà celui de Tablette 3').waitFor();
      await button(dialog, 'Terminé').click();
      await page.getByText('15 éléments').waitFor();
      await expectAccessible(page, 'inventaire');
    },
  },
  {
    says: 'pairs a headset with a tablet, finds either, and exports a spreadsheet',
    async does({ page }) {
      await page.getByRole('row', { name: /Tablette 4/ }).click();
      const sheet = page.getByRole('dialog', { name: 'Tablette 4' });
      await sheet.getByLabel('Associer un accessoire').fill('Casque 4');
      await sheet.getByLabel('Associer un accessoire').press('Enter');
      await sheet.getByLabel('C’est un…').click();
      await page.getByRole('option', { name: 'Casque', exact: true }).click();
      await sheet.getByRole('button', { name: 'Ajouter « Casque 4 » et l’associer' }).click();
      await sheet.getByRole('button', { name: 'Casque 4', exact: true }).waitFor();
      await expectAccessible(page, 'inventaire, fiche');
      await sheet.getByRole('button', { name: 'Fermer' }).click();

      const search = page.getByLabel('Chercher dans l’inventaire');
      await search.fill(serialOf(7));
      await page.getByText('1 trouvé', { exact: true }).waitFor();
      await page.getByRole('row', { name: /Tablette 7.*Chariot bleu, place 7/ }).waitFor();
      await search.fill('casque 4');
      await page.getByRole('row', { name: /Casque 4.*Avec Tablette 4/ }).waitFor();
      await search.fill('');

      const text = await savedText(page, async () => {
        await button(page, 'Autres actions sur l’inventaire').click();
        await page.getByRole('menuitem', { name: 'Exporter (CSV)' }).click();
        await page.getByText(/^Fichier enregistré/).waitFor();
      });
      expect(text.trim().split(/\r?\n/)).toHaveLength(1 + BAYS + 1);
      expect(text).toContain(serialOf(15));
      expect(text).toMatch(/Casque 4/);
    },
  },
];
