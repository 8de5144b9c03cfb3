import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Picture } from '../../../src/domain/people/pictures';

/** Where the pictures of docs/guide/ma-seance.md go when they are asked for, to be brought to 255 colours for docs/images. */
const SHOTS = process.env['PREAU_SHOTS'];

export async function shoot(page: Page, name: string): Promise<void> {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.mouse.move(700, 764);
  // What passes over a screen for a moment is put aside; the page's policy takes no style of another's.
  const passing = (shown: '' | 'hidden') =>
    page.evaluate((visibility) => {
      for (const one of document.querySelectorAll<HTMLElement>('.k-toast')) one.style.visibility = visibility;
    }, shown);
  await passing('hidden');
  await page.screenshot({ path: join(SHOTS, `guide-seance-${name}.png`), animations: 'disabled' });
  await passing('');
}

/** An entry of « Plus », on the wall. */
export async function more(page: Page, entry: string): Promise<void> {
  await page.locator('[data-test=more]').click();
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}

const WORDS: Readonly<Record<Picture, string>> = {
  cat: 'chat',
  dog: 'chien',
  fish: 'poisson',
  bird: 'oiseau',
  tree: 'arbre',
  flower: 'fleur',
  sun: 'soleil',
  moon: 'lune',
  car: 'voiture',
  boat: 'bateau',
  house: 'maison',
  apple: 'pomme',
};
/** Secret pictures as a screen says them. */
export const pictureLabels = (code: readonly Picture[]): string[] => code.map((one) => WORDS[one]);
