import { eventually } from './eventually';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { ROOT } from '../harness';
import { expectAccessible } from './accessible';
import { acceptCharter, button, goTo, signIn, signOut } from './staff';
import type { Step } from './steps';
import { HEAD, TEACHER } from './world';

const FILES = ['eleves', 'responsables', 'enseignants'].map((name) => `CSVExtraction-${name}.csv`);
const fixture = (generation: string): string[] =>
  FILES.map((file) => join(ROOT, 'test/fixtures/onde', generation, file));
const SAMPLE = FILES.map((file) => join(ROOT, '../shared/samples/onde-emile-zola', file));

/** Chooses extractions and waits for the dry run: the sentence that sums it up. */
async function dryRun(page: Page, files: readonly string[]): Promise<string> {
  await page.getByTestId('onde-files').setInputFiles([...files]);
  await page.getByTestId('onde-check').click();
  const summary = page.getByTestId('import-summary');
  await summary.waitFor();
  return summary.innerText();
}
const classRows = (page: Page) => page.getByRole('tabpanel').getByRole('row');

export const people: readonly Step[] = [
  {
    says: 'imports an ONDE extraction of the old generation, with every doubt seen before anything is written',
    async does({ page }) {
      await expectAccessible(page, 'import, fichiers');
      const sentence = await dryRun(page, fixture('ancienne'));
      expect(sentence).toMatch(/élèves/);
      await expectAccessible(page, 'import, à vérifier');
      // Nothing is written by looking.
      await goTo(page, 'Classes et élèves');
      await page.getByText('Pas encore de classe').waitFor();
      await page.getByRole('button', { name: 'Importer depuis ONDE' }).first().click();
      await dryRun(page, fixture('ancienne'));
      await page.getByTestId('import-write').click();
      await page.getByTestId('import-done').waitFor();
      await expectAccessible(page, 'import, fini');
      await goTo(page, 'Classes et élèves');
      await eventually(() => classRows(page).count()).toBeGreaterThan(3);
      await page.getByRole('row', { name: /^CP / }).waitFor();
      await expectAccessible(page, 'classes et élèves');
    },
  },
  {
    says: 'reads the current generation over it, and the sample of an older year where it is there',
    async does({ page }) {
      await page.getByRole('button', { name: 'Importer depuis ONDE' }).first().click();
      const again = await dryRun(page, fixture('actuelle'));
      expect(again).not.toMatch(/Rien/);
      if (existsSync(SAMPLE[0] ?? '')) {
        await goTo(page, 'Classes et élèves');
        await page.getByRole('button', { name: 'Importer depuis ONDE' }).first().click();
        expect(await dryRun(page, SAMPLE)).toMatch(/2\d\d élèves/);
      }
    },
  },
];

export const accounts: readonly Step[] = [
  {
    says: 'prints first passwords, and a teacher signs in with hers and changes it',
    async does(world) {
      const { page } = world;
      await goTo(page, 'Classes et élèves');
      await button(page, 'Créer les comptes').first().click();
      await page.getByRole('heading', { name: 'Comptes de l’équipe' }).waitFor();
      await expectAccessible(page, 'comptes');
      await page.getByRole('button', { name: /^Créer \d+ compte|^Créer les comptes/ }).click();
      const strip = page.getByTestId('password-strip').filter({ hasText: TEACHER.name });
      await strip.waitFor({ timeout: 60_000 });
      await expectAccessible(page, 'premiers mots de passe');
      const [login = '', first = ''] = await strip.locator('dd').allInnerTexts();
      expect(login).toBe(TEACHER.login);
      await button(page, 'C’est imprimé').click();

      await signOut(page, HEAD.name);
      await expectAccessible(page, 'connexion');
      await signIn(page, TEACHER, 'mauvais mot');
      await page.getByRole('alert').waitFor();
      await signIn(page, TEACHER, first);
      await page.getByRole('heading', { name: 'Changer mon mot de passe' }).waitFor();
      await expectAccessible(page, 'mot de passe');
      await page.getByLabel('Mot de passe actuel').fill(first);
      await page.getByLabel('Nouveau mot de passe').fill(TEACHER.password);
      await page.getByLabel('Le nouveau, encore une fois').fill(TEACHER.password);
      await button(page, 'Changer').click();
      await acceptCharter(page);
      await page.getByRole('heading', { name: `Bonjour ${TEACHER.first}` }).waitFor();
      await expectAccessible(page, 'ma journée');
    },
  },
  {
    says: 'prints the pupils’ picture codes',
    async does(world) {
      const { page } = world;
      await goTo(page, 'Classes et élèves');
      await page.getByRole('row', { name: /^CP / }).click();
      const asked = page.getByRole('switch', { name: 'Demander un code en images' });
      await asked.waitFor();
      if ((await asked.getAttribute('aria-checked')) !== 'true') await asked.click();
      await eventually(() => asked.getAttribute('aria-checked')).toBe('true');
      await expectAccessible(page, 'une classe');
      await button(page, 'Imprimer les cartes').click();
      const cards = page.getByTestId('code-card');
      await cards.first().locator('.code').waitFor();
      await expectAccessible(page, 'cartes');
      for (const card of await cards.all()) {
        const name = await card.locator('strong').innerText();
        const code = await card
          .locator('.code [role=img]')
          .evaluateAll((pictures) => pictures.map((one) => one.getAttribute('aria-label') ?? ''));
        expect(code.length).toBeGreaterThan(1);
        world.codes.set(name, code);
      }
      expect(world.codes.size).toBeGreaterThan(5);
    },
  },
];
