import { eventually } from './eventually';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { makePdf } from '../pupil/pdf-fixture';
import { expectAccessible } from './accessible';
import * as child from './child';
import { button, goTo, pickFiles } from './staff';
import type { Step } from './steps';
import { devicesOf, TEACHER } from './world';

export const SHEET = 'Les tables de trois';
/** « a quitté Préau » is on the wall this long after the page went (DESIGN 5). */
const LEFT_WITHIN_MS = 2_000;

export const tile = (page: Page, who: string): Locator =>
  page.getByRole('button', { name: new RegExp(`^${who},`) });

/** Whether something was painted on a canvas: two pixels that differ. */
export const painted = (canvas: Locator): Promise<boolean> =>
  canvas.evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const data = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data;
    return data?.some((value, at) => value !== data[at % 4]) ?? false;
  });

export const wall: readonly Step[] = [
  {
    says: 'sees within two seconds that a tablet left the page, and that it came back',
    async does(world) {
      const { page } = world;
      const { one } = devicesOf(world);
      const seen = tile(page, 'Alice');
      await eventually(() => seen.getAttribute('data-presence')).toBe('here');
      // A headless Chromium never hides a tab: the child goes to another page, as from a bookmark.
      const begun = performance.now();
      await one.page.goto('about:blank');
      await page
        .getByRole('button', { name: /^Alice,.*a (quitté|fermé) Préau/ })
        .waitFor({ timeout: 10_000 });
      const took = performance.now() - begun;
      console.log(`« a quitté Préau » after ${Math.round(took)} ms`);
      expect(took).toBeLessThan(LEFT_WITHIN_MS);
      await page.getByText(/\d+ (a|ont) quitté Préau/).waitFor();
      await one.page.goBack();
      await eventually(() => seen.getAttribute('data-presence')).toBe('here');
    },
  },
  {
    says: 'shows a raised hand, a tablet large as it says it is, and a computer’s screen live',
    async does(world) {
      const { page } = world;
      const { one, computer } = devicesOf(world);
      await child.button(one.page, 'Lever la main').click();
      await tile(page, 'Alice').locator('.hand').waitFor();
      await tile(page, 'Alice').click();
      const large = page.getByRole('dialog', { name: /^Alice/ });
      await large.getByText('Cette tablette ne peut pas montrer son écran').waitFor();
      await expectAccessible(page, 'classe, en grand');
      await button(large, 'J’ai répondu').click();
      await child.button(one.page, 'Lever la main').waitFor();
      await page.keyboard.press('Escape');

      await child.button(computer.page, 'Montrer mon écran').click();
      await eventually(() => painted(tile(page, 'Jade').locator('canvas'))).toBe(true);
      await tile(page, 'Jade').click();
      const live = page.getByRole('dialog', { name: /^Jade/ });
      await live.getByText('Écran en direct').waitFor();
      await eventually(() => painted(live.locator('canvas'))).toBe(true);
      // Who is looked at is told.
      await computer.page.getByText('regarde ton écran').waitFor();
      await expectAccessible(computer.page, 'élève, regardé');
      await page.keyboard.press('Escape');
    },
  },
  {
    says: 'projects a live screen that goes on in another room, and behind the locked screen',
    async does(world) {
      const { page } = world;
      const { computer } = devicesOf(world);
      await page.locator('[data-test=tool-project]').click();
      const dialog = page.getByRole('dialog', { name: 'Projeter des écrans' });
      await dialog.getByRole('checkbox', { name: /Jade/ }).click();
      const opened = world.app.electronApp.waitForEvent('window');
      await dialog.locator('[data-test=project-open]').click();
      const board = await opened;
      const shown = board.locator('canvas[data-live]');
      await eventually(() => painted(shown)).toBe(true);
      const picture = (): Promise<string> =>
        shown.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
      const moves = async (colour: string): Promise<void> => {
        const before = await picture();
        await computer.page.evaluate((to) => (document.body.style.background = to), colour);
        await eventually(async () => (await picture()) !== before).toBe(true);
      };
      // No tile of the wall is on the page any more: nothing else makes it ask for the board's.
      await goTo(page, 'Appareils');
      await moves('crimson');
      await page.keyboard.press('Control+l');
      const code = page.getByRole('dialog', { name: 'Choisir un code pour aujourd’hui' });
      await code.getByLabel('Code pour aujourd’hui').fill('4831');
      await code.getByLabel('Votre mot de passe').fill(TEACHER.password);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Écran verrouillé' }).waitFor();
      await moves('navy');
      await page.getByLabel('Votre code du jour').fill('4831');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Écran verrouillé' }).waitFor({ state: 'detached' });
      await moves('');
      await board.close();
      await goTo(page, 'Classe mobile');
    },
  },
  {
    says: 'calls for attention in one click, gives it a reason and an end; a reload does not get out of it; frees everybody',
    async does(world) {
      const { page } = world;
      const { all, two } = devicesOf(world);
      await button(page, 'Attention !').click();
      for (const device of all) await device.page.getByRole('alertdialog').waitFor();
      await button(page, 'Changer').click();
      const dialog = page.getByRole('dialog', { name: 'Attention !' });
      await dialog.getByLabel('Pourquoi').fill('On regarde le tableau');
      await dialog.getByRole('radio', { name: '2 min' }).click();
      await expectAccessible(page, 'classe, attention');
      await button(dialog, 'Changer').click();
      for (const device of all) {
        const screen = device.page.getByRole('alertdialog');
        await screen.getByText('On regarde le tableau').waitFor();
        await screen.getByText(/Jusqu’à \d+ h \d\d/).waitFor();
      }
      await expectAccessible(two.page, 'élève, attention');
      await page.getByText(/3 sur \d en attente/).waitFor();
      await two.page.reload();
      await two.page.getByRole('alertdialog').getByText('On regarde le tableau').waitFor();
      await page.getByText(/3 sur \d en attente/).waitFor();
      await expectAccessible(page, 'classe, en attente');
      await button(page, 'Libérer les écrans').click();
      for (const device of all) await device.page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await two.page.getByRole('heading', { name: 'Bonjour Noé et Zoé !' }).waitFor();
    },
  },
  {
    says: 'sends a PDF to all and a web page to one, and learns what became of each',
    async does(world) {
      const { page } = world;
      const { all, one } = devicesOf(world);
      const folder = await mkdtemp(join(tmpdir(), 'preau-sheet-'));
      world.later(() => rm(folder, { recursive: true, force: true }));
      const file = join(folder, 'tables.pdf');
      await writeFile(file, makePdf(2));
      await button(page, 'Envoyer').click();
      const dialog = page.getByRole('dialog', { name: 'Envoyer aux élèves' });
      await pickFiles(page, button(dialog, 'Choisir le fichier').first(), [file]);
      await dialog.getByLabel('Titre pour les élèves').fill(SHEET);
      await expectAccessible(page, 'classe, envoyer');
      await button(dialog, 'Envoyer').click();
      const outcomes = page.getByRole('dialog', { name: 'Ce qui a été fait sur chaque appareil' });
      // The visitor of a moment ago is gone: counted, and said not to answer.
      await outcomes.getByText('Reçu par 3 sur 4').waitFor();
      await outcomes.locator('[data-state=no-answer]').waitFor();
      await expectAccessible(page, 'classe, ce qui a été envoyé');
      await page.keyboard.press('Escape');
      for (const device of all) {
        await device.page.getByRole('heading', { name: SHEET }).waitFor();
        await eventually(() => painted(device.page.locator('canvas').first())).toBe(true);
      }
      await expectAccessible(one.page, 'élève, document');

      await tile(page, 'Alice').click();
      await page
        .getByRole('dialog', { name: /^Alice/ })
        .getByRole('button', { name: 'Lui envoyer' })
        .click();
      await dialog.getByRole('radio', { name: /Une page web/ }).click();
      await dialog.getByLabel('Adresse de la page').fill('http://127.0.0.1:9/cycle-de-l-eau');
      await dialog.getByLabel('Titre pour les élèves').fill('Le cycle de l’eau');
      await button(dialog, 'Envoyer').click();
      // A page without https cannot be shown inside a secure one: said, with the way out on the device.
      const row = outcomes.locator('[data-test=outcomes]').filter({ hasText: 'Le cycle de l’eau' });
      await row.locator('[data-state=impossible]').waitFor();
      await row.getByText('cet appareil ne sait pas l’ouvrir').waitFor();
      await page.keyboard.press('Escape');
      await one.page.getByText('Cette page ne veut pas s’ouvrir ici').waitFor();
      await one.page.getByRole('link', { name: 'L’ouvrir à côté' }).waitFor();
      await expectAccessible(one.page, 'élève, page web');
    },
  },
  {
    says: 'takes what pupils drew and wrote, named, into « travaux rendus »',
    async does(world) {
      const { page } = world;
      const { one, two } = devicesOf(world);
      await child.button(one.page, 'Revenir au début').click();
      await one.page.getByRole('button', { name: new RegExp(SHEET) }).click();
      await child.answerSheet(one.page, 'trois fois sept font vingt et un');
      await one.page.getByText('C’est arrivé').waitFor();
      await expectAccessible(one.page, 'élève, rendu');
      await child.answerSheet(two.page, 'nous sommes deux');
      await two.page.getByText('C’est arrivé').waitFor();

      await page.getByRole('link', { name: /travaux rendus/i }).click();
      await page.getByRole('row', { name: new RegExp(`Noé, Zoé.*${SHEET}`) }).waitFor();
      await expectAccessible(page, 'travaux rendus');
      await page.getByRole('row', { name: new RegExp(`Alice.*${SHEET}`) }).click();
      const viewer = page.getByRole('dialog', { name: /^Alice/ });
      await viewer.getByText('trois fois sept font vingt et un').waitFor();
      await viewer.getByRole('img', { name: /Dessin de l’élève/ }).waitFor();
      await eventually(() => painted(viewer.locator('canvas').first())).toBe(true);
      await expectAccessible(page, 'travaux rendus, un travail');
      await page.keyboard.press('Escape');
      await goTo(page, 'Classe mobile');
    },
  },
];
