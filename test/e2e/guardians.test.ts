import { afterAll, describe, expect, it } from 'vitest';
import { eventually } from './walk/eventually';
import { look, onPaper } from './walk/look';
import { importOnde, newSchool } from './walk/opening';
import { button, choose, goTo } from './walk/staff';
import { World } from './walk/world';

describe('« Les parents »', () => {
  const world = new World();
  afterAll(() => world.end());

  it('are confirmed by the head, class by class and one by one, and printed', async () => {
    const poste = await world.poste();
    world.app = await poste.start();
    const { page } = world;
    await newSchool(page);

    // Nobody yet: the screen says what brings them.
    await goTo(page, 'Classes et élèves');
    await button(page, 'Les parents').click();
    await page.getByText('Pas encore d’élève dans l’école').waitFor();
    await look(page, 'parents-vide');
    await button(page, 'Importer depuis ONDE').click();
    await importOnde(page);

    await goTo(page, 'Classes et élèves');
    await button(page, 'Les parents').click();
    await page.getByText(/autorités parentales à confirmer/).waitFor();
    await look(page, 'parents');

    // A class, by the keyboard alone: Enter down the list, one parent left aside.
    await page.getByRole('button', { name: /^CE1-CE2 \(/ }).click();
    const rows = page.getByTestId('confirm-row');
    await rows.first().waitFor();
    const count = await rows.count();
    expect(count).toBeGreaterThan(5);
    expect(await button(page, 'Confirmer').isDisabled()).toBe(true);
    await look(page, 'parents-confirmer');
    await rows.first().getByRole('checkbox').first().focus();
    for (let row = 0; row < count; row += 1) await page.keyboard.press('Enter');
    const boxes = page.getByTestId('confirm-row').getByRole('checkbox');
    await eventually(() =>
      page.getByTestId('confirm-row').getByRole('checkbox', { checked: true }).count(),
    ).toBe(await boxes.count());
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: /^Confirmer \d+ personnes$/ }).click();
    await page
      .getByText(/personnes confirmées/)
      .first()
      .waitFor();
    await eventually(() => rows.count()).toBe(1);

    // A judgement: one parent no longer exercises authority.
    await goTo(page, 'Classes et élèves');
    await button(page, 'Les parents').click();
    await page.getByLabel('Chercher un enfant ou un parent').fill('angelo');
    await page.getByRole('link', { name: /Hugo D’ANGELO|Hugo D'ANGELO/ }).click();
    const card = page.getByTestId('guardian-card').filter({ hasText: 'Olivier' });
    await card.waitFor();
    await look(page, 'parents-enfant');
    await card.getByRole('button', { name: /^Confirmer|^Un changement/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /N’exerce pas/ }).click();
    await dialog.getByLabel('Vu le').fill('2026-09-10');
    await look(page, 'parents-jugement');
    await button(dialog, 'C’est vrai').click();
    await card.getByText('N’exerce pas').waitFor();
    await card.getByText('N’est pas sur la liste « qui prévenir ».').waitFor();
    await page
      .getByTestId('authority-history')
      .getByText(/^Historique/)
      .click();
    await page.getByText('vaut aujourd’hui').waitFor();
    await look(page, 'parents-historique');
    await button(page, 'Reprendre').click();
    await card.getByText('À confirmer').waitFor();
    expect(await page.getByText('retiré').count()).toBe(1);

    // One alone, the other no longer: said in one breath, taken back in one.
    const mother = page.getByTestId('guardian-card').filter({ hasText: 'Amandine' });
    await button(mother, 'Confirmer').click();
    await dialog.getByRole('radio', { name: /^Exerce seule/ }).click();
    await dialog.getByRole('checkbox', { name: /Olivier D.ANGELO n’exerce pas/ }).click();
    await look(page, 'parents-seule');
    await button(dialog, 'C’est vrai').click();
    await mother.getByText('Exerce seule').waitFor();
    await card.getByText('N’exerce pas').waitFor();
    await page.getByRole('button', { name: 'Annuler' }).last().click();
    await mother.getByText('À confirmer').waitFor();
    await card.getByText('À confirmer').waitFor();

    // Somebody with a long name, by hand; then corrected.
    await button(page, 'Ajouter un responsable').first().click();
    await dialog.getByLabel('Prénom').fill('Marie-Antoinette Joséphine');
    await dialog.getByLabel('Nom de famille').fill('de Villeneuve-Saint-Georges d’Aubervilliers');
    await dialog.getByLabel('Portable').fill('06 39 98 12 34');
    await dialog
      .getByLabel('Numéro et rue')
      .fill('1 bis, résidence des Grands-Champs, bâtiment C, escalier 4');
    await dialog.getByLabel('Commune').fill('Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson');
    await look(page, 'parents-ajouter');
    await button(dialog, 'Ajouter').click();
    const grandmother = page.getByTestId('guardian-card').filter({ hasText: 'Villeneuve' });
    await grandmother.getByText('06 39 98 12 34'.replaceAll(' ', '\u00a0')).waitFor();
    await look(page, 'parents-nom-long');
    // The same name again is asked about, and taken back.
    await button(page, 'Ajouter un responsable').first().click();
    await dialog.getByLabel('Nom de famille').fill('Barb');
    await dialog.getByText('L’école connaît déjà').waitFor();
    await page.keyboard.press('Escape');
    await button(dialog, 'Fermer sans enregistrer').click();

    // Twice the same person, by two hands: asked, put together, taken apart.
    await button(page, 'Ajouter un responsable').first().click();
    await dialog.getByLabel('Prénom').fill('Marie-Antoinette Josephine');
    await dialog.getByLabel('Nom de famille').fill('DE VILLENEUVE SAINT GEORGES D’AUBERVILLIERS');
    await dialog.getByLabel('Portable').fill('0639981234');
    await button(dialog, 'Ajouter').click();
    await page.getByTestId('guardian-card').nth(3).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Les parents' }).click();
    await page.getByText('1 personne est peut-être inscrite deux fois').waitFor();
    await button(page, 'Regarder').click();
    const twins = page.getByTestId('twins');
    await twins.waitFor();
    await look(page, 'parents-doublons');
    await twins.getByRole('button', { name: /garder.*Joséphine/ }).click();
    await page.getByText('Personne ne paraît inscrit deux fois').waitFor();

    // Labels, whom to call.
    await goTo(page, 'Classes et élèves');
    await button(page, 'Les parents').click();
    await button(page, 'Étiquettes').click();
    await page.getByTestId('label').first().waitFor();
    await look(page, 'parents-etiquettes');
    await onPaper(page, 'parents-etiquettes');

    // A paper to sign: each says whose signature is enough, and carries lines for those who sign.
    await page.getByRole('main').getByRole('link', { name: 'Les parents' }).click();
    await button(page, 'Mot à signer').click();
    const paper = page.getByTestId('signed-paper').first();
    await paper.getByText('La signature d’un seul parent suffit.').waitFor();
    await choose(page, page.getByRole('combobox', { name: 'Classe' }), 'CP');
    await page.getByRole('radio', { name: /^Une photographie/ }).click();
    await paper.getByText('La signature des deux parents est demandée').waitFor();
    expect(await button(page, 'Imprimer').isDisabled()).toBe(true);
    await page.getByLabel('Titre du mot').fill('La photo de classe');
    await page.getByLabel('Texte').fill('Le photographe vient jeudi.');
    await paper.getByRole('heading', { name: 'La photo de classe' }).waitFor();
    expect(await paper.getByText(/, date et signature\s:$/).count()).toBeGreaterThan(0);
    await look(page, 'mot-a-signer');
    await onPaper(page, 'mot-a-signer');
    await goTo(page, 'Classes et élèves');
    await page.getByRole('row', { name: /^CP / }).click();
    await button(page, 'Qui prévenir').click();
    await page.getByTestId('contact-card').filter({ hasText: 'Hugo' }).getByText('Villeneuve').waitFor();
    await look(page, 'qui-prevenir');
    await onPaper(page, 'qui-prevenir');

    // Letters for the portal: shown once, made again, taken away.
    await goTo(page, 'Classes et élèves');
    await button(page, 'Les parents').click();
    await button(page, 'Portail des familles').click();
    await page.getByLabel('Adresse du portail').fill('http://familles.example.org');
    await button(page, 'Enregistrer').click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Adresse du portail').fill('https://familles.example.org/');
    await button(page, 'Enregistrer').click();
    const line = page.getByTestId('portal-row').filter({ hasText: 'Villeneuve' });
    await line.waitFor();
    await choose(page, page.getByRole('combobox', { name: 'Classe' }), 'CP');
    await look(page, 'portail');
    await button(line, 'Faire la lettre').click();
    const letter = page.getByTestId('portal-letter');
    await letter.waitFor();
    expect(await letter.locator('.digits').innerText()).toMatch(/^([0-9A-Z]{5}-){3}[0-9A-Z]{5}$/);
    await look(page, 'portail-lettre');
    await onPaper(page, 'portail-lettre');
    await button(page, 'C’est imprimé').click();
    await line.getByText(/^Lettre valable jusqu’au/).waitFor();
    await line.getByRole('button', { name: /^Autres actions/ }).click();
    await page.getByRole('menuitem', { name: /Retirer l’accès/ }).click();
    await line.getByText(/^Retiré le/).waitFor();
  });
});
