import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { makePdf } from '../pupil/pdf-fixture';
import * as child from './child';
import { CART, CLASS, type Classroom } from './classroom-world';
import { more, pictureLabels, shoot } from './classroom-look';
import { eventually } from './eventually';
import { button, choose, goTo, pickFiles } from './staff';
import type { Step } from './steps';
import { tile } from './4-wall';

/** An invented page that answers nowhere: what is sent is its address. */
const PAGE = 'https://cycle-de-l-eau.invalid/schema';
export const SHEET = 'tables';

/** The class's first screens: everybody by first name and secret pictures. */
async function everybodyComesIn(room: Classroom): Promise<void> {
  for (const { label, name } of room.real) {
    const page = room.browser(label);
    await page.getByRole('button', { name, exact: true }).click();
    await child.touchPictures(page, pictureLabels(room.card(name).code));
    await page.getByRole('heading', { name: `Bonjour ${name} !` }).waitFor();
  }
  await Promise.all(
    room.simulated.map((one, at) => {
      const card = room.others[at];
      if (!card) throw new Error(`nobody for ${one.label}`);
      return one.comeIn(card);
    }),
  );
}
/** A browser that was too busy to take the gesture is asked again, as a child would. */
async function sharesItsTab(page: Page): Promise<void> {
  const on = child.button(page, 'Ne plus montrer mon écran');
  await eventually(async () => {
    if ((await on.count()) > 0) return true;
    await child.button(page, 'Montrer mon écran').click();
    return on.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  }).toBe(true);
}

export const opening = (room: Classroom): readonly Step[] => [
  {
    says: 'founds a school with a class of 28, and prepares thirty devices',
    async does() {
      await room.found();
      const { page } = room;
      await goTo(page, 'Classe mobile');
      await choose(page, page.getByLabel('Classe', { exact: true }), CLASS);
      await choose(page, page.getByLabel('Chariot'), CART);
      await button(page, 'Ouvrir la séance').click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('[data-test=more]').waitFor();
      await room.enrolAll();
    },
  },
  {
    says: 'lets 28 children in by first name and secret pictures, and keeps a plan and groups with the class',
    async does() {
      const { page } = room;
      await everybodyComesIn(room);
      await page.getByText('28 en classe').waitFor();
      await more(page, 'Plan et groupes');
      const plan = page.getByRole('dialog', { name: 'Plan et groupes' });
      await button(plan, 'Tirer au sort').click();
      await plan.getByRole('tab', { name: 'Places' }).click();
      await button(plan, 'En rangées').click();
      await eventually(() => plan.locator('[data-member]').count()).toBe(28);
      await shoot(page, 'plan');
      await page.keyboard.press('Escape');
      await more(page, 'Fermer la séance');
      await page.locator('[data-test=close-now]').click();
      await page.getByText('Votre plan et vos groupes sont prêts.').waitFor();
    },
  },
  {
    says: 'opens the next lesson in one gesture; every device greets its child; no tile is beyond the window',
    async does() {
      const { page } = room;
      const last = page.locator('[data-test=as-last-time]');
      for (const words of [CLASS, CART]) await last.getByText(words).waitFor();
      await page.getByText('28 tablettes reconnaîtront leurs élèves.').waitFor();
      await page.locator('[data-test=open-lesson]').click();
      for (const { label, name } of room.real) {
        const screen = room.browser(label);
        await screen.getByRole('heading', { name: `Bonjour ${name} ?` }).waitFor();
        await child.button(screen, 'Oui, c’est moi').click();
        await child.touchPictures(screen, pictureLabels(room.card(name).code));
        await screen.getByRole('heading', { name: `Bonjour ${name} !` }).waitFor();
      }
      for (const [at, one] of room.simulated.entries()) {
        const card = room.others[at];
        const { pupils } = await one.line.request('room.greeting', {});
        expect(pupils.map(({ id }) => id)).toEqual([card?.id]);
        if (card) await one.comeIn(card);
      }
      await page.getByText('28 en classe').waitFor();
      // Thirty devices at 1366 × 768: the two that wait are there too.
      expect(await page.locator('[data-test=wall] [data-seat]').count()).toBe(30);
      const beyond = await page.evaluate(() => {
        const foot = document.querySelector('[data-test=wall]')?.getBoundingClientRect().bottom ?? Infinity;
        return Math.round(foot - window.innerHeight);
      });
      expect(beyond, 'pixels of the wall below the window').toBeLessThanOrEqual(0);
      await sharesItsTab(room.browser('Ordinateur 1'));
      // The eight computers are live.
      await eventually(() => page.locator('[data-test=wall] canvas[data-live]').count()).toBe(8);
      await shoot(page, 'mur');
    },
  },
  {
    says: 'swaps a tablet for a spare in two clicks: what was drawn goes on there',
    async does() {
      const { page } = room;
      const folder = await mkdtemp(join(tmpdir(), 'preau-sheet-'));
      room.later(() => rm(folder, { recursive: true, force: true }));
      const [sheet, notes] = [join(folder, `${SHEET}.pdf`), join(folder, 'consigne.txt')];
      await writeFile(sheet, makePdf(2));
      await writeFile(notes, 'Lisez la page 12, puis répondez.\n');
      await button(page, 'Envoyer').click();
      const dialog = page.getByRole('dialog', { name: 'Envoyer aux élèves' });
      // Several at once.
      await pickFiles(page, button(dialog, 'Choisir le fichier').first(), [notes, sheet]);
      await eventually(() => dialog.locator('[data-state=ready]').count()).toBe(2);
      await shoot(page, 'envoyer');
      await button(dialog, 'Envoyer').click();
      await eventually(() => room.simulated.every(({ received }) => received.length === 2)).toBe(true);
      const outcomes = page.getByRole('dialog', { name: 'Ce qui a été fait sur chaque appareil' });
      await outcomes.waitFor();
      await page.keyboard.press('Escape');
      await outcomes.waitFor({ state: 'detached' });

      const one = room.browser('Tablette 2');
      await child.button(one, 'Crayon rouge').click();
      await child.drawLine(one);
      await eventually(() => room.at('Tablette 2').sent).toContain('room.keep');
      const spare = room.spares[0];
      if (!spare) throw new Error('no spare');
      await tile(page, 'Anne-Charlotte').click();
      const large = page.getByRole('dialog', { name: /^Anne-Charlotte/ });
      await large.locator('[data-test=swap]').click();
      await page.getByRole('menuitem', { name: spare.label }).click();
      await one.getByText(`Continue sur ${spare.label}`).waitFor();
      await page.keyboard.press('Escape');
      const state = await spare.line.request('lesson.state', {});
      const item = state.items.find(({ title }) => title === SHEET);
      if (!item) throw new Error('the sheet did not follow');
      const me = room.card('Anne-Charlotte');
      const kept = await spare.line.request('room.begun', { item: item.id, pupils: [me.id] });
      expect(kept.pages).toMatchObject([{ page: 1, strokes: 1 }]);
      spare.child = me;
      await spare.settle();
    },
  },
  {
    says: 'sends a page to all, and one device that cannot says so by itself',
    async does() {
      const { page } = room;
      const old = room.simulated.find(({ label }) => label === 'Portable 1');
      if (!old) throw new Error('no old computer');
      old.refuses = ['page'];
      await button(page, 'Envoyer').click();
      const dialog = page.getByRole('dialog', { name: 'Envoyer aux élèves' });
      await dialog.getByRole('radio', { name: /Une page web/ }).click();
      await dialog.getByLabel('Adresse de la page').fill(PAGE);
      await dialog.getByLabel('Titre pour les élèves').fill('Le cycle de l’eau');
      await button(dialog, 'Envoyer').click();
      const outcomes = page.getByRole('dialog', { name: 'Ce qui a été fait sur chaque appareil' });
      const sent = outcomes.locator('[data-test=outcomes]').filter({ hasText: 'Le cycle de l’eau' });
      await sent
        .locator('[data-state=impossible]')
        .getByText('cet appareil ne sait pas l’ouvrir')
        .first()
        .waitFor();
      await eventually(() => sent.locator('[data-state=done]').count()).toBeGreaterThanOrEqual(24);
      await shoot(page, 'recu');
      await page.keyboard.press('Escape');
    },
  },
];
