import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { foundSchool } from './walk/1-school';
import { button, goTo, signIn } from './walk/staff';
import { HEAD, HEAD_PASSWORD, World } from './walk/world';

/** What a person does, what the screen then says, and where it is found after the battery went. */
interface Gesture {
  readonly says: string;
  readonly does: (page: Page) => Promise<void>;
  readonly isThere: (page: Page) => Promise<void>;
}

const GESTURES: readonly Gesture[] = [
  {
    says: 'a class',
    async does(page) {
      await goTo(page, 'Classes et élèves');
      await button(page, 'Ajouter une classe').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Nom de la classe').fill('CM2');
      await button(dialog, 'Ajouter').click();
      await page.getByText('Classe CM2 ajoutée.').first().waitFor();
    },
    async isThere(page) {
      await goTo(page, 'Classes et élèves');
      await page.getByRole('row', { name: /^CM2/ }).waitFor();
    },
  },
  {
    says: 'a pupil',
    async does(page) {
      await goTo(page, 'Classes et élèves');
      await page.getByRole('row', { name: /^CM2/ }).click();
      await button(page, 'Ajouter un élève').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Prénom').fill('Maëlys');
      await button(dialog, 'Ajouter').click();
      await page.getByText('Maëlys est dans la classe.').first().waitFor();
    },
    async isThere(page) {
      await goTo(page, 'Classes et élèves');
      await page.getByRole('row', { name: /^CM2/ }).click();
      await page.getByRole('row', { name: /Maëlys/ }).waitFor();
    },
  },
  {
    says: 'a roll call',
    async does(page) {
      await goTo(page, 'L’appel');
      await page
        .getByRole('group', { name: /^Maëlys/ })
        .locator('label', { hasText: 'Absent' })
        .click();
      await button(page, 'L’appel est fait').click();
      await page.getByText(/^Appel fait par/).waitFor();
    },
    async isThere(page) {
      await goTo(page, 'L’appel');
      await page.getByText(/^Appel fait par/).waitFor();
      await page.getByText('1 absent', { exact: true }).waitFor();
    },
  },
  {
    says: 'a cart',
    async does(page) {
      await goTo(page, 'Chariots');
      await page.getByLabel('Nom', { exact: true }).fill('Valise rouge');
      await button(page, 'Ajouter ce chariot').click();
      await page.getByRole('heading', { name: 'Valise rouge', level: 1 }).waitFor();
    },
    async isThere(page) {
      await goTo(page, 'Chariots');
      await page.getByRole('heading', { name: 'Valise rouge', level: 1 }).waitFor();
    },
  },
];

/** Fails while anybody listens there. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

describe('SIGKILL, as a battery does it', () => {
  const world = new World();
  beforeAll(async () => {
    world.first = await world.poste();
    world.app = await world.first.start();
  });
  afterAll(() => world.end());

  /** Kills, checks that nothing stays behind, starts again and signs in. */
  async function killAndReturn(): Promise<void> {
    await world.app.kill();
    const { secure, plain, poste } = world.first.ports;
    for (const port of [secure, plain, poste]) expect(await isFree(port)).toBe(true);
    world.app = await world.first.start();
    await signIn(world.page, HEAD, HEAD_PASSWORD);
    await world.page.getByRole('heading', { name: `Bonjour ${HEAD.first}` }).waitFor();
  }

  it('on the very page of the recovery sheet: the school is there', async () => {
    world.recoveryCode = await foundSchool(world.page);
    await killAndReturn();
  });

  for (const { says, does, isThere } of GESTURES)
    it(`as soon as the screen has confirmed ${says}`, async () => {
      await does(world.page);
      await killAndReturn();
      await isThere(world.page);
    });

  it('while it starts', async () => {
    await world.app.kill();
    const starting = world.first.start();
    // A window that has just come stands for « in the middle »: its host is still opening databases.
    world.app = await starting;
    await killAndReturn();
    for (const { isThere } of GESTURES) await isThere(world.page);
  });
});
