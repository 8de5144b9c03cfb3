import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import * as child from './child';
import { more, shoot } from './classroom-look';
import { SHEET } from './classroom-opening';
import type { Classroom } from './classroom-world';
import { eventually } from './eventually';
import { button, goTo } from './staff';
import type { Step } from './steps';

const ANSWER = 'soixante-trois nuages';
const WORD = 'Très bien, et les nuages de glace ?';

/** All that a browser keeps of this origin, as text: databases, storage, caches. */
const keptBy = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const all: unknown[] = [{ ...localStorage }, { ...sessionStorage }];
    for (const { name = '' } of await indexedDB.databases()) {
      const base = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error ?? new Error(name));
      });
      for (const store of base.objectStoreNames)
        all.push(
          await new Promise((resolve, reject) => {
            const asked = base.transaction(store).objectStore(store).getAll();
            asked.onsuccess = () => resolve(asked.result);
            asked.onerror = () => reject(asked.error ?? new Error(store));
          }),
        );
      base.close();
    }
    for (const name of await caches.keys())
      all.push((await (await caches.open(name)).keys()).map(({ url }) => url));
    return JSON.stringify(all);
  });

export const end = (room: Classroom): readonly Step[] => [
  {
    says: 'takes a child’s work, writes a word on it and gives it back',
    async does() {
      const { page } = room;
      const tablet = room.browser('Tablette 1');
      await child.button(tablet, 'Revenir au début').click();
      await tablet.getByRole('button', { name: new RegExp(`^${SHEET}`) }).click();
      await child.answerSheet(tablet, ANSWER);
      await tablet.getByText('C’est arrivé').waitFor();
      await page.locator('[data-test=work]').click();
      await page.getByRole('row', { name: new RegExp(`Maximilien-Alexandre.*${SHEET}`) }).click();
      const viewer = page.getByRole('dialog', { name: /^Maximilien-Alexandre/ });
      await viewer.getByText(ANSWER).waitFor();
      await viewer.locator('[data-test=note-text]').fill(WORD);
      await shoot(page, 'mot');
      await button(viewer, 'Rendre').click();
      await child.button(tablet, 'Je regarde').click();
      await tablet.getByText(WORD).waitFor();
      if (await viewer.isVisible()) await page.keyboard.press('Escape');
    },
  },
  {
    says: 'collects what is begun as it stands',
    async does() {
      const { page } = room;
      const item = room.child('Philippine').received.find(({ title }) => title === SHEET);
      if (!item) throw new Error('the sheet did not come');
      for (const name of ['Philippine', 'Lou', 'Gaspard']) room.child(name).begun = item.id;
      await room.child('Ambre').handIn(item.id);
      await page.locator('[data-test=collect]').click();
      await page.getByText(/^3 travaux ramassés/).waitFor();
      await eventually(() => page.getByRole('row', { name: /pas fini/ }).count()).toBe(3);
      await goTo(page, 'Classe mobile');
    },
  },
  {
    says: 'ends the lesson: everything collected and cleaned, what only a hand can do named device by device',
    async does() {
      const { page } = room;
      await more(page, 'Fermer la séance');
      const dialog = page.getByRole('dialog', { name: 'Fin de la séance' });
      await dialog.locator('[data-test=clean-run]').click();
      await dialog.locator('[data-test=cleaned]').waitFor({ timeout: 40_000 });
      await dialog.locator('[data-test=by-hand]').getByText('Tablette 3').waitFor();
      await shoot(page, 'finir');
      await button(dialog, 'Fermer la séance').click();
      for (const { label } of room.real)
        await room.browser(label).getByText('La classe va bientôt commencer').waitFor();
    },
  },
  {
    says: 'reads in the report who was there and what was handed in',
    async does() {
      const { page } = room;
      await page.evaluate(() => (location.hash = '#/bilans'));
      await page.getByRole('row').nth(1).click();
      const report = page.locator('[data-test=report]');
      await report.getByRole('heading', { name: '28 présents' }).waitFor();
      await report.getByText(/Maximilien-Alexandre, à .*version 1/).waitFor();
      await report.getByText('Ce bilan ne mesure pas l’activité des élèves.').waitFor();
      await shoot(page, 'bilan');
    },
  },
  {
    says: 'opens the next class on the same tablet, which finds nothing of the first',
    async does() {
      const { page } = room;
      const next = await room.ask('people.addClass', { label: 'CP', grades: ['CP'] });
      await room.ask('people.addPupil', { class: next.id, first: 'Suzon', family: 'SUIVANTE' });
      const { staff } = await room.ask('people.staff', {});
      const classes = [room.classId, next.id];
      await room.ask('people.assignClasses', { person: staff[0]?.id ?? 'staff_aaaaaaaaaaaaa', classes });
      await room.ask('classroom.open', { class: next.id, mode: 'personal', pictureCode: false });
      for (const label of ['Tablette 1', 'Tablette 2', 'iPad 1']) {
        const screen = room.browser(label);
        await screen.getByRole('button', { name: 'Suzon', exact: true }).waitFor();
        const text = (await screen.content()) + (await keptBy(screen));
        for (const { name } of room.cards.filter(({ name }) => name.length > 3))
          expect(text).not.toContain(name);
        for (const word of [ANSWER, WORD, SHEET]) expect(text).not.toContain(word);
      }
      const tablet = room.browser('Tablette 1');
      await tablet.getByRole('button', { name: 'Suzon', exact: true }).click();
      await tablet.getByRole('heading', { name: 'Bonjour Suzon !' }).waitFor();
      await tablet.getByText('Rien pour l’instant').waitFor();
      await goTo(page, 'Classe mobile');
      await page.getByRole('button', { name: /^Suzon,/ }).waitFor();
    },
  },
];
