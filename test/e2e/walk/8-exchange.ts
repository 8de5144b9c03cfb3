import { eventually } from './eventually';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { openDemoCommune } from '../../../src/demo/commune';
import { expectAccessible } from './accessible';
import { button, choose, goTo, signIn, signOut } from './staff';
import type { Step } from './steps';
import { HEAD, HEAD_PASSWORD, SCHOOL, TEACHER } from './world';

const SECOND_PASSWORD = 'un vélo sous le tilleul';
const PLAN = 'Sciences : la graine';

/** What the gateway was asked that changes something. */
const moved = ({ push = 0, pull = 0 }: Readonly<Record<string, number>>) => ({ push, pull });

/** « Synchroniser maintenant », to its end. */
async function synchronise(page: Page): Promise<void> {
  await goTo(page, 'Synchronisation');
  const now = button(page, 'Synchroniser maintenant');
  await now.click();
  await eventually(() => now.getAttribute('aria-busy')).toBeNull();
}

/** On the head's computer: for whom, then the six digits the other screen shows. */
async function welcome(host: Page, person: string, newcomer: Page): Promise<void> {
  await goTo(host, 'Synchronisation');
  await button(host, 'Accueillir un ordinateur').click();
  const dialog = host.getByRole('dialog', { name: 'Accueillir un ordinateur' });
  await choose(host, dialog.getByLabel('À qui est cet ordinateur ?'), person);
  await expectAccessible(host, 'accueillir un ordinateur');
  await button(dialog, 'Continuer').click();
  await sixDigits(host, newcomer);
}

/** One screen shows six digits, they are typed on the other. */
async function sixDigits(host: Page, newcomer: Page): Promise<void> {
  const dialog = host.getByRole('dialog', { name: 'Accueillir un ordinateur' });
  await dialog.locator('.address').waitFor();
  await button(newcomer, 'Continuer').click();
  const digits = (await newcomer.getByTestId('join-digits').innerText()).replace(/\s/g, '');
  expect(digits).toMatch(/^\d{6}$/);
  await expectAccessible(newcomer, 'rejoindre, les chiffres');
  await dialog.getByLabel('Les six chiffres affichés sur l’autre ordinateur').fill(digits);
  await button(dialog, 'Vérifier').click();
  await dialog.getByText('L’ordinateur est accueilli').waitFor({ timeout: 60_000 });
  await button(dialog, 'Fermer').last().click();
}

async function writePlan(page: Page, text: string): Promise<void> {
  await goTo(page, 'Cahier journal');
  await page.getByRole('navigation', { name: 'Mes préparations' }).getByText(PLAN).click();
  await page.getByLabel('Déroulement').fill(text);
  await button(page, 'Enregistrer').click();
  await page.getByText('Préparation enregistrée.').first().waitFor();
}

export const exchange: readonly Step[] = [
  {
    says: 'synchronises with the commune’s gateway when it appears; a second time changes nothing',
    async does(world) {
      const { page } = world;
      await goTo(page, 'Cahier journal');
      await page.getByLabel('Titre').fill(PLAN);
      await page.getByLabel('Déroulement').fill('Semer.');
      await expectAccessible(page, 'cahier journal');
      await button(page, 'Enregistrer').click();
      await page.getByText('Préparation enregistrée.').first().waitFor();

      const commune = await openDemoCommune(await world.folder());
      world.later(() => commune.close());
      await signOut(page, TEACHER.name);
      await signIn(page, HEAD, HEAD_PASSWORD);
      await goTo(page, 'Synchronisation');
      await page.getByText(/documents ne sont encore que sur cet ordinateur/).waitFor();
      await button(page, 'Relier la mairie').click();
      const dialog = page.getByRole('dialog', { name: 'Relier la mairie' });
      await dialog.getByLabel('Adresse').fill(commune.url);
      await dialog.getByLabel('Code de l’école').fill(commune.code(SCHOOL.uai));
      await expectAccessible(page, 'relier la mairie');
      await button(dialog, 'Relier').click();
      await dialog.waitFor({ state: 'detached' });
      await synchronise(page);
      await page.getByText('Rien n’attend : tout est aussi ailleurs.').waitFor({ timeout: 60_000 });
      await page.getByText(/^Dernière à l’instant/).waitFor();
      await expectAccessible(page, 'synchronisation');
      const before = moved(commune.gateway.counters);
      await synchronise(page);
      await page.getByText('Rien n’attend : tout est aussi ailleurs.').waitFor();
      expect(moved(commune.gateway.counters)).toEqual(before);
    },
  },
  {
    says: 'introduces a second poste on the network, which gets its owner’s audiences and no others',
    async does(world) {
      const second = await world.poste({ neighbours: () => [world.first.ports] });
      const app = await second.start();
      world.later(() => app.close());
      world.second = { poste: second, app };
      const { page } = app;
      await page.getByRole('link', { name: /Rejoindre mon école/ }).click();
      await page.getByRole('radio', { name: /Ajouter cet ordinateur/ }).click();
      await page.getByText(`127.0.0.1:${world.first.ports.poste}`).waitFor();
      await page.getByLabel('Nouveau mot de passe').fill(SECOND_PASSWORD);
      await page.getByLabel('Le nouveau, encore une fois').fill(SECOND_PASSWORD);
      await expectAccessible(page, 'rejoindre');
      await welcome(world.page, TEACHER.name, page);
      await page.getByRole('heading', { name: `Bonjour ${TEACHER.first}` }).waitFor({ timeout: 60_000 });

      const held = (poste: { folder: string }) => readdir(join(poste.folder, 'school/databases'));
      const kinds = (names: string[]) =>
        names.map((name) => name.split('_')[0]).map((name) => name?.split('-')[0]);
      const [mine, all] = [await held(second), await held(world.first)];
      expect(kinds(all)).toContain('direction');
      expect(kinds(mine)).not.toContain('direction');
      expect(mine.filter((name) => name.startsWith('classe-'))).toHaveLength(1);
      expect(all.filter((name) => name.startsWith('classe-')).length).toBeGreaterThan(1);
      await goTo(page, 'L’appel');
      await page.getByRole('group', { name: /^Sacha.*\(corrigé\)/ }).waitFor();
      await goTo(page, 'Cahier journal');
      await page.getByText(PLAN).waitFor();
    },
  },
  {
    says: 'keeps and shows both versions of a plan that two postes wrote apart',
    async does(world) {
      const { page } = world;
      const other = world.second?.app.page;
      if (!other) throw new Error('no second poste');
      await signOut(page, HEAD.name);
      await signIn(page, TEACHER, TEACHER.password);
      await writePlan(page, 'Semer, puis arroser.');
      await writePlan(other, 'Semer, puis dessiner.');
      await synchronise(other);
      await synchronise(page);
      await synchronise(other);
      for (const one of [page, other]) {
        await goTo(one, 'Cahier journal');
        await one.getByText('deux versions', { exact: true }).waitFor();
        await one.getByText(PLAN).first().click();
        await one.getByText('Semer, puis arroser.').waitFor();
        await one.getByText('Semer, puis dessiner.').waitFor();
      }
      await expectAccessible(page, 'cahier journal, deux versions');
      await button(page, 'Garder les deux').click();
      // The mark in the list: until both are gone the notice beside it says « Deux versions… » as well.
      await page.getByText('deux versions', { exact: true }).waitFor({ state: 'detached' });
    },
  },
  {
    says: 'rebuilds a dead laptop from a colleague’s poste and the printed sheet',
    async does(world) {
      const { second } = world;
      if (!second) throw new Error('no second poste');
      // The head's computer is lost for good: what it held is on the second poste, the key on paper.
      await world.app.kill();
      const again = await world.poste({ neighbours: () => [second.poste.ports] });
      world.first = again;
      world.app = await again.start();
      const { page } = world;
      await page.getByRole('link', { name: /Rejoindre mon école/ }).click();
      await page.getByRole('radio', { name: /Reconstruire un ordinateur perdu/ }).click();
      await page.getByText(`127.0.0.1:${second.poste.ports.poste}`).waitFor();
      await page.getByLabel('Code de la fiche de secours').fill(world.recoveryCode);
      await expectAccessible(page, 'reconstruire');
      const host = second.app.page;
      await goTo(host, 'Synchronisation');
      await button(host, 'Accueillir un ordinateur').click();
      await button(host, 'Reconstruire un ordinateur perdu').click();
      await sixDigits(host, page);
      await page.getByText('Tout est retrouvé.').waitFor({ timeout: 60_000 });
      await choose(page, page.getByLabel('Son ou sa propriétaire'), HEAD.name);
      await page.getByLabel('Nouveau mot de passe').fill(HEAD_PASSWORD);
      await page.getByLabel('Le nouveau, encore une fois').fill(HEAD_PASSWORD);
      await expectAccessible(page, 'reconstruire, à qui');
      await button(page, 'Ouvrir l’école').click();
      await page.getByRole('heading', { name: `Bonjour ${HEAD.first}` }).waitFor({ timeout: 60_000 });
      await goTo(page, 'Inventaire');
      await page.getByText('17 éléments').waitFor();
      await goTo(page, 'Classes et élèves');
      await page.getByRole('row', { name: /^CP / }).waitFor();
    },
  },
];
