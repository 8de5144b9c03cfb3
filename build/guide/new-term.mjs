// The pictures of docs/guide/ma-rentree-en-une-heure.md, taken by doing what it says on an empty folder and the invented
// school of school-files.mjs.
import { join } from 'node:path';
import { walkGuide } from './open.mjs';
import { writeSchoolFiles } from './school-files.mjs';
import { say } from '../set-up/paths.mjs';

const PASSWORD = 'les hirondelles reviennent';
const began = Date.now();

await walkGuide(
  async ({ page, folder, shoot, press, goTo, frenchDates }) => {
    const dialog = page.getByRole('dialog');
    const tab = (name) => page.getByRole('tab', { name }).click();

    await page.getByRole('link', { name: 'Créer mon école' }).click();
    await page.getByLabel('Nom de l’école').fill('École primaire du Verger');
    await page.getByLabel(/UAI/).fill('0951099D');
    await press('Continuer');
    await page.getByLabel('Prénom').fill('Anselme');
    await page.getByLabel('Nom', { exact: true }).fill('Huchet');
    for (const at of [0, 1]) await page.locator('input[type=password]').nth(at).fill(PASSWORD);
    await press('Créer l’école');
    await page.getByTestId('recovery-sheet').waitFor();
    await page.getByRole('checkbox').click();

    await press('Importer les élèves');
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles(writeSchoolFiles(join(folder, 'onde')));
    await press('Vérifier');
    await page.getByTestId('import-write').waitFor();
    await frenchDates();
    await shoot('rentree-verifier');
    await press('Enregistrer', { exact: true });
    await page.getByTestId('import-done').waitFor();
    await press('Créer les comptes');
    await press(/^Créer \d+ comptes/);
    await page.getByText('ne seront plus jamais affichés').waitFor();

    await goTo('Classes et élèves');
    await page.getByRole('link', { name: 'CP A' }).click();
    await page.getByText('Demander un code en images').click();
    await page.getByText('Chaque élève a un code').first().waitFor();
    await press('Imprimer les cartes');
    await page.getByRole('heading', { name: 'Cartes de CP A' }).waitFor();
    await page.emulateMedia({ media: 'print' });
    await shoot('rentree-cartes');
    await page.emulateMedia({ media: null });

    await goTo('Classes et élèves');
    await press('Les parents');
    await page.getByRole('button', { name: /^CP A \(/ }).click();
    const rows = page.getByTestId('confirm-row');
    await rows.first().waitFor();
    await rows.first().getByRole('checkbox').first().focus();
    for (let row = 0; row < 6; row += 1) await page.keyboard.press('Enter');
    await frenchDates();
    await shoot('rentree-parents');

    await goTo('Droits');
    await press('Remplacer…');
    await dialog.getByRole('combobox').first().click();
    await page.getByRole('option', { name: /ESTIENNE/ }).click();
    await dialog.getByLabel('Prénom').fill('Basile');
    await dialog.getByLabel('Nom', { exact: true }).fill('Renoir');
    await frenchDates();
    await shoot('rentree-remplacer');
    await page.reload();
    await page.getByRole('heading', { name: 'Droits et remplacements' }).waitFor();

    await goTo('Vie privée');
    await tab('Photos');
    await page.getByRole('table').waitFor();
    await shoot('rentree-photos');
    await tab('Informations');
    await page.getByRole('heading', { name: 'Vos droits' }).waitFor();
    await page.getByRole('radio', { name: 'les élèves' }).click();
    await page.getByText(/Rien n’est enregistré/).waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await shoot('rentree-informations');

    await goTo('Groupes, accueils');
    await press('Répartir une classe');
    await page
      .getByRole('link', { name: /^CE1/ })
      .or(page.getByRole('button', { name: /^CE1/ }))
      .first()
      .click();
    await page.getByText('enfants placés').waitFor();
    await frenchDates();
    await shoot('rentree-repartir');

    await goTo('L’année');
    await page.getByRole('heading', { name: 'La date de l’école' }).waitFor();
    await frenchDates();
    await shoot('rentree-annee');
    say(`walked in ${String(Math.round((Date.now() - began) / 1000))} s`);
  },
  ['--no-demonstration'],
);
