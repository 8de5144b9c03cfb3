import { eventually } from './eventually';
import type { Locator, Page } from 'playwright-core';

/** What a child, or the adult beside, does on a device. */

export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

/** The letters of a code, touched one by one. */
export async function touchLetters(page: Page, letters: string): Promise<void> {
  await page.getByRole('group', { name: 'Les lettres du code' }).waitFor();
  for (const letter of letters.replace(/\s/g, '')) await button(page, letter).click();
}

export async function touchPictures(page: Page, names: readonly string[]): Promise<void> {
  const pad = page.getByRole('group', { name: 'Tes images secrètes' });
  for (const name of names) await pad.getByRole('button', { name, exact: true }).click();
  await button(page, 'C’est bon').click();
}

/** First name, then the secret pictures where the class has them. */
export async function comeIn(page: Page, name: string, code: readonly string[]): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await touchPictures(page, code);
  await page.getByRole('heading', { name: /^Bonjour / }).waitFor();
}

/** A wavy line over what is shown, as a finger or a mouse draws it. */
export async function drawLine(page: Page): Promise<void> {
  const sheet = page.locator('.p-draw').first();
  await eventually(() => sheet.boundingBox().then((box) => box?.width ?? 0)).toBeGreaterThan(50);
  const box = await sheet.boundingBox();
  if (!box) throw new Error('nothing to draw on');
  await page.mouse.move(box.x + 60, box.y + 60);
  await page.mouse.down();
  for (let n = 1; n <= 12; n += 1) await page.mouse.move(box.x + 60 + n * 12, box.y + 70 + (n % 2) * 14);
  await page.mouse.up();
}

/** Draws over the first page, writes a line, and says « J’ai fini ». */
export async function answerSheet(page: Page, text: string): Promise<void> {
  await button(page, 'Crayon rouge').click();
  await drawLine(page);
  await button(page, 'Écrire').click();
  await page.getByLabel('Ta réponse').getByRole('textbox').fill(text);
  await page.getByRole('button', { name: /^(J’ai fini|Rendre encore)$/ }).click();
}
