// node build/guide-images.mjs: the pictures of docs/guide, taken by walking the screens of an empty data folder: the
// demonstration, then a school created and filled from the fixtures of ONDE; with --at-once, a class opened at once
// instead. Needs Chromium.
// Writes docs/images/guide-*.png (light, 1366 × 768, French).
import { join } from 'node:path';
import { walkGuide } from './guide/open.mjs';
import { ROOT } from './set-up/paths.mjs';

const ONDE = join(ROOT, 'test/fixtures/onde/ancienne');
const PASSWORD = 'les hirondelles reviennent';

await walkGuide(async ({ page, shoot, press, goTo, closeDialog }) => {
  const demonstration = async () => {
    await goTo('Classe mobile');
    await page.locator('[data-test=wall] button').nth(14).waitFor();
    await page.waitForTimeout(6_000);
    await shoot('seance');
    await press('Attention !');
    await shoot('attention');
    await press('Libérer les écrans');
    await press('Envoyer', { exact: true });
    await shoot('envoyer');
    await closeDialog();
    await page.locator('[data-test=last-item]').click();
    await shoot('recu');
    await closeDialog();
    await page.locator('[data-test=work]').click();
    await page.getByRole('row').nth(1).waitFor();
    await shoot('travaux');
    await goTo('Appareils');
    await press('Préparer un appareil');
    await press('Suivant');
    await shoot('preparer');
    await closeDialog();
    await goTo('Chariots');
    await page.locator('article button.open').first().click();
    await page.locator('[data-bay="15"]').waitFor();
    await shoot('chariot');
    await press('Ranger', { exact: true });
    await shoot('ranger');
    await closeDialog();
    await goTo('Synchronisation');
    await press('Synchroniser maintenant');
    await page.getByText('Rien n’attend').waitFor();
    await shoot('synchroniser');
  };
  const school = async () => {
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
  };
  const atOnce = async () => {
    await press('Ma classe, tout de suite');
    await page.locator('textarea').fill('Aïcha, Alice, Camille, Elif, Éliott, Fatou, Gabriel, Gaspard');
    await shoot('prenoms');
    await press('Ouvrir ma classe');
    await page.getByRole('dialog').waitFor();
    await shoot('faire-entrer');
    await closeDialog();
  };

  await demonstration();
  await (process.argv.includes('--at-once') ? atOnce() : school());
});
