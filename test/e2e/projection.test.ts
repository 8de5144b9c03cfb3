import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Page } from 'playwright-core';
import type { InputOf, MethodOf, ReplyOf } from '../../src/contract/define';
import type { StaffContract } from '../../src/contract/staff';
import { connectPupil } from '../../src/demo/pupils/client';
import { makePupilKey } from '../../src/demo/pupils/keys';
import { launchApp, type RunningApp } from './harness';
import { goTo } from './walk/staff';

/** The demonstration's class: fifteen invented children, three of them at computers that show their screen. */
const LAN = '{"secure":0,"plain":0}';
const NAMES = /\b(Adam|Alice|Anna|Inès|Hugo|Jade|Léa|Louis|Noé|Zoé)\b/;

describe('before a class that sees the screen', () => {
  let app: RunningApp;
  let page: Page;
  const masked = (): Promise<number> => page.locator('[data-test=masked]').count();
  const wallText = (): Promise<string> => page.locator('[data-test=wall]').innerText();
  async function ask<M extends MethodOf<StaffContract>>(
    method: M,
    input: InputOf<StaffContract, M>,
  ): Promise<ReplyOf<StaffContract, M>> {
    const asked: readonly [string, unknown] = [method, input];
    const reply = await page.evaluate(([name, given]) => window.preau.request(name, given), asked);
    if (!reply.ok) throw new Error(`${method}: ${reply.error.code}`);
    return reply.value as ReplyOf<StaffContract, M>;
  }
  beforeAll(async () => {
    app = await launchApp({ demonstration: true, env: { PREAU_LAN: LAN } });
    page = app.page;
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    await goTo(page, 'Classe mobile');
    // The class has come in: everybody has a name, and some computers show their screen.
    await page.waitForFunction(
      () =>
        document.querySelectorAll('[data-test=wall] canvas[data-live]').length > 1 &&
        [...document.querySelectorAll('[data-test=wall] .name')].every(
          (name) => !/^N°|libre/.test(name.textContent),
        ),
    );
  }, 60_000);
  afterAll(() => app.close());

  it('F9 puts numbers in the place of names, covers rooms that name people, and shows one all the same', async () => {
    const before = await wallText();
    await page.keyboard.press('F9');
    await expect.poll(masked).toBe(1);
    expect(await wallText()).toMatch(/N° 1\b/);
    const names = before.split('\n').filter((line) => /^\p{Lu}\p{Ll}+$/u.test(line));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(await page.locator('main').innerText()).not.toContain(name);

    await goTo(page, 'L’appel');
    await page.locator('[data-test=covered]').waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(NAMES);
    await page.getByRole('button', { name: 'Montrer quand même' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.locator('[data-test=covered]').count()).toBe(0);
    // Another room is covered again, and so is the first when one comes back.
    await goTo(page, 'Classe mobile');
    await goTo(page, 'L’appel');
    await page.locator('[data-test=covered]').waitFor();
    await page.keyboard.press('F9');
    await expect.poll(masked).toBe(0);
    expect(await page.locator('[data-test=covered]').count()).toBe(0);
    await goTo(page, 'Classe mobile');
    expect(await wallText()).toContain(names[0]);
  });

  it('a second display masks by itself, and its end takes it off again', async () => {
    const extend = (on: boolean): Promise<void> =>
      page.evaluate((value) => {
        const screen: unknown = window.screen;
        if (!(screen instanceof EventTarget) || !('isExtended' in screen))
          throw new Error('this browser does not tell of displays');
        Object.defineProperty(screen, 'isExtended', { configurable: true, value });
        screen.dispatchEvent(new Event('change'));
      }, on);
    await extend(true);
    await expect.poll(masked).toBe(1);
    // Who decides otherwise is not overruled as long as nothing changes.
    await page.locator('[data-test=unmask]').click();
    await extend(true);
    await expect.poll(masked).toBe(0);
    await extend(false);
    await extend(true);
    await expect.poll(masked).toBe(1);
    await extend(false);
    await expect.poll(masked).toBe(0);
  });

  it('projects chosen screens in a second window, without names, and ends by either window', async () => {
    await page.locator('[data-test=tool-project]').click();
    const dialog = page.getByRole('dialog', { name: 'Projeter des écrans' });
    const boxes = dialog.getByRole('checkbox');
    for (const n of [0, 6, 12]) await boxes.nth(n).click();
    const opened = app.electronApp.waitForEvent('window');
    await dialog.locator('[data-test=project-open]').click();
    const board = await opened;
    await expect.poll(() => board.locator('figcaption').allInnerTexts()).toEqual(['N° 1', 'N° 7', 'N° 13']);
    await expect.poll(() => board.locator('canvas[data-live]').count()).toBe(2);
    const moved = await board.evaluate(async () => {
      const canvas = document.querySelector('canvas');
      const picture = (): string => canvas?.toDataURL() ?? '';
      const first = picture();
      const end = performance.now() + 10_000;
      while (picture() === first && performance.now() < end) await new Promise(requestAnimationFrame);
      return picture() !== first;
    });
    expect(moved).toBe(true);
    expect(await board.title()).toBe('Projection – Préau');

    // It goes on in another room, and behind the locked screen's cover of the wall.
    await goTo(page, 'Appareils');
    await expect.poll(() => board.locator('canvas[data-live]').count()).toBe(2);
    await board.keyboard.press('n');
    await expect.poll(() => board.locator('figure').count()).toBe(0);
    await board.keyboard.press('n');
    await expect.poll(() => board.locator('figure').count()).toBe(3);

    await board.close();
    await goTo(page, 'Classe mobile');
    await expect.poll(() => page.locator('[data-test=projecting]').count()).toBe(0);
  });

  it('opens, changes and closes the board for the teacher’s telephone, and each hears of the other', async () => {
    await ask('remote.allow', { allowed: true });
    const { code } = await ask('remote.startPairing', {});
    const { url, plainUrl } = await ask('classroom.joinInfo', {});
    const certificate = await fetch(new URL('/ecole.crt', plainUrl));
    const root = new X509Certificate(Buffer.from(await certificate.arrayBuffer())).toString();
    const telephone = await connectPupil({
      origin: new URL(url).origin,
      root,
      capabilities: { capture: false, battery: true, touch: true, camera: true, keys: true },
    });
    onTestFinished(() => telephone.close());
    await telephone.hello();
    await telephone.request('remote.pair', {
      code,
      pin: '2718',
      label: 'Mon téléphone',
      publicKey: makePupilKey().publicKey,
    });
    const seen = async () => (await telephone.request('remote.view', {})).lesson;
    const keys = (await seen())?.seats.map(({ key }) => key) ?? [];
    const project = (...places: number[]) =>
      telephone.request('remote.project', { seats: places.map((n) => keys[n] ?? '') });

    const opened = app.electronApp.waitForEvent('window');
    await project(0, 6);
    const board = await opened;
    await expect.poll(() => board.locator('figcaption').allInnerTexts()).toEqual(['N° 1', 'N° 7']);
    await page.locator('[data-test=projecting]').waitFor();
    await board.keyboard.press('n');
    await expect.poll(async () => (await seen())?.board?.black).toBe(true);
    await project(12);
    await expect.poll(() => board.locator('figcaption').allInnerTexts()).toEqual(['N° 13']);
    // Names hidden on the wall are hidden in the hand.
    await page.keyboard.press('F9');
    await expect.poll(async () => (await seen())?.seats[0]?.name).toBeUndefined();
    await page.keyboard.press('F9');
    await expect.poll(async () => (await seen())?.seats[0]?.name).toBeDefined();
    await page.locator('[data-test=stop-projecting]').click();
    await expect.poll(async () => (await seen())?.board).toBeUndefined();
    const again = app.electronApp.waitForEvent('window');
    await project(1);
    await (await again).locator('figcaption').waitFor();
    await project();
    await expect.poll(() => page.locator('[data-test=projecting]').count()).toBe(0);
    expect((await seen())?.board).toBeUndefined();
  });

  it('opens no other window by that name', async () => {
    const before = app.electronApp.windows().length;
    await page.evaluate(() => void window.open('http://127.0.0.1:9/elsewhere', 'preau-projection'));
    await expect.poll(() => app.electronApp.windows().length).toBe(before);
  });
});
