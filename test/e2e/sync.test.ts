import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { audience } from '../../src/domain/audience';
import { REFUSAL_REASONS } from '../../src/domain/exchange/words';
import { openDemoCommune } from '../../src/demo/commune';
import { foundSchool } from './walk/1-school';
import { expectAccessible } from './walk/accessible';
import { acceptCharter, CHARTER, button, goTo } from './walk/staff';
import { HEAD, HEAD_PASSWORD, newPoste, SCHOOL, World } from './walk/world';

/** The screen « Synchronisation », the end of a day, and a copy on a key that makes a bare computer the school's again. */
const SHOTS = process.env['PREAU_SHOTS'];
async function shot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}
/** The widths that are promised; 200 % zoom is half the window. */
async function everyWidth(page: Page, screen: string): Promise<void> {
  for (const [name, width, height] of [
    ['1366', 1366, 768],
    ['820', 820, 1180],
    ['zoom', 683, 384],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expectAccessible(page, `${screen} ${name}`);
    const beside = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beside, `${screen} ${name}: scrolls sideways`).toBeLessThanOrEqual(0);
    await shot(page, `${screen}-${name}`);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
}

describe('synchronisation, from the screen', () => {
  const world = new World();
  let key: string;
  afterAll(async () => {
    await world.end();
    if (key) await rm(key, { recursive: true, force: true });
  });

  it('tells where one stands, ends the day, copies on a key, and comes back from it', async () => {
    key = await mkdtemp(join(tmpdir(), 'preau-key-'));
    const poste = await newPoste();
    const app = await poste.start();
    world.app = app;
    const { page } = app;
    const code = await foundSchool(page);
    await page.getByRole('checkbox', { name: /La fiche est imprimée/ }).click();
    await button(page, 'Importer les élèves').click();

    // First time: nothing is linked, and the screen says what to do.
    await goTo(page, 'Synchronisation');
    await page.getByText(/documents ne sont encore que sur cet ordinateur/).waitFor();
    await page.getByText('Cet ordinateur n’a pas de trousseau de clés').waitFor();
    await everyWidth(page, 'premiere-fois');

    // The end of the day without anybody to send to: said calmly.
    await button(page, 'Fin de journée').click();
    await page.getByText(/^Cet ordinateur est seul, rien ne peut partir/).waitFor();
    await expectAccessible(page, 'fin de journée, seul');
    await shot(page, 'fin-de-journee-seul');
    await button(page, 'Continuer à travailler').click();

    const commune = await openDemoCommune(await world.folder());
    world.later(() => commune.close());
    await button(page, 'Relier la mairie').click();
    const dialog = page.getByRole('dialog', { name: 'Relier la mairie' });
    await dialog.getByLabel('Adresse').fill(commune.url);
    await dialog.getByLabel('Code de l’école').fill(commune.code(SCHOOL.uai));
    await button(dialog, 'Relier').click();
    await dialog.waitFor({ state: 'hidden' });

    await goTo(page, 'Ma journée');
    await button(page, 'Fin de journée').click();
    await page.getByText('Tout est envoyé, bonne soirée').waitFor();
    await expectAccessible(page, 'fin de journée');
    await shot(page, 'fin-de-journee');
    await button(page, 'Continuer à travailler').click();
    await page.getByText('Rien n’attend : tout est aussi ailleurs.').waitFor();

    await button(page, 'Réglages').click();
    const settings = page.getByRole('dialog', { name: 'Réglages de la synchronisation' });
    await settings.getByLabel('Volume par mois, en Mo').fill('beaucoup');
    expect(await button(settings, 'Enregistrer').isDisabled()).toBe(true);
    await settings.getByLabel('Volume par mois, en Mo').fill('200');
    await settings.getByRole('switch', { name: /La ligne est comptée/ }).click();
    await expectAccessible(page, 'réglages');
    await shot(page, 'reglages');
    await button(settings, 'Enregistrer').click();
    await page.getByText('Limite du mois : 200 Mo.').waitFor();
    await page.getByText('Ligne comptée').waitFor();
    await everyWidth(page, 'reliee');

    // A copy, on a folder that stands for a key.
    await button(page, 'Faire une copie').click();
    const copy = page.getByRole('dialog', { name: 'Copie sur clé USB' });
    await button(copy, 'Choisir un autre dossier').click();
    await copy.getByLabel('Dossier de la copie').fill(join(key, 'absent'));
    await button(copy, 'Copier').click();
    await copy.getByText('Ce dossier n’existe pas, ou la clé n’est plus là.').waitFor();
    await copy.getByLabel('Dossier de la copie').fill(key);
    await expectAccessible(page, 'copie, choix');
    await shot(page, 'copie-choix');
    await button(copy, 'Copier').click();
    await copy.getByText('La copie est faite').waitFor({ timeout: 60_000 });
    await expectAccessible(page, 'copie, faite');
    await shot(page, 'copie-faite');
    await button(copy, 'Fermer').last().click();
    expect(await readdir(key)).toEqual(['preau-copie']);

    // Forty refusals: grouped by reason, with what to do.
    await app.close();
    await withRefusals(join(poste.folder, 'school', 'sync.json'), 40);
    const again = await poste.start();
    world.app = again;
    await signInAgain(again.page);
    await goTo(again.page, 'Synchronisation');
    await again.page.getByRole('heading', { name: 'Ce qui n’a pas été accepté' }).waitFor();
    await everyWidth(again.page, 'refus');
    await again.close();
    await rm(poste.folder, { recursive: true, force: true });

    // The laptop is gone. A bare one, the key, the printed sheet.
    const bare = await newPoste();
    const fresh = await bare.start();
    world.app = fresh;
    world.later(() => fresh.close());
    const { page: there } = fresh;
    await there.getByRole('link', { name: 'Rejoindre mon école' }).click();
    await there.getByRole('radio', { name: /À partir d’une clé USB/ }).click();
    await expectAccessible(there, 'clé, vide');
    await button(there, 'Choisir un autre dossier').click();
    await there.getByLabel('Dossier de la copie').fill(key);
    await there.getByText('Quelle copie ?').waitFor();
    await there
      .getByLabel('Code de la fiche de secours')
      .fill(code.replace(/^./, (one) => (one === 'A' ? 'B' : 'A')));
    await button(there, 'Continuer').click();
    await there.getByRole('alert').waitFor();
    await shot(there, 'cle-mauvais-code');
    await there.getByRole('radio', { name: /À partir d’une clé USB/ }).waitFor();
    await there.getByLabel('Code de la fiche de secours').fill(code);
    await expectAccessible(there, 'clé, code');
    await shot(there, 'cle-code');
    await button(there, 'Continuer').click();
    await there.getByText(/Tout est retrouvé/).waitFor({ timeout: 60_000 });
    await there.getByLabel('Nouveau mot de passe').fill(HEAD_PASSWORD);
    await there.getByLabel('Le nouveau, encore une fois').fill(HEAD_PASSWORD);
    await expectAccessible(there, 'clé, à qui');
    await shot(there, 'cle-a-qui');
    // What was received cannot be opened: the screen says why, and the same button tries again.
    const format = join(bare.folder, 'school', 'preau.json');
    const written = await readFile(format, 'utf8');
    await writeFile(format, JSON.stringify({ ...(JSON.parse(written) as object), dataVersion: 999 }));
    await button(there, 'Ouvrir l’école').click();
    await there.getByText('L’école est sur cet ordinateur, mais elle ne s’est pas ouverte').waitFor();
    await there.getByText(/version plus récente de Préau/).waitFor();
    await expectAccessible(there, 'clé, pas entrée');
    await shot(there, 'cle-pas-entree');
    await writeFile(format, written);
    await button(there, 'Réessayer').click();
    // The copy is older than her first reading; the commune may have brought it already.
    const charter = there.getByRole('heading', { name: CHARTER });
    const home = there.getByRole('heading', { name: `Bonjour ${HEAD.first}` });
    await charter.or(home).waitFor({ timeout: 60_000 });
    if (await charter.isVisible()) await acceptCharter(there);
    await home.waitFor({ timeout: 60_000 });
    await goTo(there, 'Synchronisation');
    await button(there, 'Synchroniser maintenant').click();
    await there.getByText('Rien n’attend : tout est aussi ailleurs.').waitFor();
    await shot(there, 'cle-retrouvee');
  }, 180_000);
});

async function signInAgain(page: Page): Promise<void> {
  await page.getByLabel('Votre identifiant').fill(HEAD.login);
  await page.getByLabel('Votre mot de passe').fill(HEAD_PASSWORD);
  await button(page, 'Entrer').click();
  await acceptCharter(page);
  await page.getByRole('heading', { name: `Bonjour ${HEAD.first}` }).waitFor();
}

/** What others do not take, as the last run left it in the poste's own file. */
async function withRefusals(path: string, count: number): Promise<void> {
  const state = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  const theirs = Array.from({ length: count }, (_, at) => ({
    audience: at % 3 === 0 ? audience('courrier') : audience('ecole', { year: 2026 }),
    origin: 'poste_aaaaaaaaaaaaa',
    from: at + 1,
    document: `staff_aaaaaaaaaaa${String.fromCharCode(97 + (at % 24))}a`,
    reason: REFUSAL_REASONS[at % REFUSAL_REASONS.length],
  }));
  await writeFile(path, JSON.stringify({ ...state, theirs }));
}
