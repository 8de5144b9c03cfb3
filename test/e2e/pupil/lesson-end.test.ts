import { Readable } from 'node:stream';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { SeatView } from '../../../src/contract/staff/classroom';
import { lockPicture } from '../../../src/demo/pupils/lock-picture';
import { SCREEN_HEAD } from '../../../src/contract/pupil/frames';
import { look } from '../walk/look';
import {
  CLASS,
  handTimers,
  morning,
  openSchool,
  TEACHER,
  type TestSchool,
} from '../../integration/lan/school';
import { pupilModeComputer } from './computer';
import { useRealClass } from './real-class';

const WORDS = 'Le loup est passé par le préau';
const seatOf = (school: TestSchool): SeatView | undefined =>
  school.classroom.state(TEACHER).lesson?.seats.find((one) => one.label === 'Tablette 1');
const attention = (school: TestSchool) => expect.poll(() => seatOf(school)?.attention, { timeout: 10_000 });

/** A picture to write on, sent to everybody. */
async function sendSheet(school: TestSchool): Promise<void> {
  const bytes = lockPicture(1).subarray(SCREEN_HEAD);
  const { sha256, size } = await school.files.store(Readable.from([bytes]), 1_000_000);
  await school.classroom.send(TEACHER, {
    kind: 'image',
    title: 'La frise',
    file: { sha256, size, type: 'image/png' },
    answer: true,
    to: 'all',
  });
}

async function write(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Écrire' }).click();
  await page.locator('#p-text-area').fill(WORDS);
}

/** Everything a page of this origin can find of what was done here. */
const traces = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const found: unknown[] = [
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      document.cookie,
      await caches.keys(),
    ];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
      });
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store);
        const rows = await new Promise<unknown[]>((resolve) => {
          const request = all.getAll();
          request.onsuccess = () => resolve(request.result);
        });
        const keys = await new Promise<unknown[]>((resolve) => {
          const request = all.getAllKeys();
          request.onsuccess = () => resolve(request.result);
        });
        found.push({ store, rows: store === 'device' ? [] : rows, keys });
      }
      database.close();
    }
    return JSON.stringify(found);
  });
const emptied = async (page: Page): Promise<void> => {
  await expect.poll(() => traces(page)).toContain('{"store":"drafts","rows":[],"keys":[]}');
  const left = await traces(page);
  expect(left).toContain('{"store":"outbox","rows":[],"keys":[]}');
  for (const word of [WORDS, 'Léa', 'pupil_', 'item_', 'handin_']) expect(left).not.toContain(word);
};

describe('attention on a real browser', () => {
  const real = useRealClass();

  it('is told as left when the page is left, comes back with the child, a reload and a restart of the poste', async () => {
    const school = await real.open();
    const page = await real.tablet(school, 'Tablette 1', 'Léa');
    await school.classroom.attention(TEACHER, { on: true, reason: 'On regarde le tableau', minutes: 10 });
    const screen = page.getByRole('alertdialog');
    await screen.getByText('On regarde le tableau').waitFor();
    expect(await page.locator('.p-attention-strip i').count()).toBe(28);
    await attention(school).toBe('shown');

    const begun = Date.now();
    await page.goto('about:blank');
    await attention(school).toBe('left');
    expect(Date.now() - begun).toBeLessThan(2_000);
    await page.goBack();
    await screen.getByText('On regarde le tableau').waitFor();
    await attention(school).toBe('shown');
    await page.reload();
    await screen.getByText('On regarde le tableau').waitFor();

    const { securePort } = school.door;
    await school.stop();
    const again = await openSchool({
      folder: school.folder,
      securePort,
      pupilFolder: real.folder(),
    });
    await attention(again).toBe('shown');
    await again.classroom.closeLesson(TEACHER);
    await screen.waitFor({ state: 'detached' });
  });
});

describe('« Récréation » on a real browser', () => {
  const real = useRealClass();

  it('rests the screen, survives a reload, and signs everybody out after 45 minutes', async () => {
    const timers = handTimers(morning());
    const school = await real.open({ timers, clock: timers.now });
    const page = await real.tablet(school, 'Tablette 1', 'Léa');
    await school.classroom.tools.recess.start(TEACHER);
    await page.getByRole('heading', { name: 'C’est la récré !' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'C’est la récré !' }).waitFor();
    expect(seatOf(school)?.pupils.map((one) => one.name)).toEqual(['Léa']);
    await school.classroom.tools.recess.stop(TEACHER);
    await page.locator('.p-who h1', { hasText: 'Léa' }).waitFor();

    await school.classroom.tools.recess.start(TEACHER);
    await page.getByRole('heading', { name: 'C’est la récré !' }).waitFor();
    timers.move(45 * 60_000);
    await page.locator('.p-card', { hasText: 'Hugo' }).waitFor();
    expect(await page.locator('.p-recess').count()).toBe(0);
    expect(seatOf(school)).toMatchObject({ joined: false, pupils: [] });
  });
});

describe('the next class on the same tablet', () => {
  const real = useRealClass();

  it('finds nothing once the lesson was collected and cleaned; the work is with the teacher', async () => {
    const school = await real.open();
    const page = await real.tablet(school, 'Tablette 1', 'Léa');
    await sendSheet(school);
    await write(page);
    await expect.poll(() => traces(page)).toContain(WORDS);

    expect(await school.classroom.collect(TEACHER)).toMatchObject({ asked: 1, answered: 1, works: 1 });
    school.classroom.tools.clean.run(TEACHER);
    await expect
      .poll(() => school.classroom.state(TEACHER).lesson?.commands.map((one) => one.outcomes[0]?.state))
      .toEqual(['done']);
    await school.classroom.closeLesson(TEACHER);
    await page.getByText('La classe va bientôt commencer').waitFor();
    await emptied(page);
    const work = await school.classroom.work.list(TEACHER, { class: CLASS });
    expect(work).toMatchObject([{ title: 'La frise', authors: ['Léa'], unfinished: true }]);

    await page.reload();
    await school.classroom.open(TEACHER, { mode: 'numbered', title: 'L’autre classe' });
    await page.getByRole('heading', { name: /numéro 1/ }).waitFor();
    await emptied(page);
  });

  it('finds nothing either where the end was missed: what is left goes before it sits down', async () => {
    const school = await real.open();
    const page = await real.tablet(school, 'Tablette 1', 'Léa');
    await sendSheet(school);
    await write(page);
    await expect.poll(() => traces(page)).toContain(WORDS);
    await page.goto('about:blank');
    await school.classroom.closeLesson(TEACHER);
    await school.classroom.open(TEACHER, { mode: 'numbered', title: 'L’autre classe' });
    await page.goto(school.origin);
    await page.getByRole('heading', { name: /numéro 1/ }).waitFor();
    await emptied(page);
  });
});

describe('the applications of a computer in pupil mode', () => {
  const real = useRealClass();

  it('are those of the lesson, opened by a tap or a key; what is closed is said, and all of it ends with the lesson', async () => {
    const school = await real.open();
    const computer = pupilModeComputer(school, [
      { id: 'geo', name: 'GeoGebra' },
      { id: 'dessin', name: 'Dessin' },
    ]);
    const page = await real.laptop(school, 'Portable 1', 'Léa', computer.answer);
    const { apps } = school.classroom.tools;
    const device = () =>
      apps.state(TEACHER).devices.find(({ label, kind }) => label === 'Portable 1' && kind === 'computer');
    await page.locator('[data-test=apps-open]').click();
    await page.getByRole('heading', { name: 'Applications' }).waitFor();
    await page.getByRole('button', { name: 'Dessin' }).click();
    await page.getByText('Dessin s’ouvre.').waitFor();
    await page.getByText('ouverte', { exact: true }).waitFor();
    expect([...computer.open]).toEqual(['dessin']);

    await apps.set(TEACHER, { mode: 'only', apps: [], programs: ['GeoGebra'], copy: 'blocked' });
    await page.getByText('Fermé : Dessin.').waitFor();
    await expect
      .poll(device)
      .toMatchObject({ result: { state: 'done', closed: ['Dessin'] }, copy: { state: 'done' } });
    await page.locator('[data-test=apps-no-copy]').waitFor();
    expect(await page.getByRole('button', { name: 'Dessin' }).count()).toBe(0);
    await page.getByRole('button', { name: 'GeoGebra' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => [...computer.open]).toEqual(['geo']);
    await look(page, 'applications-eleve');

    const closing = apps.run(TEACHER, { do: 'stop', apps: [], program: 'geogebra' });
    await page.getByText('Fermé : GeoGebra.').waitFor();
    expect((await closing).outcomes).toMatchObject([{ label: 'Portable 1', outcome: { state: 'done' } }]);
    await page.reload();
    await page.locator('[data-test=apps-open]').waitFor();
    await expect.poll(() => computer.limits?.copy).toBe('blocked');
    await school.classroom.closeLesson(TEACHER);
    await expect.poll(() => computer.limits).toBeUndefined();
  });
});
