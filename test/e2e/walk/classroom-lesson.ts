import { expect } from 'vitest';
import * as child from './child';
import { more, shoot } from './classroom-look';
import type { Classroom } from './classroom-world';
import { eventually } from './eventually';
import { button } from './staff';
import type { Step } from './steps';
import { tile } from './4-wall';

const PUPILS = 28;
/** Who are at a tablet whose battery ends, at one at the edge of the Wi-Fi, and at a computer that shows something else. */
const DEAD = 'Tablette 5';
const FLAPPING = 'Tablette 6';
const CHEATING = 'Ordinateur 3';

export const lesson = (room: Classroom): readonly Step[] => [
  {
    says: 'asks a question in two clicks and sees 28 answers come',
    async does() {
      const { page } = room;
      await button(page, 'Question').click();
      const dialog = page.getByRole('dialog', { name: 'Poser une question' });
      await dialog.getByRole('radio', { name: 'Oui ou non' }).click();
      await dialog.getByLabel('La question').fill('L’eau de la mer peut-elle devenir un nuage ?');
      await button(dialog, 'Poser la question').click();
      const live = page.getByRole('dialog', { name: /nuage/ });
      await live.getByText(`0 sur ${PUPILS} ont répondu`).waitFor();
      for (const { label } of room.seated) await room.browser(label).locator('[data-value=yes]').click();
      await Promise.all(room.children.map((one, at) => one.answer(at % 4 ? 'yes' : 'no')));
      await live.getByText(`${PUPILS} sur ${PUPILS} ont répondu`).waitFor();
      await button(live, 'Montrer les réponses aux élèves').click();
      await room.browser('iPad 1').getByText('Les réponses de la classe').waitFor();
      await shoot(page, 'question');
      await button(live, 'Ne plus montrer').click();
      await page.keyboard.press('Escape');
    },
  },
  {
    says: 'calls raised hands in their order',
    async does() {
      const { page } = room;
      const [first, second] = [room.simulated[0], room.simulated[9]];
      if (!first || !second) throw new Error('no children');
      await first.raiseHand();
      await second.raiseHand();
      await child.button(room.browser('Tablette 1'), 'Lever la main').click();
      const strip = page.locator('[data-test=hands-strip]');
      await strip.getByText('3 mains levées').waitFor();
      await shoot(page, 'mains');
      await strip.locator('[data-test=hands-next]').click();
      await eventually(() => first.called).toBe(true);
      expect(second.called).toBe(false);
      await strip.locator('[data-test=hands-lower-all]').click();
      await child.button(room.browser('Tablette 1'), 'Lever la main').waitFor();
      await strip.waitFor({ state: 'detached' });
    },
  },
  {
    says: 'gets everybody’s attention in one click; says who shows something else, who does not answer, who comes and goes',
    async does() {
      const { page } = room;
      room.simulatedAt(DEAD).die();
      room.simulatedAt(FLAPPING).flap();
      room.simulatedAt(CHEATING).cheats = true;
      await page.locator('[data-test=attention]').click();
      for (const { label } of room.seated) await room.browser(label).getByRole('alertdialog').waitFor();
      const steady = room.children.filter(({ label }) => ![DEAD, FLAPPING].includes(label));
      await eventually(() => steady.every(({ locked }) => locked)).toBe(true);
      const bar = page.locator('[data-test=attention-on]');
      // Seven computers of eight: their pictures carry the lock's code.
      await bar.getByText(/\b7 vus à l’écran/).waitFor();
      const cheat = room.nameOf(room.simulatedAt(CHEATING));
      await bar.locator('[data-test=attention-elsewhere]').getByText(cheat).waitFor();
      await shoot(page, 'attention');
      await bar.locator('[data-test=attention-count]').click();
      const outcomes = page.locator('[data-test=outcomes][data-what=attention]');
      const row = (label: string) => outcomes.getByRole('listitem').filter({ hasText: `(${label})` });
      await eventually(() => row(CHEATING).getAttribute('data-state')).toBe('impossible');
      await row(CHEATING).getByText('son écran montre autre chose').waitFor();
      await eventually(() => row(DEAD).getAttribute('data-state')).toBe('no-answer');
      await eventually(() => outcomes.locator('[data-state=done]').count()).toBeGreaterThanOrEqual(
        PUPILS - 3,
      );
      await page.keyboard.press('Escape');
      await button(bar, 'Libérer les écrans').click();
      for (const { label } of room.seated)
        await room.browser(label).getByRole('alertdialog').waitFor({ state: 'detached' });
      await eventually(() => steady.some(({ locked }) => locked)).toBe(false);
      // The one that came and went is free as well once it holds.
      await room.simulatedAt(FLAPPING).steady();
      expect(room.simulatedAt(FLAPPING).locked).toBe(false);
      room.simulatedAt(CHEATING).cheats = false;
    },
  },
  {
    says: 'names the tablet that gave up, and puts a spare in its place from there, in two clicks',
    async does() {
      const { page } = room;
      const spare = room.spares[1];
      if (!spare) throw new Error('no second spare');
      const name = room.nameOf(room.simulatedAt(DEAD));
      const strip = page.locator('[data-test=room-strip]');
      await strip.getByText(new RegExp(`^${DEAD} \\(${name}\\) (ne répond plus|n’est plus là)`)).waitFor();
      await shoot(page, 'rouge');
      await strip.locator('[data-test=swap-here]').first().click();
      await page.getByRole('menuitem', { name: spare.label }).click();
      await page.locator('.k-toast').getByText(`${spare.label} remplace ${DEAD}`).waitFor();
      spare.child = room.simulatedAt(DEAD).child;
      await spare.settle();
      await eventually(() => tile(page, name).getAttribute('data-presence')).toBe('here');
      await more(page, 'Vérifier ma salle');
      const check = page.getByRole('dialog', { name: 'Vérifier ma salle' });
      await check.getByText('La porte des tablettes répond.').waitFor();
      // For the picture alone: only there does anybody wait for every device.
      if (process.env['PREAU_PICTURES']) await eventually(() => check.getByText('se teste…').count()).toBe(0);
      await shoot(page, 'verifier');
      await page.keyboard.press('Escape');
    },
  },
  {
    says: 'rests every screen for the break and finds everybody where they were',
    async does() {
      const { page } = room;
      await more(page, 'Récréation');
      const strip = page.locator('[data-test=recess-on]');
      for (const { label } of room.seated) await room.browser(label).getByText('C’est la récré !').waitFor();
      await strip.getByText(new RegExp(`^${PUPILS} sur \\d+ au repos`)).waitFor();
      await shoot(page, 'recreation');
      await button(strip, 'On est de retour').click();
      await eventually(() => room.children.some(({ resting }) => resting)).toBe(false);
      await page.getByText(`${PUPILS} en classe`).waitFor();
    },
  },
];
