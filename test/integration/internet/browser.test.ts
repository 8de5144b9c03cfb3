import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needs } from '../../needs';
import { CLASS, openSchool, TEACHER } from '../lan/school';
import { trustingChromium } from '../lan/trusting-chromium';
import { openSite, resolve, rooted, WHY_NOT } from './world';

const BUILT =
  process.env['PUPIL_APP'] ?? join(import.meta.dirname, '..', '..', '..', 'out', 'renderer', 'pupil');
const ready = existsSync(join(BUILT, 'index.html')) && rooted;

describe(
  'a real browser told to go by the filter',
  needs(ready, WHY_NOT || 'out/renderer/pupil is not built'),
  () => {
    it('is seen there, meets the list, reads why in its page, and goes straight once the poste is gone', async () => {
      await openSite();
      const school = await openSchool({
        pupilFolder: BUILT,
        filter: { host: '127.0.0.1', port: 0, resolve },
      });
      const { internet } = school.classroom.tools;
      await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal', pictureCode: false });
      const trusting = await trustingChromium(school.root, {
        args: [`--proxy-pac-url=http://127.0.0.1:${school.door.plainPort}/proxy.pac`],
      });
      onTestFinished(() => trusting.close());
      const context = await trusting.browser.newContext({ locale: 'fr-FR' });
      const page = await context.newPage();
      const { enrolUrl } = school.devices.startEnrolment(TEACHER, { label: 'Tablette 5', kind: 'tablet' });
      await page.goto(enrolUrl);
      await page.getByText('Léa', { exact: false }).first().click();
      await expect.poll(() => internet.state(TEACHER).seats.map(({ way }) => way)).toEqual(['filtered']);

      await internet.set(TEACHER, { mode: 'off', sites: [] });
      await page.getByText('Internet est en pause').waitFor();
      const other = await context.newPage();
      expect((await other.goto('http://fr.vikidia.test.org/'))?.status()).toBe(403);
      await other.getByText('en pause pendant cette séance').waitFor();

      await internet.set(TEACHER, { mode: 'list', sites: ['vikidia.test.org'] });
      expect((await other.goto('http://fr.vikidia.test.org/'))?.status()).toBe(200);
      await expect(other.goto('https://jeux.test.org/')).rejects.toThrow('ERR_TUNNEL_CONNECTION_FAILED');
      await page.getByText('Ce site n’est pas pour maintenant').waitFor();

      await school.stop();
      // The filter is gone: what comes is the browser's own failure to find an invented name, not a refusal.
      await expect(other.goto('http://fr.vikidia.test.org/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
    });
  },
);
