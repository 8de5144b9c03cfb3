import type { Locator, Page } from 'playwright-core';

/** What a person does in the staff window: by the words on the screen, never by what is behind them. */

/** The page's menu; on a narrow window the entry's name is its title. */
export async function goTo(page: Page, entry: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Menu' })
    .getByRole('link', { name: entry, exact: true })
    .click();
}

export const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole('button', { name, exact: true });

/** Opens a list of choices and takes one. */
export async function choose(page: Page, field: Locator, option: string): Promise<void> {
  await field.click();
  await page.getByRole('option', { name: option }).click();
}

/** Types a password on the sign-in screen that shows the people of the school, or asks for an identifier. */
export async function signIn(
  page: Page,
  who: { name: string; login: string },
  password: string,
): Promise<void> {
  const field = page.getByLabel('Votre mot de passe');
  await field.waitFor();
  const list = page.getByRole('radio', { name: who.name });
  if ((await page.getByLabel('Votre identifiant').count()) > 0)
    await page.getByLabel('Votre identifiant').fill(who.login);
  else await list.check();
  await field.fill(password);
  await button(page, 'Entrer').click();
  const charter = page.getByRole('heading', { name: CHARTER });
  const other = page.getByRole('alert').or(page.getByRole('navigation', { name: 'Menu' }));
  await charter.or(other).first().waitFor();
  if (await charter.isVisible()) await acceptCharter(page);
}

export const CHARTER = 'Charte d’utilisation de Préau';
/** At the first sign-in, before anything else. */
export async function acceptCharter(page: Page): Promise<void> {
  await page.getByRole('heading', { name: CHARTER }).waitFor();
  await page.getByRole('checkbox', { name: /J’ai lu cette charte/ }).click();
  await button(page, 'Entrer dans Préau').click();
  await page.getByRole('navigation', { name: 'Menu' }).waitFor();
}

export async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Menu' }).getByRole('button', { name }).click();
  await page.getByRole('menuitem', { name: 'Me déconnecter', exact: true }).click();
  await page.getByLabel('Votre mot de passe').waitFor();
}

/** Chooses files as the system's own dialog would, after the button that opens it. */
export async function pickFiles(page: Page, trigger: Locator, files: string[]): Promise<void> {
  const asked = page.waitForEvent('filechooser');
  await trigger.click();
  await (await asked).setFiles(files);
}

/**
 * The text of a file that a screen saves. Electron asks where with a dialog of its own and the stand-in's Chromium keeps
 * nothing without a window, so it is read where the page hands it to the browser.
 */
export async function savedText(page: Page, save: () => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    const create = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (file: Blob) => {
      Object.assign(window, { saved: file.text() });
      URL.createObjectURL = create;
      return create(file);
    };
  });
  await save();
  return page.evaluate(() => (window as unknown as { saved: Promise<string> }).saved);
}
