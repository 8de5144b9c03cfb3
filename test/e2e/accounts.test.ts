import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { localDate } from '../../src/domain/time';
import { launchApp, type RunningApp } from './harness';
import { look as lookAt } from './walk/look';
import { newSchool } from './walk/opening';
import { button, goTo, signIn } from './walk/staff';
import { HEAD, HEAD_PASSWORD } from './walk/world';

/** Accounts as a head and a teacher meet them, keyboard first, at the two widths that schools have. */
const TEACHER = { name: 'Yann Le Floch', login: 'y.lefloch' };
const CHOSEN = 'ardoise-mirabelle-7';
const PIN = '4831';
let app: RunningApp;
let page: Page;

const look = (name: string): Promise<void> => lookAt(page, name);
const account = async (entry: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Menu' }).locator('.foot').getByRole('button').click();
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
};

/** A computer set to a zone where it is not the school's day: what is proposed and judged by the day is the school's. */
const anotherDay = (): string =>
  localDate(Date.now(), 'Pacific/Kiritimati') === localDate(Date.now(), 'Europe/Paris')
    ? 'Pacific/Pago_Pago'
    : 'Pacific/Kiritimati';

beforeAll(async () => {
  app = await launchApp({ env: { TZ: anotherDay() } });
  page = app.page;
  await newSchool(page);
});
afterAll(() => app.close());

describe('accounts', () => {
  let first = '';

  it('the screen is locked by a key, behind a code of the day chosen once', async () => {
    await page.goto(page.url().replace(/#.*/, '#/personnes'));
    await page.getByRole('heading', { level: 1, name: 'Classes et élèves' }).waitFor();
    await page.keyboard.press('Control+l');
    const dialog = page.getByRole('dialog', { name: 'Choisir un code pour aujourd’hui' });
    await dialog.waitFor();
    await page.keyboard.type('1234');
    await dialog.getByText('trop facile à deviner').waitFor();
    await look('code-du-jour-choix');
    await dialog.getByLabel('Code pour aujourd’hui').fill(PIN);
    await dialog.getByLabel('Votre mot de passe').fill(HEAD_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Écran verrouillé' }).waitFor();
    await look('verrouille');
    expect(await page.getByRole('navigation', { name: 'Menu' }).isVisible()).toBe(false);
    await page.keyboard.type('7777');
    await page.keyboard.press('Enter');
    await page.getByText('Encore 4 essais').waitFor();
    await page.keyboard.type(PIN);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Classes et élèves' }).waitFor();
    // A second time nothing is asked first.
    await page.keyboard.press('Control+l');
    await page.getByRole('heading', { name: 'Écran verrouillé' }).waitFor();
    await page.keyboard.type(PIN);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Classes et élèves' }).waitFor();
  });

  it('nothing floats over a locked screen, and its window is what it was behind it', async () => {
    await page.getByRole('tab', { name: 'Équipe' }).click();
    await button(page, 'Ajouter une personne').click();
    const dialog = page.getByRole('dialog', { name: 'Ajouter une personne' });
    await dialog.getByLabel('Prénom').fill('Yvette');
    await page.keyboard.press('Control+l');
    await page.getByRole('heading', { name: 'Écran verrouillé' }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    await page.getByLabel('Votre code du jour').fill(PIN);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Classes et élèves' }).waitFor();
  });

  it('a lost picture code is made anew in two clicks; the pupils’ charter is read with the class', async () => {
    await page.getByRole('tab', { name: 'Classes' }).click();
    await button(page, 'Ajouter une classe').first().click();
    await page.getByLabel('Nom de la classe').fill('CM1');
    await page.getByRole('dialog').getByRole('button', { name: 'Ajouter', exact: true }).click();
    await page.getByRole('row', { name: /^CM1/ }).click();
    await button(page, 'Ajouter un élève').first().click();
    await page.getByRole('dialog').getByLabel('Prénom').fill('Zoé');
    await page.getByRole('dialog').getByLabel('Nom de famille').fill('Kermarrec');
    await page.getByRole('dialog').getByRole('button', { name: 'Ajouter', exact: true }).click();
    await page.getByRole('cell', { name: 'Zoé', exact: true }).waitFor();
    const asked = page.getByRole('switch', { name: 'Demander un code en images' });
    await asked.click();
    await page.getByRole('row', { name: /Zoé/ }).getByRole('button').click();
    const edit = page.getByRole('dialog');
    await button(edit, 'Nouveau code en images').click();
    await edit.getByRole('status').getByRole('img').first().waitFor();
    await look('nouveau-code');
    await page.keyboard.press('Escape');
    await page.goto(page.url().replace(/(classe\/class_[a-z2-7]+).*/, '$1/charte'));
    await page.getByRole('heading', { name: 'Notre charte des écrans' }).waitFor();
    await look('charte-eleves');
  });

  it('my account: the time before the screen hides, a sheet for private notes', async () => {
    await account('Mon compte');
    await page.getByRole('heading', { level: 1, name: 'Mon compte' }).waitFor();
    await page.getByText('En ce moment : 10 minutes.').waitFor();
    await look('mon-compte');
    await page.getByLabel(/Il me faut plus de temps/).fill('40');
    await button(page, 'Enregistrer').first().click();
    await page.getByText('En ce moment : 40 minutes.').waitFor();
    await page.getByLabel('Votre mot de passe').fill(HEAD_PASSWORD);
    await button(page, 'Imprimer ma fiche').click();
    await page.getByTestId('own-sheet').waitFor();
    expect((await page.getByTestId('own-sheet').locator('output').innerText()).trim()).toMatch(
      /^([0-9A-Z]{5}-?){8}$/,
    );
    await look('fiche-personnelle');
  });

  it('a teacher gets a first password, changes it, reads the charter, may refuse it kindly', async () => {
    await goTo(page, 'Classes et élèves');
    await page.getByRole('tab', { name: 'Équipe' }).click();
    await button(page, 'Ajouter une personne').click();
    await page.getByLabel('Prénom').fill('Yann');
    await page.getByLabel('Nom', { exact: true }).fill('Le Floch');
    await button(page, 'Ajouter').click();
    await page.getByText('Le Floch').first().waitFor();
    await page.goto(page.url().replace(/#.*/, '#/personnes/comptes'));
    await button(page, 'Créer 1 compte').click();
    const strip = page.getByTestId('password-strip');
    await strip.waitFor();
    first = (await strip.locator('dd').nth(1).innerText()).trim();
    // A lesson is left open behind: the next teacher finds it.
    await page.evaluate(() =>
      (window as unknown as { preau: { request(m: string, i: unknown): Promise<unknown> } }).preau.request(
        'classroom.open',
        { mode: 'numbered' },
      ),
    );
    await account('Me déconnecter');
    await page.getByLabel('Votre mot de passe').waitFor();
    // The first field has the keyboard.
    expect(
      await page
        .getByRole('radio')
        .first()
        .evaluate((one) => one === document.activeElement),
    ).toBe(true);
    await look('entree');
    await signIn(page, TEACHER, first);
    await page.getByRole('heading', { name: 'Changer mon mot de passe' }).waitFor();
    await page.getByLabel('Mot de passe actuel').fill(first);
    await page.getByLabel('Nouveau mot de passe').fill(CHOSEN);
    await page.getByLabel('Le nouveau, encore une fois').fill(CHOSEN);
    await button(page, 'Changer').click();
    await page.getByRole('heading', { name: 'Charte d’utilisation de Préau' }).waitFor();
    await look('charte');
    // The address bar is no way around it.
    await page.goto(page.url().replace(/#.*/, '#/personnes'));
    await page.getByRole('heading', { name: 'Charte d’utilisation de Préau' }).waitFor();
    await button(page, 'Je ne l’accepte pas').click();
    await page.getByText('Rien n’est perdu, et rien n’est ouvert').waitFor();
    await look('charte-refusee');
    await button(page, 'Relire la charte').click();
    expect(await button(page, 'Entrer dans Préau').isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /J’ai lu cette charte/ }).click();
    await button(page, 'Entrer dans Préau').click();
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
  });

  it('a lesson that a colleague left open is ended by the next teacher', async () => {
    await goTo(page, 'Classe mobile');
    await page.getByText('n’est plus à cet ordinateur').waitFor();
    await page.locator('[data-test=end-forgotten]').click();
    await page.getByText('Plus aucun appareil n’y participe').waitFor();
    await look('seance-oubliee');
    await page.locator('[data-test=end-forgotten-now]').click();
    await page.locator('[data-test=open-lesson]').waitFor();
  });

  it('the password is forgotten: a head’s code opens the computer with a new one', async () => {
    await account('Me déconnecter');
    await signIn(page, { name: `${HEAD.first} ${HEAD.family}`, login: 'x' }, HEAD_PASSWORD);
    await page.goto(page.url().replace(/#.*/, '#/personnes'));
    await page.getByRole('tab', { name: 'Équipe' }).click();
    await button(page, 'Comptes de l’équipe').click();
    await page.getByRole('heading', { name: 'Comptes de l’équipe' }).waitFor();
    await look('comptes-equipe');
    await button(page, 'Mot de passe oublié : Yann Le Floch').click();
    const given = page.getByTestId('day-code').locator('output');
    await given.waitFor();
    const code = await given.innerText();
    expect(code).toMatch(/^\d{3} \d{3} \d{4}$/);
    await look('code-du-jour');
    // Where the other computer says that it serves no more: the second and the third, and back.
    await button(page, 'Donner un autre code').click();
    await page.getByText('Code 2 sur 3 pour cette journée').waitFor();
    await expect.poll(() => given.innerText()).not.toBe(code);
    await button(page, 'Donner un autre code').click();
    await page.getByText('Code 3 sur 3 pour cette journée').waitFor();
    await look('code-du-jour-autre');
    await button(page, 'Revenir au premier').click();
    await expect.poll(() => given.innerText()).toBe(code);
    await button(page, 'C’est lu').click();
    await account('Me déconnecter');
    await page.getByRole('link', { name: 'J’ai oublié mon mot de passe' }).click();
    await page.getByText('Appelez la direction').waitFor();
    await page.getByRole('combobox').click();
    await page.getByRole('option', { name: TEACHER.name }).click();
    await page.getByLabel('Les dix chiffres').fill(code);
    await page.getByLabel('Nouveau mot de passe').fill('mirabelle-ardoise-9');
    await page.getByLabel('Le nouveau, encore une fois').fill('mirabelle-ardoise-9');
    await look('mot-de-passe-oublie');
    await button(page, 'Ouvrir').click();
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    await account('Me déconnecter partout');
    await page.getByLabel('Votre mot de passe').waitFor();
  });
});
