import { expect } from 'vitest';
import { expectAccessible } from './accessible';
import * as child from './child';
import { button, goTo, signIn } from './staff';
import type { Step } from './steps';
import { devicesOf, TEACHER } from './world';
import { SHEET } from './4-wall';

export const day: readonly Step[] = [
  {
    says: 'calls the roll, corrects it without wiping out what was written, and Ma journée says who is absent',
    async does({ page }) {
      await goTo(page, 'L’appel');
      const row = page.getByRole('group', { name: /^Sacha/ });
      await row.locator('label', { hasText: 'Absent' }).click();
      await page.getByText('1 absent', { exact: true }).waitFor();
      await expectAccessible(page, 'appel');
      await button(page, 'L’appel est fait').click();
      await page.getByText(/^Appel fait par Hélène Aubry/i).waitFor();
      await row.locator('label', { hasText: 'En retard' }).click();
      await button(page, 'Corriger').click();
      await page.getByRole('group', { name: /^Sacha.*\(corrigé\)/ }).waitFor();
      await expectAccessible(page, 'appel, corrigé');
      await goTo(page, 'Ma journée');
      await page.getByRole('listitem').filter({ hasText: 'Sacha' }).getByText('En retard').waitFor();
    },
  },
  {
    says: 'notes what is to be learnt, and a pupil reads it on the tablet',
    async does(world) {
      const { page } = world;
      const { two } = devicesOf(world);
      await goTo(page, 'Pour demain');
      await page.getByLabel('Matière').fill('Poésie');
      await page.getByLabel('À faire').fill('Apprendre la première strophe.');
      await button(page, 'Enregistrer').click();
      await page.getByRole('article').filter({ hasText: 'Apprendre la première strophe.' }).waitFor();
      await expectAccessible(page, 'pour demain');
      await child.button(two.page, 'Revenir au début').click();
      await child.button(two.page, 'Les devoirs').click();
      await two.page.getByText('Apprendre la première strophe.').waitFor();
      await expectAccessible(two.page, 'élève, devoirs');
      await child.button(two.page, 'Retour').click();
    },
  },
];

export const afterTheKill: readonly Step[] = [
  {
    says: 'loses nothing to a SIGKILL in the middle of the lesson: work given meanwhile arrives, nobody joins again',
    async does(world) {
      const { computer } = devicesOf(world);
      await world.app.kill();
      // The poste is gone; the child finishes all the same.
      await computer.page.getByText('Ton travail est gardé').waitFor();
      await child.answerSheet(computer.page, 'rendu pendant la panne');
      await computer.page.getByText('C’est gardé, ça va partir').waitFor();
      await expectAccessible(computer.page, 'élève, sans la classe');

      world.app = await world.first.start();
      const { page } = world;
      await signIn(page, TEACHER, TEACHER.password);
      await page.getByRole('heading', { name: `Bonjour ${TEACHER.first}` }).waitFor();
      await computer.page.getByText('C’est arrivé').waitFor({ timeout: 60_000 });
      await goTo(page, 'Classe mobile');
      for (const who of ['Alice', 'Noé, Zoé', 'Jade'])
        await page.getByRole('button', { name: new RegExp(`^${who},`) }).waitFor();
      await page.locator('[data-test=work]').click();
      for (const who of ['Alice', 'Noé, Zoé', 'Jade'])
        await page.getByRole('row', { name: new RegExp(`${who}.*${SHEET}`) }).waitFor();
      await goTo(page, 'L’appel');
      await page.getByRole('group', { name: /^Sacha.*\(corrigé\)/ }).waitFor();
      await goTo(page, 'Pour demain');
      await page.getByText('Apprendre la première strophe.').waitFor();
    },
  },
  {
    says: 'closes the lesson: everybody is free, and the pupils’ devices remember it after their own restart',
    async does(world) {
      const { page } = world;
      const { one } = devicesOf(world);
      await one.page.reload();
      // It opens on what came last.
      await child.button(one.page, 'Revenir au début').click();
      await one.page
        .getByRole('button', { name: new RegExp(SHEET) })
        .getByText('rendu')
        .waitFor();
      await goTo(page, 'Classe mobile');
      await button(page, 'Plus').click();
      await page.getByRole('menuitem', { name: /^Fermer la séance/ }).click();
      await button(page, 'Fermer sans ramasser').click();
      await page.getByText('La séance est fermée').first().waitFor();
      await one.page.getByText(/va (bientôt commencer|ouvrir la classe)/).waitFor();
      expect(await one.page.getByRole('alertdialog').count()).toBe(0);
    },
  },
];
