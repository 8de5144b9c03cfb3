import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { expect } from 'vitest';
import { more, shoot } from './classroom-look';
import type { Classroom } from './classroom-world';
import { eventually } from './eventually';
import { button, goTo } from './staff';
import type { Step } from './steps';
import { painted, tile } from './4-wall';

export const screens = (room: Classroom): readonly Step[] => [
  {
    says: 'cuts the Internet for the lesson, says who is not limited by it, and gives it back',
    async does() {
      const { page } = room;
      const through = await room.throughTheFilter();
      const computers = room.children.filter(({ profile }) => profile === 'computer');
      for (const one of computers) one.filter = (url) => void through(url).catch(() => undefined);
      await more(page, 'Internet');
      const panel = page.getByRole('dialog', { name: 'Internet pendant cette séance' });
      await panel.getByText(`${computers.length} appareils passent par le filtre.`).waitFor();
      await panel.getByText(/\d+ appareils ne passent pas par le filtre/).waitFor();
      await panel.getByRole('radio', { name: /Coupé/ }).click();
      await shoot(page, 'internet');
      await button(panel, 'Appliquer').click();
      await page.getByText('Internet est coupé').waitFor();
      expect(await through('http://exemple.invalid/')).toBe(403);
      await button(page, 'Rétablir Internet').click();
      await page.getByText('Internet est coupé').waitFor({ state: 'detached' });
      expect(await through('http://exemple.invalid/')).not.toBe(403);
    },
  },
  {
    says: 'takes the university of Toulouse’s lists from a file, with the school’s own names, for every lesson',
    async does() {
      const { page } = room;
      const through = await room.throughTheFilter();
      await more(page, 'Internet');
      await page.getByRole('link', { name: 'Réglages d’Internet à l’école' }).click();
      const lists = await packTar(
        ['adult', 'press'].map((category) => ({
          header: {
            name: `blacklists/${category}/domains`,
            size: `${category}.invalid\n`.length,
            type: 'file' as const,
          },
          body: `${category}.invalid\n`,
        })),
      );
      await page
        .locator('[data-test=internet-file]')
        .setInputFiles({ name: 'blacklists.tar.gz', mimeType: 'application/gzip', buffer: gzipSync(lists) });
      await page.getByText('1 site fermé').waitFor();
      await page.locator('[data-test=internet-blocked]').fill('jeux.invalid');
      await button(page, 'Enregistrer').click();
      await page.getByText('C’est enregistré').first().waitFor();
      await shoot(page, 'internet-ecole');
      expect(await room.ask('internet.settings', {})).toMatchObject({
        blocked: ['jeux.invalid'],
        list: { domains: 1, categories: [{ name: 'adult' }] },
      });
      expect(await through('http://adult.invalid/')).toBe(403);
      expect(await through('http://www.jeux.invalid/')).toBe(403);
      expect(await through('http://press.invalid/')).not.toBe(403);
      // Outside of any lesson a head finds it among the devices.
      await goTo(page, 'Appareils');
      await page.getByRole('link', { name: 'Internet à l’école' }).waitFor();
      await goTo(page, 'Classe mobile');
      await page.locator('[data-test=wall]').waitFor();
    },
  },
  {
    says: 'shows a child’s screen on everybody’s device, tells the child, and stops',
    async does() {
      const { page } = room;
      await tile(page, 'Zoé').click();
      await page.getByRole('dialog', { name: /^Zoé/ }).locator('[data-test=show-one]').click();
      await page.keyboard.press('Escape');
      for (const label of ['Tablette 1', 'iPad 1']) {
        const canvas = room.browser(label).locator('[data-test=show] canvas');
        // It has taken the size of the pictures that come, and something is on it.
        await eventually(() => canvas.evaluate((one) => (one as HTMLCanvasElement).width)).toBeGreaterThan(
          16,
        );
        await eventually(() => painted(canvas)).toBe(true);
      }
      await room.browser('Ordinateur 1').getByText('Tout le monde voit ton écran').waitFor();
      await page.locator('[data-test=stop-showing]').click();
      await room.browser('iPad 1').locator('[data-test=show]').waitFor({ state: 'detached' });
    },
  },
  {
    says: 'projects two screens without a name on the board, and masks its own',
    async does() {
      const { page } = room;
      const wall = page.locator('[data-test=wall]');
      await page.keyboard.press('F9');
      await page.locator('[data-test=masked]').waitFor();
      const shown = await wall.innerText();
      for (const { name } of room.cards.filter(({ name }) => name.length > 3))
        expect(shown).not.toContain(name);
      await page.locator('[data-test=tool-project]').click();
      const dialog = page.getByRole('dialog', { name: 'Projeter des écrans' });
      for (const n of [0, 15]) await dialog.getByRole('checkbox').nth(n).click();
      await shoot(page, 'projeter');
      const opened = room.app.electronApp.waitForEvent('window');
      await dialog.locator('[data-test=project-open]').click();
      const board = await opened;
      await eventually(() => board.locator('figcaption').count()).toBe(2);
      for (const caption of await board.locator('figcaption').allInnerTexts())
        expect(caption).toMatch(/^N° \d+$/);
      await page.locator('[data-test=stop-projecting]').click();
      await page.keyboard.press('F9');
      await page.locator('[data-test=masked]').waitFor({ state: 'detached' });
    },
  },
];
