import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import type { PayloadOf } from '../../src/contract/define';
import type { StaffContract } from '../../src/contract/staff';
import { connectPupil, type PupilClient } from '../../src/demo/pupils/client';
import { makePupilKey } from '../../src/demo/pupils/keys';
import { needs } from '../needs';
import { trustingChromium } from '../integration/lan/trusting-chromium';
import { rightsSchool, type Ask } from '../integration/rights/school';

const BUILT = process.env['PUPIL_APP'] ?? join(import.meta.dirname, '..', '..', 'out', 'renderer', 'pupil');
const built = existsSync(join(BUILT, 'telecommande.html'));
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const SHOTS = process.env['PREAU_SHOTS'];

describe('the remote control in a real browser', needs(built, 'out/renderer/pupil is not built'), () => {
  let school: Awaited<ReturnType<typeof rightsSchool>>;
  let claire: Ask;
  let context: BrowserContext;
  const endings: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    school = await rightsSchool((work) => endings.push(work), { pupilFolder: BUILT });
    claire = await school.enter('claire', school.people.claire, await school.account(school.people.claire));
    await school.head('people.addPupil', {
      class: school.classes.cm1,
      first: 'Marie-Apolline',
      family: 'de La Rochefoucauld-Montbel',
    });
    await school.head('remote.allow', { allowed: true });
    const trusting = await trustingChromium(school.office.host.rooms()?.root() ?? '');
    endings.push(() => trusting.close());
    context = await trusting.browser.newContext({
      viewport: { width: 390, height: 780 },
      hasTouch: true,
      locale: 'fr-FR',
    });
  });
  afterAll(async () => {
    for (const end of endings.reverse()) await end();
  });
  const url = (): string => `${school.office.host.rooms()?.door()?.url()}/telecommande`;
  async function look(page: Page, name: string): Promise<void> {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `telecommande-${name}.png`) });
    await page.evaluate(await readFile(AXE, 'utf8'));
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
    expect
      .soft(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 100)}`),
        name,
      )
      .toEqual([]);
  }

  /** One child of the class at a tablet of the school. */
  async function sits(n: 1 | 2): Promise<PupilClient> {
    const rooms = school.office.host.rooms();
    const client = await connectPupil({
      origin: rooms?.door()?.url() ?? '',
      root: rooms?.root() ?? '',
      capabilities: { capture: false, battery: true, touch: true, camera: true, keys: true },
      clock: () => school.clock.now,
    });
    onTestFinished(() => client.close());
    await client.hello();
    const { code } = await school.head('devices.startEnrolment', { label: `Tablette ${n}`, kind: 'tablet' });
    await client.request('door.enrol', { code, publicKey: makePupilKey().publicKey });
    const { pupils } = await client.request('join.pupils', {});
    const name = n === 1 ? 'Marie-Apolline' : 'Zoé';
    const pupil = pupils.find((card) => card.name === name);
    if (!pupil) throw new Error(`no ${name}`);
    await client.request('join.signIn', { pupil: pupil.id });
    return client;
  }
  /** The teacher's window, as its page tells of the board and answers. */
  async function boardWindow(): Promise<void> {
    const window = 'claires-window';
    const end = school.office.host.subscribe('claire', ({ name, payload }) => {
      if (name !== 'project.wanted') return;
      const { ask, seats } = payload as PayloadOf<StaffContract, 'project.wanted'>;
      const board = { seats, work: false, black: false };
      void claire('project.tell', { window, masked: false, ...(seats.length > 0 && { board }) }).then(() =>
        claire('project.answer', { ask, outcome: 'shown' }),
      );
    });
    onTestFinished(end);
    await claire('project.tell', { window, masked: false });
  }

  it('is paired, locks the class, and carries the roll call over a line that went', async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(url());
    await page.locator('[data-test=code]').waitFor();
    await look(page, 'associer');
    const { code } = await claire('remote.startPairing', {});
    await page.locator('[data-test=code]').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await page.locator('[data-test=pin]').fill('2718');
    await page.getByRole('button', { name: 'Associer', exact: true }).tap();
    await page.getByText('Aucune séance n’est ouverte').waitFor();
    await claire('classroom.open', { class: school.classes.cm1, mode: 'personal' });
    onTestFinished(async () => void (await claire('classroom.close', {})));
    await page.locator('[data-test=attention]').tap();
    await page.getByRole('button', { name: 'Rendre les écrans' }).waitFor();
    expect((await claire('classroom.state', {})).lesson?.attention.on).toBe(true);
    await look(page, 'seance');
    await page.getByRole('button', { name: 'Rendre les écrans' }).tap();

    await page.locator('[data-test=tab-wall]').tap();
    await page.locator('[data-test=wall-empty]').waitFor();
    const [first, second] = [await sits(1), await sits(2)];
    const tile = (n: number) => page.locator('[data-test=wall] button').nth(n);
    await first.request('lesson.activity', { screen: 'item', page: 2, pages: 3, strokes: 1, visible: true });
    await second.request('lesson.handUp', { up: true });
    await tile(0).getByText('page 2 sur 3, réponse commencée').waitFor();
    await tile(1).getByText('Main levée').waitFor();
    // No window draws the board yet: said in words, and the choice stays.
    await tile(0).tap();
    await page.locator('[data-test=project]').tap();
    await page.getByText('Ouvrez Préau sur l’ordinateur').waitFor();
    await boardWindow();
    await tile(1).tap();
    await page.getByRole('button', { name: 'Projeter ces 2 écrans' }).tap();
    await page.locator('[data-test=on-board]').getByText('Marie-Apolline, Zoé').waitFor();
    expect(await page.locator('[data-test=wall] [aria-pressed=true]').count()).toBe(0);
    await look(page, 'mur');
    for (const width of [360, 820]) {
      await page.setViewportSize({ width, height: 780 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await look(page, `mur-${width}`);
    }
    await page.setViewportSize({ width: 390, height: 780 });
    await page.locator('[data-test=stop-projecting]').tap();
    await page.locator('[data-test=on-board]').waitFor({ state: 'detached' });

    await page.evaluate(() => navigator.serviceWorker.ready.then(() => 0));
    await page.locator('[data-test=tab-roll]').tap();
    await page.getByText('Marie-Apolline').first().waitFor();
    await context.setOffline(true);
    await page.getByText('ne répond pas').first().waitFor();
    await page.getByRole('radiogroup', { name: 'Zoé' }).getByRole('radio', { name: 'Absent' }).tap();
    await look(page, 'appel');
    await page.locator('[data-test=finish]').tap();
    await page.locator('[data-test=waiting]').waitFor();
    await page.locator('[data-test=tab-safety]').tap();
    await page.getByLabel('Marie-Apolline').tap();
    await page.getByText('Tout le monde est là').waitFor();
    await look(page, 'securite');
    // The page itself went meanwhile: it opens without a line, and asks for the code.
    await page.reload();
    await page.locator('[data-test=unlock-pin]').fill('2718');
    await page.getByRole('button', { name: 'Ouvrir' }).tap();
    await page.locator('[data-test=waiting]').waitFor();
    await page.locator('[data-test=tab-safety]').tap();
    await page.getByLabel('Marie-Apolline').waitFor();
    await context.setOffline(false);
    await page.locator('[data-test=said]').waitFor();
    const { lines, done } = await claire('register.sheet', { class: school.classes.cm1 });
    expect(done).toBeDefined();
    expect(lines.map(({ name, state }) => [name, state])).toEqual([
      ['Marie-Apolline', 'present'],
      ['Zoé', 'absent'],
    ]);
    expect(errors).toEqual([]);
  });

  it('asks for the code after a reload, and keeps nothing that reads without it', async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(url());
    await page.locator('[data-test=unlock-pin]').fill('0000');
    await page.getByRole('button', { name: 'Ouvrir' }).tap();
    await page.getByText('Ce n’est pas votre code').waitFor();
    await look(page, 'code');
    const kept = await page.evaluate(async () => {
      const found: string[] = [];
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await new Promise<IDBDatabase>((resolve) => {
          const opening = indexedDB.open(name);
          opening.onsuccess = () => resolve(opening.result);
        });
        for (const store of database.objectStoreNames) {
          const rows = await new Promise<unknown[]>((resolve) => {
            const reading = database.transaction(store).objectStore(store).getAll();
            reading.onsuccess = () => resolve(reading.result as unknown[]);
          });
          for (const row of rows)
            for (const value of Object.values(row as object))
              found.push(
                value instanceof ArrayBuffer
                  ? new TextDecoder('latin1').decode(value)
                  : JSON.stringify(value),
              );
        }
      }
      return found.join('\n');
    });
    expect(kept).not.toMatch(/Zo|Marie|Rochefoucauld|2718/);
    expect(kept.length).toBeGreaterThan(100);
    await page.locator('[data-test=unlock-pin]').fill('2718');
    await page.getByRole('button', { name: 'Ouvrir' }).tap();
    await page.locator('[data-test=tab-lesson]').waitFor();
  });
});
