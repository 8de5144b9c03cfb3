import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createIntermediate, createLeaf, createSchoolRoot } from '../../src/main/devices/ca';
import { toDer } from '../../src/main/devices/x509';
import { openSchool, TEACHER } from '../integration/lan/school';
import { remember } from '../integration/connectors/pupil-computers';
import { launchApp, ROOT, type RunningApp } from './harness';
import { painted, tile } from './walk/4-wall';
import { expectAccessible } from './walk/accessible';
import * as child from './walk/child';
import { eventually } from './walk/eventually';
import { button, goTo } from './walk/staff';
import { World, type Poste } from './walk/world';

/** A computer of the class in pupil mode, on the real door of a real poste: nothing here is asked of a person but what is said. */
describe('a pupil’s computer in pupil mode', () => {
  const world = new World();
  const CODE = '7391';
  let poste: Poste;
  let folder: string;
  let pupil: RunningApp;
  beforeAll(async () => {
    poste = await world.poste();
    world.app = await poste.start();
    folder = await world.folder();
    const { page } = world;
    await page.getByRole('link', { name: /Ma classe, tout de suite/ }).click();
    await page.getByLabel('Les prénoms de la classe').fill('Léa\nNoé\nInès');
    await button(page, 'Ouvrir ma classe').click();
    await page.locator('[data-test=join-panel]').waitFor();
    await page.keyboard.press('Escape');
  });
  afterAll(async () => {
    await pupil.kill().catch(() => undefined);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await world.end();
  });
  const PICTURES = process.env['PREAU_E2E_PICTURES'];
  const shoot = async (page: Page, name: string): Promise<void> => {
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  };
  const start = (...doors: readonly number[]): Promise<RunningApp> =>
    launchApp({
      dataFolder: folder,
      args: ['--pupil-mode'],
      env: { PREAU_DOORS: JSON.stringify(doors.map((port) => `127.0.0.1:${port}`)) },
    });
  const kiosk = (): Promise<boolean> =>
    pupil.electronApp.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isKiosk() === true);
  const ask = (page: Page, text: string): Promise<string> =>
    page.evaluate(
      (said) =>
        (
          globalThis as unknown as { preauComputer: { ask(text: string): Promise<string> } }
        ).preauComputer.ask(said),
      text,
    );

  it('meets the school, compares signs, and is one device of the class by the adult’s letters', async () => {
    const { page } = world;
    await goTo(page, 'Appareils');
    await button(page, 'Préparer un appareil').click();
    const dialog = page.getByRole('dialog', { name: 'Préparer un appareil' });
    await dialog.getByRole('radio', { name: 'Ordinateur' }).click();
    await button(dialog, 'Suivant').click();
    const print = await dialog.locator('[data-test=print]').innerText();
    expect(print).toMatch(/^([0-9A-F]{4} ){3}[0-9A-F]{4}$/);
    await shoot(page, 'signes-enseignant');

    pupil = await start();
    await pupil.page.getByRole('heading', { name: 'Je ne trouve pas l’ordinateur de la classe' }).waitFor();
    await expectAccessible(pupil.page, 'mode élève, rien trouvé');
    await shoot(pupil.page, 'rien');
    await pupil.page.getByLabel('Adresse de l’ordinateur de l’enseignant').fill('https://www.exemple.fr');
    await button(pupil.page, 'Y aller').click();
    await pupil.page.getByRole('heading', { name: 'Cette adresse ne convient pas' }).waitFor();
    await pupil.page
      .getByLabel('Adresse de l’ordinateur de l’enseignant')
      .fill(`127.0.0.1:${poste.ports.secure}`);
    await button(pupil.page, 'Y aller').click();
    await pupil.page.getByRole('heading', { name: 'Première rencontre avec l’école' }).waitFor();
    expect(await pupil.page.locator('[data-test=print]').innerText()).toBe(print);
    await shoot(pupil.page, 'rencontre');
    await pupil.page.getByLabel('Code pour quitter le plein écran').fill('12');
    await button(pupil.page, 'Les signes sont les mêmes').click();
    await pupil.page.getByText('Il faut 4 à 8 chiffres.').waitFor();
    await expectAccessible(pupil.page, 'mode élève, première rencontre');
    await pupil.page.getByLabel('Code pour quitter le plein écran').fill(CODE);
    await button(pupil.page, 'Les signes sont les mêmes').click();

    await child.button(pupil.page, 'Je suis un adulte : reconnaître cette tablette').click();
    await button(dialog, 'C’est fait').click();
    const letters = await dialog.locator('[data-test=enrol-code]').innerText();
    await child.touchLetters(pupil.page, letters.replace(/\s/g, ''));
    await child.button(pupil.page, 'Reconnaître').click();
    await pupil.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    await dialog.getByText(/est prête/).waitFor();
    await button(dialog, 'Terminer').click();
  });

  it('fills the screen and is live on the wall, asked for by nobody; the child is told who looks', async () => {
    const { page } = world;
    await goTo(page, 'Classe mobile');
    await eventually(kiosk).toBe(true);
    await eventually(() => painted(tile(page, 'N° 1').locator('canvas'))).toBe(true);
    await tile(page, 'N° 1').click();
    await page.getByRole('dialog', { name: /^N° 1/ }).getByText('Écran en direct').waitFor();
    await pupil.page.getByText('regarde ton écran').waitFor();
    await shoot(pupil.page, 'table');
    await page.keyboard.press('Escape');
    expect(await child.button(pupil.page, 'Montrer mon écran').count()).toBe(0);
  });

  it('is covered by « Attention ! », seen in its picture, and comes back to it after a reload', async () => {
    const { page } = world;
    await page.locator('[data-test=attention-more]').click();
    await page.getByText('l’écran est couvert jusqu’au bout').waitFor();
    await page.locator('[data-test=lock-all]').click();
    await pupil.page.getByRole('alertdialog').waitFor();
    await page.locator('[data-test=attention-on]').getByText('1 vu à l’écran').waitFor();
    await eventually(() =>
      pupil.electronApp.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isAlwaysOnTop()),
    ).toBe(true);
    await shoot(pupil.page, 'attention');
    await pupil.page.reload();
    await pupil.page.getByRole('alertdialog').waitFor();
    await page.locator('[data-test=unlock]').click();
    await pupil.page.getByRole('alertdialog').waitFor({ state: 'detached' });
  });

  it('does nothing that the contract does not say, for no page but the door’s', async () => {
    const { page } = pupil;
    for (const said of [
      '',
      '{',
      '{"request":"quit","input":{}}',
      '{"request":"full","input":{"on":"yes"}}',
      '[]',
    ])
      expect(JSON.parse(await ask(page, said))).toMatchObject({ ok: false, error: { code: 'BAD_INPUT' } });
    expect(JSON.parse(await ask(page, '{"request":"start","input":{"id":"terminal"}}'))).toEqual({
      ok: true,
      value: { outcome: 'missing' },
    });
    expect(await page.evaluate(() => 'preauMeeting' in globalThis || 'require' in globalThis)).toBe(false);
    const before = page.url();
    await page.evaluate(() => {
      window.open('https://127.0.0.1:9/');
      location.href = 'http://127.0.0.1:9/';
    });
    // What was refused leaves the page where it is, and it still answers.
    expect(JSON.parse(await ask(page, '{"request":"key","input":{}}'))).toMatchObject({ ok: true });
    expect(page.url()).toBe(before);
    expect(pupil.electronApp.windows()).toHaveLength(1);
  });

  it('gives the window back to an adult’s code', async () => {
    const { page } = pupil;
    await child.button(page, 'Pour un adulte : quitter le plein écran').click();
    await page.getByLabel('Code', { exact: true }).fill('0000');
    await child.button(page, 'Quitter le plein écran').click();
    await page.getByText('Ce n’est pas ce code.').waitFor();
    await expectAccessible(page, 'mode élève, adulte');
    expect(await kiosk()).toBe(true);
    await page.getByLabel('Code', { exact: true }).fill(CODE);
    await child.button(page, 'Quitter le plein écran').click();
    await eventually(kiosk).toBe(false);
  });

  it('refuses another school that answers at the address, in words', async () => {
    await pupil.close();
    const other = await forgedDoor();
    try {
      pupil = await start(other.port);
      // Its own school's door is remembered, and preferred: the forged one is typed by somebody.
      await pupil.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
      await eventually(kiosk).toBe(true);
      await pupil.kill();
      await world.app.kill();
      pupil = await start(other.port);
      await pupil.page.getByRole('heading', { name: 'C’est l’ordinateur d’une autre école' }).waitFor();
      await expectAccessible(pupil.page, 'mode élève, autre école');
      await shoot(pupil.page, 'autre-ecole');
    } finally {
      other.server.close();
    }
  });

  it('enters without a code at its school’s other addresses, under another certificate; is freed with the lesson', async () => {
    await pupil.kill();
    const built = join(ROOT, 'out/renderer/pupil');
    const school = await openSchool({ pupilFolder: built });
    await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Séance' });
    const own = await mkdtemp(join(tmpdir(), 'preau-pupil-mode-'));
    onTestFinished(() => rm(own, { recursive: true, force: true, maxRetries: 3 }));
    await remember(own, school, 'Ordinateur 1');
    await writeFile(join(own, 'applications.json'), JSON.stringify(APPLICATIONS));
    pupil = await launchApp({
      dataFolder: own,
      args: ['--pupil-mode'],
      env: { PREAU_DOORS: JSON.stringify([`127.0.0.1:${school.door.securePort}`]), XDG_DOCUMENTS_DIR: own },
    });
    await pupil.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    await eventually(kiosk).toBe(true);

    // An application of the lesson: a window beside it, until it is closed.
    const limits = { apps: { mode: 'only', apps: ['calme'] }, copy: 'free' };
    await ask(pupil.page, JSON.stringify({ request: 'settle', input: limits }));
    const started = await ask(pupil.page, '{"request":"start","input":{"id":"calme"}}');
    expect(JSON.parse(started)).toMatchObject({ value: { outcome: 'started' } });
    await eventually(kiosk).toBe(false);
    const none = { apps: { mode: 'only', apps: [] }, copy: 'free' };
    const closed = await ask(pupil.page, JSON.stringify({ request: 'settle', input: none }));
    expect(JSON.parse(closed)).toMatchObject({ value: { apps: 'done', closed: ['calme'] } });
    await eventually(kiosk).toBe(true);

    // A file leaves the page for the documents; not while the lesson blocks copies.
    await download(pupil.page, 'poème.txt');
    await pupil.page.getByText('« poème.txt » est dans les documents de cet ordinateur.').waitFor();
    expect(await readFile(join(own, 'poème.txt'), 'utf8')).toBe('poème.txt');
    await ask(pupil.page, JSON.stringify({ request: 'settle', input: { ...none, copy: 'blocked' } }));
    await download(pupil.page, 'secret.txt');
    await pupil.page.getByText('Pendant cette séance, on ne copie pas de fichier.').waitFor();
    expect(existsSync(join(own, 'secret.txt'))).toBe(false);

    await school.classroom.closeLesson(TEACHER);
    await eventually(kiosk).toBe(false);

    // The poste goes and comes back at another port, with another certificate: another origin, the same device.
    await pupil.close();
    await school.stop();
    const again = await openSchool({ folder: school.folder, pupilFolder: built });
    await again.classroom.open(TEACHER, { mode: 'numbered', title: 'Séance' });
    expect(again.door.securePort).not.toBe(school.door.securePort);
    pupil = await launchApp({
      dataFolder: own,
      args: ['--pupil-mode'],
      env: { PREAU_DOORS: JSON.stringify([`127.0.0.1:${again.door.securePort}`]) },
    });
    await pupil.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    await eventually(kiosk).toBe(true);
  });
});

const APPLICATIONS = {
  v: 1,
  applications: [{ id: 'calme', name: 'Un programme calme', program: '/bin/sleep', arguments: ['600'] }],
};

/** As a page's own link does. */
const download = (page: Page, name: string): Promise<void> =>
  page.evaluate((text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text]));
    link.download = text;
    link.click();
  }, name);

/** Somebody else's authority, at an address of this network: everything right but the root. */
async function forgedDoor(): Promise<{ server: Server; port: number }> {
  const now = Date.now();
  const root = createSchoolRoot('0750001A', now);
  const intermediate = createIntermediate(root, '0750001A', 'zzzz', now);
  const leaf = createLeaf(intermediate, 'zzzz', { host: 'preau-zzzz.local', addresses: ['127.0.0.1'] }, now);
  const server = createServer(
    { key: leaf.privateKey, cert: leaf.certificate + intermediate.certificate },
    (request, response) => response.end(request.url === '/ecole.crt' ? toDer(root.certificate) : ''),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}
