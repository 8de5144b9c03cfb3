import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { expectAccessible } from './accessible';
import { button } from './staff';
import type { Step } from './steps';
import { HEAD, HEAD_PASSWORD, SCHOOL } from './world';

/** From the welcome to the recovery sheet. @returns the code as it is printed */
export async function foundSchool(page: Page): Promise<string> {
  await page.getByRole('heading', { name: 'Bienvenue sous le préau' }).waitFor();
  await expectAccessible(page, 'bienvenue');
  await page.getByRole('link', { name: 'Créer mon école' }).click();
  await page.getByLabel('Nom de l’école').fill(SCHOOL.name);
  await page.getByLabel('Numéro UAI (ex-RNE)').fill('0951099X');
  expect(await button(page, 'Continuer').isDisabled()).toBe(true);
  await page.getByLabel('Numéro UAI (ex-RNE)').fill(SCHOOL.uai);
  await expectAccessible(page, 'créer, 1');
  await button(page, 'Continuer').click();
  await page.getByLabel('Prénom').fill(HEAD.first);
  await page.getByLabel('Nom', { exact: true }).fill(HEAD.family);
  await page.getByLabel('Nouveau mot de passe').fill(HEAD_PASSWORD);
  await page.getByLabel('Le nouveau, encore une fois').fill(HEAD_PASSWORD);
  await expectAccessible(page, 'créer, 2');
  await button(page, 'Créer l’école').click();
  const sheet = page.getByTestId('recovery-sheet');
  await sheet.waitFor({ timeout: 60_000 });
  const code = (await sheet.locator('output').innerText()).trim();
  expect(code).toMatch(/^([0-9A-Z]{5}-?){8}$/);
  return code;
}

export async function sheetIsPrinted(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: /La fiche est imprimée/ }).click();
  await button(page, 'Importer les élèves').click();
}

export const createSchool: readonly Step[] = [
  {
    says: 'creates a school, ending with the recovery sheet',
    async does(world) {
      const { page } = world;
      world.recoveryCode = await foundSchool(page);
      await expectAccessible(page, 'fiche de secours');
      expect(await button(page, 'Importer les élèves').isDisabled()).toBe(true);
      await sheetIsPrinted(page);
    },
  },
];
