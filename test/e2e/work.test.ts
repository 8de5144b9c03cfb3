import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from './harness';
import { makePdf } from './pupil/pdf-fixture';
import { expectAccessible } from './walk/accessible';
import { button, choose, goTo, pickFiles } from './walk/staff';

/** The demonstration's class answers what it is sent: fifteen invented children over the true door. */
describe('work from the teacher’s side', () => {
  let app: RunningApp;
  let page: Page;
  let folder: string;
  const TITLE = 'Les tables de trois, de quatre et de cinq, à apprendre pour la fin de la semaine prochaine';
  const sendDialog = () => page.getByRole('dialog', { name: 'Envoyer aux élèves' });
  /** The dialog goes, what became of it on each device comes, and is closed. */
  const sent = async (title: string): Promise<void> => {
    await sendDialog().waitFor({ state: 'detached' });
    const outcomes = page.getByRole('dialog');
    await outcomes.getByText(title).first().waitFor();
    await page.keyboard.press('Escape');
    await outcomes.waitFor({ state: 'detached' });
  };
  const file = async (name: string, bytes: Buffer | string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'preau-work-'));
    app = await launchApp({ demonstration: true, env: { PREAU_LAN: '{"secure":0,"plain":0}' } });
    page = app.page;
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    await goTo(page, 'Classe mobile');
    await page.getByText('15 en classe').waitFor();
  }, 90_000);
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('sends several files at once; one that is none is said and keeps no other back', async () => {
    await page.locator('[data-test=send]').click();
    const dialog = sendDialog();
    await pickFiles(page, button(dialog, 'Choisir le fichier').first(), [
      await file('les_tables.pdf', makePdf(2)),
      await file('poème.txt', 'Il pleut sur le préau.\n'),
      await file('jeu.exe', Buffer.from('MZ\x00\x01')),
    ]);
    await dialog.locator('[data-state=ready]').nth(1).waitFor();
    await dialog.getByText('jeu.exe : Ce fichier ne peut pas être utilisé ici.').waitFor();
    await dialog.getByLabel('Titre pour les élèves').first().fill(TITLE);
    await expectAccessible(page, 'envoyer, plusieurs');
    await button(dialog, 'Envoyer').click();
    await page.getByText('2 documents envoyés').first().waitFor();
    await sent(TITLE);
  });

  it('asks who is on a picture: the families’ word decides, and it is sent once nobody is', async () => {
    await page.locator('[data-test=send]').click();
    const dialog = sendDialog();
    const png = await page.screenshot({ clip: { x: 0, y: 0, width: 60, height: 40 } });
    await pickFiles(page, button(dialog, 'Choisir le fichier').first(), [await file('sortie.png', png)]);
    const question = dialog.getByRole('group', { name: /reconnaissables/ });
    await question.waitFor();
    expect(await button(dialog, 'Envoyer').isDisabled()).toBe(true);
    await button(question, 'Oui, lesquels').click();
    expect(await button(dialog, 'Envoyer').isDisabled()).toBe(true);
    for (const box of await question.getByRole('checkbox').all()) await box.click();
    await expectAccessible(page, 'envoyer, qui est dessus');
    await button(dialog, 'Envoyer').click();
    await dialog
      .getByText(/Pas d’accord des familles[^]*Rien n’a été envoyé/)
      .first()
      .waitFor();
    await button(question, 'Non').click();
    await button(dialog, 'Envoyer').click();
    await sent('sortie');
  });

  it('finds again what was sent before, and shows an address as a QR code', async () => {
    await page.locator('[data-test=send]').click();
    const dialog = sendDialog();
    await dialog.getByRole('radio', { name: /Une page web/ }).click();
    await dialog.getByLabel('Adresse de la page').fill('example.org/les-tables');
    await button(dialog, 'Afficher le QR code').click();
    await page.getByRole('img', { name: 'QR code de https://example.org/les-tables' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('img', { name: /QR code de/ }).waitFor({ state: 'detached' });
    await dialog.getByRole('radio', { name: /Déjà envoyé/ }).click();
    await dialog.getByLabel('Chercher un titre').fill('tables de trois');
    await dialog.getByRole('button', { name: new RegExp(TITLE) }).click();
    await expectAccessible(page, 'envoyer, déjà envoyé');
    await button(dialog, 'Envoyer').click();
    await sent(TITLE);
  });

  it('collects what is begun, goes through it with the arrows, and gives a word back', async () => {
    await expect.poll(() => page.locator('[data-test=wall]').innerText(), { timeout: 20_000 }).not.toBe('');
    await page.evaluate(() => (location.hash = '#/travaux'));
    // Children have drawn something by then; what they had not finished comes as it stands.
    await expect
      .poll(
        async () => {
          await page.locator('[data-test=collect]').click();
          await page
            .getByText(/ramassés? sur/)
            .first()
            .waitFor();
          return page.locator('[data-test=work-list] tbody tr').count();
        },
        { timeout: 60_000, interval: 3_000 },
      )
      .toBeGreaterThan(5);
    await expectAccessible(page, 'travaux rendus, filtres');
    await page.getByRole('row').nth(1).click();
    const viewer = page.getByRole('dialog');
    await viewer.locator('[data-test=note]').waitFor();
    await viewer.locator('[data-test=note-text]').fill('Bravo ! Relis la deuxième ligne.');
    await button(viewer, 'Vert').click();
    const sheet = viewer.locator('svg.writes').first();
    await sheet.scrollIntoViewIfNeeded();
    const box = await sheet.boundingBox();
    if (!box) throw new Error('nothing to write on');
    await page.mouse.move(box.x + 40, box.y + 40);
    await page.mouse.down();
    for (let n = 1; n < 10; n += 1) await page.mouse.move(box.x + 40 + n * 10, box.y + 40 + (n % 2) * 8);
    await page.mouse.up();
    await expectAccessible(page, 'travail et mot');
    await button(viewer, 'Rendre').click();
    await page.getByText('Rendu : l’élève le voit').first().waitFor();
    const first = await viewer.getByRole('heading').first().innerText();
    await viewer.locator('[data-test=work-viewer]').press('ArrowRight');
    await viewer.getByText(/^2 sur \d+$/).waitFor();
    expect(await viewer.getByRole('heading').first().innerText()).not.toBe(first);
    await viewer.locator('[data-test=work-viewer]').press('ArrowLeft');
    await expect
      .poll(() => page.locator('[data-test=note-text]').inputValue())
      .toBe('Bravo ! Relis la deuxième ligne.');
    await viewer
      .getByText(/^Rendu .*\d/)
      .last()
      .waitFor();
    await page.keyboard.press('Escape');
  });

  it('puts a piece of work on the board without its pupil’s name, and what is written over it meanwhile', async () => {
    await page.getByRole('row').nth(1).click();
    const viewer = page.getByRole('dialog');
    await viewer.locator('[data-test=note]').waitFor();
    const [author = ''] = (await viewer.getByRole('heading').first().innerText()).split(' · ');
    const opened = app.electronApp.waitForEvent('window');
    await viewer.locator('[data-test=project-part]').first().click();
    const board = await opened;
    const work = board.locator('[data-test=projected-work]');
    await work.waitFor();
    expect(author).not.toBe('');
    expect(await board.locator('body').innerText()).not.toContain(author);
    const strokes = await work.locator('path').count();
    const high = await work.locator('.page').evaluate((sheet) => sheet.clientHeight / innerHeight);
    expect(high).toBeGreaterThan(0.8);

    await button(viewer, 'Rouge').click();
    const box = await viewer.locator('svg.writes').first().boundingBox();
    if (!box) throw new Error('nothing to write on');
    // The sheet is higher than the dialog: where it is seen now.
    const [x, y] = [box.x + 60, Math.max(box.y, 300) + 20];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y + 10);
    await page.mouse.up();
    await expect.poll(() => work.locator('path').count()).toBe(strokes + 1);
    await expectAccessible(page, 'travail projeté');

    const closed = board.waitForEvent('close');
    await button(viewer, 'Ne plus projeter').click();
    await closed;
    await button(viewer, 'Projeter').first().waitFor();
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
  });

  it('filters, and puts the files of one thing away as a ZIP with names', async () => {
    await choose(page, page.getByLabel('Lesquels'), 'Tout');
    const title = await page.getByRole('row').nth(1).getByRole('cell').nth(1).innerText();
    await choose(page, page.getByRole('combobox', { name: 'Travail' }), title);
    await page.evaluate(() => {
      const create = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (made: Blob) => {
        Object.assign(window, { made: made.arrayBuffer() });
        return create(made);
      };
    });
    await page.locator('[data-test=export-work]').click();
    await expect.poll(() => page.evaluate(() => 'made' in window)).toBe(true);
    const bytes = await page.evaluate(async () =>
      Array.from(new Uint8Array(await (window as unknown as { made: Promise<ArrayBuffer> }).made)),
    );
    const names = Object.keys(unzipSync(Uint8Array.from(bytes)));
    expect(names.length).toBeGreaterThan(3);
    for (const name of names)
      expect(name).toMatch(/^[^/]+\/\p{L}[^/]* - (v\d|pas fini)[^/]* - page 1\.svg$/u);
    await choose(page, page.getByLabel('Lesquels'), 'En retard');
    await page.getByText('Aucun travail ne correspond').waitFor();
  });
});
