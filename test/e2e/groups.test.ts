import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { launchApp, type RunningApp } from './harness';
import { eventually } from './walk/eventually';
import { look as lookAt, onPaper } from './walk/look';
import { importOnde, newSchool } from './walk/opening';
import { button, choose, goTo } from './walk/staff';

/** « Répartir la classe », groups and the white pages, on a school of an ONDE extraction, at the two widths schools have. */
let app: RunningApp;
let page: Page;

const look = (name: string): Promise<void> => lookAt(page, name);
const board = (label: string) => page.getByRole('region', { name: label, exact: true });
/** A day of school, whatever the day of this computer is. */
const weekday = (): string => {
  const day = new Date(`${inParis()}T12:00:00Z`);
  while (day.getUTCDay() === 0 || day.getUTCDay() === 6) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
};

/** The school's day, wherever this computer is. */
const inParis = (): string => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' }).format();

beforeAll(async () => {
  // Around midnight, a computer that is not at the school's hour has another day.
  app = await launchApp({ env: { TZ: 'Europe/Paris' } });
  page = app.page;
  await newSchool(page);
  await importOnde(page);
});
afterAll(() => app.close());

describe('a class that nobody replaces', () => {
  let label = '';
  it('is sent out from the day page in three clicks, with its sheets ready to print', async () => {
    await page.goto(page.url().replace(/#.*/, '#/'));
    await page.getByTestId('send-a-class').waitFor();
    // What waits for the head after an import, with the way to it.
    const accounts = page.getByRole('link', { name: /n’ont pas encore de premier mot de passe/ });
    expect(await accounts.getAttribute('href')).toMatch(/personnes\/comptes$/);
    await look('ma-journee');
    let clicks = 0;
    const started = Date.now();
    await page.getByTestId('send-a-class').click();
    clicks += 1;
    const first = page
      .getByRole('main')
      .or(page.locator('#main'))
      .getByRole('listitem')
      .first()
      .getByRole('button');
    label = (await first.locator('strong').innerText()).trim();
    await look('repartir-choix');
    await first.click();
    clicks += 1;
    await page.getByRole('heading', { level: 1, name: `Répartir ${label}` }).waitFor();
    await page.getByTestId('send-out').click();
    clicks += 1;
    await page.getByTestId('door-sheet').waitFor();
    expect(clicks).toBe(3);
    expect(Date.now() - started).toBeLessThan(60_000);
    expect(await page.getByTestId('host-sheet').count()).toBeGreaterThan(1);
    await look('repartir-feuilles');
    await page.emulateMedia({ media: 'print' });
    expect(await button(page, 'Imprimer').isVisible()).toBe(false);
    await page.emulateMedia({ media: null });
    await onPaper(page, 'repartir');
  });

  it('is changed with the keyboard, with a tap, and by a class that takes nobody', async () => {
    await button(page, 'Modifier').click();
    await page.getByText('Déjà répartie par').waitFor();
    await page.getByLabel('Le', { exact: true }).fill(weekday());
    const hosts = page.locator('.board > section');
    const openHosts = hosts.filter({ has: page.getByRole('switch', { checked: true }) });
    const source = openHosts.filter({ has: page.locator('.child') }).first();
    const name = (await source.getAttribute('aria-label')) ?? '';
    const child = source.locator('.child').first();
    const id = (await child.getAttribute('id')) ?? '';
    await child.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => board(name).locator(`#${id}`).count()).toBe(0);
    // The keyboard stays with the child, who goes back by the other arrow.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
    await page.keyboard.press('ArrowLeft');
    await eventually(() => board(name).locator(`#${id}`).count()).toBe(1);
    await page.keyboard.press('Enter');
    const out = board('Absents ou repartis');
    await out.getByRole('button', { name: /^Mettre .* ici$/ }).waitFor();
    await look('repartir-tableau');
    await out.getByRole('button', { name: /^Mettre .* ici$/ }).click();
    await eventually(() => out.locator(`#${id}`).count()).toBe(1);
    // Dragged back: two moves over the card, as a hand does; one alone is no `dragover`.
    await page.locator(`#${id}`).hover();
    await page.mouse.down();
    await board(name).getByRole('heading').hover();
    await board(name).locator('.child').first().hover();
    await page.mouse.up();
    await eventually(() => board(name).locator(`#${id}`).count()).toBe(1);
    // A class that takes nobody: its children go elsewhere, nobody is lost.
    const all = await page.locator('.board .child').count();
    await board(name).getByRole('switch').click();
    await eventually(() => board(name).locator('.child').count()).toBe(0);
    expect(await page.locator('.board .child').count()).toBe(all);
    await page.getByTestId('send-out').click();
    await page.getByTestId('door-sheet').waitFor();
    expect(await page.getByRole('heading', { name: `Accueillis en ${name}`, exact: true }).count()).toBe(0);
  });

  it('ends by hand, and stays in the list of what was', async () => {
    await page.getByTestId('end-dispatch').click();
    await page.getByText(/Terminé par/).waitFor();
    await goTo(page, 'Groupes, accueils');
    await page.getByText('Personne n’est accueilli ailleurs').waitFor();
    await page.getByText('1 terminée').click();
    await look('accueils-liste');
  });

  it('goes to another class at the same hours each week', async () => {
    await button(page, 'Décloisonnement, inclusion').click();
    await page
      .getByRole('button', { name: new RegExp(`^${label}`) })
      .first()
      .click();
    // Nobody leaves before somebody says so.
    expect(await page.getByTestId('send-out').isDisabled()).toBe(true);
    await button(page, 'Proposer autrement').click();
    await page.getByRole('checkbox', { name: 'Mardi' }).click();
    await page.getByLabel('Jusqu’au').fill('2027-06-30');
    await page.getByLabel('Nom', { exact: false }).first().fill('Chorale');
    await look('decloisonnement');
    await page.getByTestId('send-out').click();
    await page.getByTestId('door-sheet').waitFor();
    await goTo(page, 'Groupes, accueils');
    await page.getByText(`${label} : Chorale`).waitFor();
    await page.getByText(/Chaque mardi, de 10\sh\s30 à 11\sh\s30/).waitFor();
  });
});

describe('a host', () => {
  it('sees today’s guests on the day page and in the roll call, and finishes it with one tap', async () => {
    await page.goto(page.url().replace(/#.*/, '#/repartir'));
    await page.getByRole('button', { name: /^CP/ }).click();
    await page.getByLabel('Le', { exact: true }).fill(inParis());
    await page.getByLabel('Retour à').fill('23:59');
    await page.getByTestId('send-out').click();
    await page.getByTestId('door-sheet').waitFor();
    await goTo(page, 'Ma journée');
    await page.getByTestId('dispatch-today').waitFor();
    await look('ma-journee-accueil');
    await goTo(page, 'L’appel');
    // The roll call is of a half-day; how long they stay is of the whole day.
    await page.getByText('accueilli, CP, toute la journée').first().waitFor();
    await look('appel-accueil');
    await page.getByTestId('roll-save').click();
    await page.getByText(/Appel fait par/).waitFor();
    await goTo(page, 'Groupes, accueils');
    const now = page.getByText('En ce moment', { exact: true });
    await now.waitFor();
    await page.getByLabel('Retour habituel à').fill('16:00');
    await page.getByRole('tabpanel').getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('Retour habituel à 16 h.', { exact: true }).waitFor();
    await look('accueils');
    await page
      .getByRole('article')
      .filter({ has: now })
      .getByRole('button', { name: 'Terminer maintenant' })
      .click();
    await eventually(() => now.count()).toBe(0);
  });
});

describe('a group', () => {
  it('is made, changed, put away and taken up again', async () => {
    await page.getByRole('tab', { name: /Groupes/ }).click();
    await page.getByText('Aucun groupe').waitFor();
    await page.getByTestId('new-group').click();
    const dialog = page.getByRole('dialog', { name: 'Nouveau groupe' });
    await dialog
      .getByLabel('Nom du groupe')
      .fill('Atelier de lecture du mardi, avec un très long nom pour voir');
    await choose(page, dialog.getByRole('combobox').first(), 'Atelier');
    const boxes = dialog.getByRole('checkbox');
    await boxes.nth(0).click();
    await boxes.nth(1).click();
    await look('groupe');
    await button(dialog, 'Enregistrer (2 élèves)').click();
    await page.getByText('2 élèves :').waitFor();
    await look('groupes');
    await button(page, 'Ranger').click();
    await page.getByText('Rangé', { exact: true }).waitFor();
    await button(page, 'Reprendre').click();
    await button(page, 'Ranger').waitFor();
  });
});

describe('the white pages', () => {
  it('find a child by keyboard alone, and open the sheet', async () => {
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Nom, prénom, classe ou fonction' });
    await field.waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox');
    await page.keyboard.type('directrice');
    await page.getByRole('option').first().waitFor();
    await look('chercher');
    await field.fill('zzzzzz');
    await page.getByText('Personne ne correspond').waitFor();
    await field.fill('martin');
    await eventually(() => page.getByRole('option').count()).toBeGreaterThan(0);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await eventually(() => page.url()).toMatch(/personnes/);
  });
});
