// A school created from the demonstration and filled from the fixtures of ONDE: « Créer mon école ».
import { join } from 'node:path';
import { ROOT } from '../set-up/paths.mjs';
import { walkGuide } from './open.mjs';

const ONDE = join(ROOT, 'test/fixtures/onde/ancienne');
const PASSWORD = 'les hirondelles reviennent';

await walkGuide(async ({ page, shoot, press }) => {
  await press('Créer mon école');
  // Another folder opens first: its welcome, with the same door.
  const door = page.getByRole('link', { name: 'Créer mon école' });
  await door.or(page.getByLabel('Nom de l’école')).first().waitFor();
  if (await door.isVisible()) await door.click();
  await page.getByLabel('Nom de l’école').fill('École élémentaire Émile-Zola');
  await page.getByLabel(/UAI/).fill('0951099D');
  await press('Continuer');
  await page.getByLabel('Prénom').fill('Naïma');
  await page.getByLabel('Nom', { exact: true }).fill('Benali');
  for (const at of [0, 1]) await page.locator('input[type=password]').nth(at).fill(PASSWORD);
  await press('Créer l’école');
  await page.getByTestId('recovery-sheet').waitFor();
  // The picture of a sheet that opens an invented school, and only in the folder removed below.
  await page.getByTestId('recovery-sheet').scrollIntoViewIfNeeded();
  await shoot('fiche-de-secours');
  await page.getByRole('checkbox').click();
  await press('Importer les élèves');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(
      ['eleves', 'enseignants', 'responsables'].map((kind) => join(ONDE, `CSVExtraction-${kind}.csv`)),
    );
  await press('Vérifier');
  await page.getByRole('tab', { name: /À vérifier/ }).waitFor();
  await shoot('onde');
  await press('Enregistrer', { exact: true });
  await press('Créer les comptes');
  await press(/^Créer \d+ comptes/);
  await page.getByText('ne seront plus jamais affichés').waitFor();
  await shoot('mots-de-passe');
});
