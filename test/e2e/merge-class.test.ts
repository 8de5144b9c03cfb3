import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './harness';
import { expectAccessible } from './walk/accessible';
import { button, choose, goTo } from './walk/staff';
import { HEAD, HEAD_PASSWORD, SCHOOL, World } from './walk/world';

const FILES = ['eleves', 'responsables', 'enseignants'].map((kind) =>
  join(ROOT, 'test/fixtures/onde/actuelle', `CSVExtraction-${kind}.csv`),
);

describe('« Ma classe, tout de suite », then the school', () => {
  const world = new World();
  afterAll(() => world.end());

  it('finds its pupils in the school’s list, after a look', async () => {
    const poste = await world.poste();
    world.app = await poste.start();
    const { page } = world;
    await page.getByRole('link', { name: /Ma classe, tout de suite/ }).click();
    await page.getByLabel('Les prénoms de la classe').fill('Éliott\nyanis\nNoe\nSacha\nChloris');
    await button(page, 'Ouvrir ma classe').click();
    await page.locator('[data-test=join-panel]').waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'Plus').click();
    await page.getByRole('menuitem', { name: /Fermer la séance/ }).click();
    await button(page, 'Fermer sans ramasser').click();
    await page
      .getByText(/La séance est fermée/)
      .first()
      .waitFor();
    await button(page, 'Créer mon école').click();
    await page.getByLabel('Nom de l’école').fill(SCHOOL.name);
    await page.getByLabel('Numéro UAI (ex-RNE)').fill(SCHOOL.uai);
    await button(page, 'Continuer').click();
    await page.getByLabel('Prénom').fill(HEAD.first);
    await page.getByLabel('Nom', { exact: true }).fill(HEAD.family);
    await page.getByLabel('Nouveau mot de passe').fill(HEAD_PASSWORD);
    await page.getByLabel('Le nouveau, encore une fois').fill(HEAD_PASSWORD);
    await button(page, 'Créer l’école').click();
    await page.getByTestId('recovery-sheet').waitFor({ timeout: 60_000 });
    await page.getByRole('checkbox', { name: /La fiche est imprimée/ }).click();
    await button(page, 'Importer les élèves').click();
    await page.getByTestId('onde-files').setInputFiles(FILES);
    await page.getByTestId('onde-check').click();
    await page.getByTestId('import-write').click();
    await page.getByTestId('import-done').waitFor();
    await goTo(page, 'Classes et élèves');
    const notice = page.getByTestId('merge-notice');
    await notice.waitFor();
    await expectAccessible(page, 'classe sans fichier');
    await button(page, 'Retrouver les élèves').click();
    await page.getByRole('heading', { name: /Retrouver ses élèves/ }).waitFor();
    await page.getByTestId('merge-unite').waitFor();
    await expectAccessible(page, 'retrouver ses élèves');
    expect(await page.getByTestId('merge-unite').isDisabled()).toBe(true);
    await choose(page, page.getByRole('combobox', { name: /Qui est Sacha/ }), 'Sacha CHAUVET');
    await choose(page, page.getByRole('combobox', { name: /Qui est Chloris/ }), 'Un élève de plus');
    await page.getByTestId('merge-unite').click();
    await page.getByRole('heading', { name: 'CE1-CE2' }).waitFor();
    await page.getByText('Chloris', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Corriger Chloris' }).click();
    await page.getByLabel('Nom de famille').fill('Petit');
    await expectAccessible(page, 'corriger');
    await button(page, 'Enregistrer').click();
    await page.getByText('Petit', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Corriger Éliott' }).click();
    await button(page, 'Retirer de l’école').click();
    await page.getByText('1 élève parti').click();
    await expectAccessible(page, 'classe, parti');
    await button(page, 'De retour').click();
    await page.getByText('Éliott', { exact: true }).waitFor();
    await goTo(page, 'Classes et élèves');
    await page.getByRole('tabpanel').getByRole('row').nth(2).waitFor();
    expect(await notice.count()).toBe(0);
    expect(await page.getByText('Ma classe', { exact: true }).count()).toBe(0);
  });
});
