import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StaffBridge } from '../../src/contract/bridge';
import type { Page } from 'playwright-core';
import { launchApp, type RunningApp } from './harness';
import { look as lookAt } from './walk/look';
import { importOnde, newSchool } from './walk/opening';
import { button, choose, goTo, signIn } from './walk/staff';

declare global {
  interface Window {
    readonly preau: StaffBridge;
  }
}

/** A teacher and a pack of thirty in two valises: made, placed, lent, booked, given back; at the two widths schools have. */
let app: RunningApp;
let page: Page;

const NAME = 'Valise émeraude des grandes sections et du CP';
const DEVICES = 30;
const PASSWORD = 'une marelle à la craie bleue';
const look = (name: string): Promise<void> => lookAt(page, name);
const labelOf = (n: number): string => `Tablette émeraude du cycle 2 n° ${n}`;
const serialOf = (n: number): string => `EMERAUDE${String(n).padStart(3, '0')}`;
const place = (n: number) => page.locator(`[data-place="${n}"]`);
const said = () => page.locator('[data-test=said]');

async function ask(method: string, input: unknown): Promise<Record<string, unknown>> {
  const { ok, value, error } = await page.evaluate(([name, given]) => window.preau.request(name, given), [
    method,
    input,
  ] as const) as { ok: boolean; value: Record<string, unknown>; error: unknown }; // prettier-ignore
  if (!ok) throw new Error(`${method} ${JSON.stringify(error)}`);
  return value;
}

beforeAll(async () => {
  app = await launchApp();
  page = app.page;
  await newSchool(page);
  await importOnde(page);
  for (let n = 1; n <= DEVICES; n += 1)
    await ask('inventory.addDevice', {
      label: labelOf(n),
      kind: n > 28 ? 'computer' : 'tablet',
      serial: serialOf(n),
    });
  await ask('inventory.addAccessory', { label: 'Casque 1', kind: 'headset', serial: 'CASQUE1' });
  // A teacher who is no head sits down: the head's rights are not needed for any of it.
  const { staff } = (await ask('people.staff', {})) as { staff: { id: string; name: string; roles: string[]; classIds: string[] }[] }; // prettier-ignore
  const teacher = staff.find(({ roles, classIds }) => !roles.includes('head') && classIds.length > 0);
  if (!teacher) throw new Error('no teacher');
  const { accounts } = (await ask('people.createAccounts', { people: [teacher.id] })) as { accounts: { password: string }[] }; // prettier-ignore
  const current = accounts[0]?.password ?? '';
  await ask('session.signOut', {});
  await ask('session.signIn', { who: teacher.id, password: current });
  await ask('people.changePassword', { current, next: PASSWORD });
  const { signedIn } = (await ask('session.state', {})) as { signedIn: { charter: number } };
  await ask('accounts.acceptCharter', { version: signedIn.charter });
  await ask('session.signOut', {});
  await page.reload();
  await signIn(page, { name: teacher.name, login: '' }, PASSWORD);
  await page.getByRole('navigation', { name: 'Menu' }).waitFor();
}, 120_000);
afterAll(() => app.close());

describe('a teacher and a pack of thirty', () => {
  it('gives it a name, two valises and a room', async () => {
    await goTo(page, 'Chariots');
    await page.getByText('Pas encore de chariot').waitFor();
    await look('lots-vide');
    await page.getByLabel('Nom', { exact: true }).fill(NAME);
    await page.getByLabel('Nombre de places').fill('30');
    await choose(page, page.getByLabel('En combien de contenants ?'), '2 contenants (15 + 15 places)');
    await page.getByLabel('Où est-il ?').fill('Salle des maîtres');
    await button(page, 'Ajouter ce chariot').click();
    await page.getByRole('heading', { name: NAME, level: 1 }).waitFor();
    await look('lot-et-charge');
    await page.locator('[data-test=place-first]').click();
    await page.getByRole('heading', { name: `Placer les appareils : ${NAME}`, level: 1 }).waitFor();
    await page.goBack();
    await button(page, 'Le lot').click();
    await page.getByText('Valise · 30 places · en plusieurs contenants (15 + 15)').waitFor();
    await look('lot-sans-appareil');
  });

  it('scans the labels one after the other: what is wrong is said at once, and the flow goes on', async () => {
    await button(page, 'Placer les appareils').click();
    await look('placer-depart');
    await button(page, 'Commencer').click();
    const field = page.getByLabel('Étiquette, numéro de série ou nom');
    await field.waitFor();
    const scan = async (text: string): Promise<void> => {
      // As a scanner: where the hand is, without a click between two.
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    };
    const now = (n: number) => page.locator('[data-test=bay-now]', { hasText: new RegExp(`^Place ${n}$`) }).waitFor(); // prettier-ignore
    await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
    await scan(serialOf(2));
    await now(2);
    await scan('PERDU42');
    await said().getByText('« PERDU42 » n’est pas dans l’inventaire').waitFor();
    await scan('CASQUE1');
    await said().getByText('Casque 1 n’est pas une tablette ni un ordinateur').waitFor();
    await scan(serialOf(2));
    await said()
      .getByText(`Déjà fait : ${labelOf(2)}, place 1`)
      .waitFor();
    await look('placer-erreur');
    // What an American scanner types on a French keyboard.
    await scan('E?ERQUDEàà&');
    await now(3);
    await scan(serialOf(9));
    await now(4);
    await button(page, 'Annuler la dernière').click();
    await now(3);
    for (let n = 3; n <= DEVICES; n += 1) {
      await scan(serialOf(n));
      if (n < DEVICES) await now(n + 1);
    }
    await page.getByText('Toutes les places sont remplies').waitFor();
    await page.getByText('30 placés').waitFor();
    await look('placer-complet');
    await button(page, 'Terminé').first().click();
  }, 120_000);

  it('exchanges two places in two taps, empties one, and takes both back', async () => {
    await place(1).getByText(labelOf(2)).waitFor();
    await place(1).click();
    await page.getByText('Place 1 : touchez l’autre place pour échanger.').waitFor();
    await look('lot-echanger');
    await place(2).click();
    await place(1).getByText(labelOf(1), { exact: true }).waitFor();
    await place(30).press('Enter');
    await button(page, 'Vider cette place').click();
    await page.getByText('1 appareil du lot n’a pas de place').waitFor();
    await page.getByRole('button', { name: 'Annuler', exact: true }).last().click();
    await place(30).getByText(labelOf(30)).waitFor();
    await place(30).click();
    await button(page, 'Vider cette place').click();
    await page.getByText('1 appareil du lot n’a pas de place').waitFor();
    await look('lot-attente');
    const cart = /cart_[a-z2-7]{13}/.exec(page.url())?.[0];
    await ask('sets.place', { cart, bay: 30, what: { by: 'scan', text: serialOf(30) } });
    await place(30).getByText(labelOf(30)).waitFor();
  });

  it('is asked before a place that is taken goes', async () => {
    await button(page, 'Modifier').click();
    const dialog = page.getByRole('dialog', { name: `Modifier « ${NAME} »` });
    await dialog.getByLabel('Nombre de places').fill('28');
    await button(dialog, 'Enregistrer').click();
    await dialog.getByText(/perdraient leur place/).waitFor();
    await look('lot-modifier');
    await button(dialog, 'Garder 30 places').click();
    await button(dialog, 'Enregistrer').click();
    await dialog.waitFor({ state: 'hidden' });
    await place(30).getByText(labelOf(30)).waitFor();
  });

  it('lends one valise to the next class, sees it on the day page, and has it back', async () => {
    await button(page, 'Prêter une partie').click();
    const dialog = page.getByRole('dialog', { name: `Prêter « ${NAME} »` });
    await dialog.getByRole('radio', { name: /Valise 2/ }).waitFor();
    await dialog.getByLabel('Jusqu’à', { exact: true }).fill('23:59');
    await look('lot-preter');
    await button(dialog, 'Prêter : places 16 à 30').click();
    await dialog.waitFor({ state: 'hidden' });
    await page.locator('[data-test=set-presence]').getByText('15 prêtées').waitFor();
    await look('lot-prete');
    await goTo(page, 'Ma journée');
    await page
      .getByTestId('sets-today')
      .getByText(/places 16 à 30, jusqu’à 23/)
      .waitFor();
    await look('ma-journee-prets');
    await page.goBack();
    await button(page, 'C’est revenu').click();
    await page.getByText('Rien n’est prêté.').waitFor();
  });

  it('says where it went, and reads who moved it', async () => {
    await page.getByLabel('Il change d’endroit').fill('Bibliothèque');
    await button(page, 'Il est là maintenant').click();
    await page.getByText('Déplacé : Bibliothèque').waitFor();
    await page.getByText('Déplacé : Salle des maîtres').waitFor();
  });

  it('books it by keyboard, is refused where it is taken, and gives it back', async () => {
    await goTo(page, 'Réservations');
    await page.getByRole('heading', { name: 'Réservations', level: 1 }).waitFor();
    await look('semaine-vide');
    await button(page, 'Semaine d’après').click();
    await button(page, 'Cette semaine').waitFor();
    const cell = page.locator('.cell[tabindex="0"]');
    await cell.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Réserver' });
    await dialog.getByLabel('De', { exact: true }).waitFor();
    expect(await dialog.getByLabel('De', { exact: true }).inputValue()).toBe('10:30');
    await dialog.getByRole('switch', { name: 'Toutes les semaines, ce jour-là' }).click();
    await dialog
      .getByLabel('Pour quoi faire ?')
      .fill('Géométrie dynamique et programmation de petits robots');
    await look('reserver');
    await button(dialog, 'Réserver').click();
    await dialog.waitFor({ state: 'hidden' });
    const booking = page.locator('[data-test=booking]');
    await booking.waitFor();
    await look('semaine');

    await button(page, 'Réserver').click();
    await dialog.getByLabel('Jour', { exact: true }).waitFor();
    const day = ((await booking.textContent()) ?? '').trim();
    expect(day).toMatch(/^mardi/);
    const monday = await dialog.getByLabel('Jour', { exact: true }).inputValue();
    const tuesday = new Date(`${monday}T12:00:00Z`);
    tuesday.setUTCDate(tuesday.getUTCDate() + 1);
    await dialog.getByLabel('Jour', { exact: true }).fill(tuesday.toISOString().slice(0, 10));
    await dialog.getByLabel('De', { exact: true }).fill('11:00');
    await dialog.getByLabel('À', { exact: true }).fill('12:00');
    await button(dialog, 'Réserver').click();
    await dialog.getByText('Déjà réservé').waitFor();
    await look('reserver-pris');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /abandonner|Fermer sans|Quitter/i }).click({ timeout: 2_000 }).catch(() => undefined); // prettier-ignore
    await dialog.waitFor({ state: 'hidden' });

    await booking.click();
    const sheet = page.getByRole('dialog').filter({ hasText: 'Toutes les semaines jusqu’au' });
    await sheet.waitFor();
    await look('reservation');
    await sheet.getByRole('button', { name: /seulement$/ }).click();
    await booking.waitFor({ state: 'hidden' });
    await button(page, 'Semaine d’après').click();
    await booking.click();
    await sheet.getByRole('button', { name: 'Annuler toutes les semaines' }).click();
    await booking.waitFor({ state: 'hidden' });
  });

  it('removes it and brings it back whole', async () => {
    await goTo(page, 'Chariots');
    await button(page, 'Le lot').click();
    await button(page, 'Autres actions sur le chariot').click();
    await page.getByRole('menuitem', { name: 'Retirer ce lot…' }).click();
    const dialog = page.getByRole('dialog', { name: `Retirer « ${NAME} »` });
    await dialog.getByText('Que deviennent ses 30 appareils ?').waitFor();
    await look('lot-retirer');
    await button(dialog, 'Retirer le lot').click();
    await page.getByText('Pas encore de chariot').waitFor();
    await page.getByRole('button', { name: 'Annuler', exact: true }).last().click();
    await place(30).getByText(labelOf(30)).waitFor();
    await page.getByText('Bibliothèque').first().waitFor();
  });
});
