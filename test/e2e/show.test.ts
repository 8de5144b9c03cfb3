import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { launchApp, launchPupil, type Pupil, type RunningApp } from './harness';
import { goTo } from './walk/staff';

declare const window: {
  preau: { request(method: string, input: unknown): Promise<{ ok: boolean; value: Record<string, string> }> };
} & Record<string, unknown>;

/** What the system's own picker would give: a red screen that turns blue when told. No window here has a real one. */
function somebodyPicksAScreen(): void {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1280, 720];
  const brush = canvas.getContext('2d');
  let colour = '#d02020';
  setInterval(() => {
    if (!brush) return;
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1280, 720);
  }, 50);
  window['turn'] = (to: string) => (colour = to);
  navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(canvas.captureStream(8));
}
/** The middle of what the child sees: which of red and blue there is more of. */
function colourShown(): string {
  const canvas = document.querySelector<HTMLCanvasElement>('[data-test=show] canvas[data-live]');
  const pixel = canvas?.getContext('2d')?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
  if (!pixel) return 'nothing';
  return (pixel[0] ?? 0) > (pixel[2] ?? 0) ? 'red' : 'blue';
}

describe('the teacher’s screen on a child’s device', () => {
  let app: RunningApp;
  let pupil: Pupil;
  let page: Page;
  let child: Page;
  const ask = async (method: string, input: unknown): Promise<Record<string, string>> => {
    const { ok, value } = await page.evaluate(([name, given]) => window.preau.request(name, given), [
      method,
      input,
    ] as const);
    if (!ok) throw new Error(method);
    return value;
  };
  const start = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Plus', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Montrer aux élèves' }).click();
    await page.locator('[data-test=show-start]').click();
    await page.locator('[data-test=showing]').waitFor();
  };
  const colour = (): Promise<string> => child.evaluate(colourShown);

  beforeAll(async () => {
    app = await launchApp({ demonstration: true, env: { PREAU_LAN: '{"secure":0,"plain":0}' } });
    page = app.page;
    await page.getByRole('navigation', { name: 'Menu' }).waitFor();
    await goTo(page, 'Classe mobile');
    await page.locator('[data-test=wall]').waitFor();
    // By number: whoever comes sits down.
    await ask('classroom.close', {});
    await ask('classroom.open', { mode: 'numbered', title: 'Lecture' });
    await page.getByRole('heading', { name: 'Lecture', level: 1 }).waitFor();
    await page.evaluate(somebodyPicksAScreen);
    const { url = '', plainUrl = '' } = await ask('classroom.joinInfo', {});
    const root = Buffer.from(await (await fetch(new URL('/ecole.crt', plainUrl))).arrayBuffer());
    const lines = root.toString('base64').match(/.{1,64}/g) ?? [];
    const authority = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    pupil = await launchPupil({ kind: 'tablet', authority });
    child = pupil.page;
    const { code = '' } = await ask('devices.startEnrolment', { label: 'Tablette neuve', kind: 'tablet' });
    await child.goto(`${new URL(url).origin}/#enrol=${code}`);
    await child.locator('.p-home').waitFor();
  }, 90_000);
  afterAll(async () => {
    await pupil.close();
    await app.close();
  });

  it('shows it to who sits there, follows it, carries lines, and gives the table back at the end', async () => {
    await start();
    await child.locator('[data-test=show]').waitFor();
    await expect.poll(colour, { timeout: 10_000 }).toBe('red');
    await page.evaluate(() => (window['turn'] as (to: string) => void)('#2020d0'));
    await expect.poll(colour, { timeout: 5_000 }).toBe('blue');

    await page.locator('[data-test=draw]').click();
    const paper = page.locator('[data-test=draw-over] svg');
    const box = await paper.boundingBox();
    if (!box) throw new Error('nothing to write on');
    await page.mouse.move(box.x + 40, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 120, { steps: 6 });
    await page.mouse.up();
    await expect.poll(() => child.locator('[data-test=show] svg path').count()).toBe(1);
    await page.keyboard.press('Escape');

    await page.locator('[data-test=stop-showing]').click();
    await child.locator('[data-test=show]').waitFor({ state: 'detached', timeout: 2_000 });
  });

  it('ends within two seconds when the poste dies', async () => {
    await start();
    await child.locator('[data-test=show]').waitFor();
    await expect.poll(colour, { timeout: 10_000 }).not.toBe('nothing');
    const begun = Date.now();
    await app.kill();
    await child.locator('[data-test=show]').waitFor({ state: 'detached', timeout: 3_500 });
    expect(Date.now() - begun).toBeLessThan(3_000);
  });
});
