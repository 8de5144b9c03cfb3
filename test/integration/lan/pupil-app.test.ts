import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLASS, openSchool, TEACHER } from './school';
import { trustingChromium } from './trusting-chromium';
import { needs } from '../../needs';

/** `PUPIL_APP` names another build. */
const BUILT =
  process.env['PUPIL_APP'] ?? join(import.meta.dirname, '..', '..', '..', 'out', 'renderer', 'pupil');
/** `npm test` builds first; alone, this file says why it waits. */
const built = existsSync(join(BUILT, 'index.html'));

describe('the real pupil app in a real browser', needs(built, 'out/renderer/pupil is not built'), () => {
  it('is enrolled by the QR’s address, joins by first name, and its page left is seen within two seconds', async () => {
    const school = await openSchool({ pupilFolder: BUILT });
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal', pictureCode: false });
    const trusting = await trustingChromium(school.root);
    onTestFinished(() => trusting.close());
    const tablet = await trusting.browser.newContext({
      viewport: { width: 1024, height: 600 },
      hasTouch: true,
      locale: 'fr-FR',
    });
    // The reference tablet has no screen capture (DESIGN 5).
    await tablet.addInitScript('globalThis.MediaDevices && delete MediaDevices.prototype.getDisplayMedia');
    const page = await tablet.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const { enrolUrl } = school.devices.startEnrolment(TEACHER, { label: 'Tablette 5', kind: 'tablet' });
    await page.goto(enrolUrl);
    await page.getByText('Léa', { exact: false }).first().tap();
    const joined = await seat(school, (one) => one.joined);
    expect(joined).toMatchObject({
      label: 'Tablette 5',
      number: 5,
      pupils: [{ name: 'Léa' }],
      sharing: false,
    });

    const left = seat(school, (one) => one.presence === 'left');
    const from = Date.now();
    await page.goto('about:blank');
    await left;
    expect(Date.now() - from).toBeLessThan(2_000);
    // The same browser comes back: nobody types anything.
    await page.goto(school.origin);
    await seat(school, (one) => one.presence === 'here' && one.joined);
    expect(errors).toEqual([]);
  });

  it('lets a visitor in over the plain page, by number', async () => {
    const school = await openSchool({ pupilFolder: BUILT });
    await school.classroom.open(TEACHER, { mode: 'numbered' });
    const trusting = await trustingChromium(school.root);
    onTestFinished(() => trusting.close());
    const page = await trusting.browser.newPage({ locale: 'fr-FR' });
    const { code } = school.classroom.joinCode(TEACHER);
    await page.goto(`http://127.0.0.1:${school.door.plainPort}/visiteur#visit=${code}`);
    const visitor = await seat(school, (one) => one.key === 'visitor-1');
    expect(visitor).toMatchObject({ number: 1, label: 'Visiteur 1', pupils: [] });
  });
});

type School = Awaited<ReturnType<typeof openSchool>>;
type Seat = NonNullable<ReturnType<School['classroom']['state']>['lesson']>['seats'][number];
/** The first tile that satisfies, now or after an event. */
function seat(school: School, satisfies: (one: Seat) => boolean): Promise<Seat> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = school.classroom.state(TEACHER).lesson?.seats.find(satisfies);
      if (!found) return;
      school.heard.off('classroom.seats', look);
      school.heard.off('classroom.changed', look);
      resolve(found);
    };
    school.heard.on('classroom.seats', look);
    school.heard.on('classroom.changed', look);
    look();
  });
}
