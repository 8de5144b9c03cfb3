import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { build } from 'vite';

export const ROOT = join(import.meta.dirname, '../../..');

/** Builds the pupil app as the product does, into a folder of its own: a test never depends on an older build. */
export async function buildPupilApp(): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'preau-pupil-'));
  await buildForProduction(join(ROOT, 'build/pupil.vite.config.ts'), outDir);
  return outDir;
}

/** The test runner sets NODE_ENV to `test`, under which Vue keeps its warnings: a third more bytes, and slower. */
export async function buildForProduction(configFile: string, outDir: string, root?: string): Promise<void> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      ...(root && { root }),
      configFile,
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    });
  } finally {
    process.env['NODE_ENV'] = before;
  }
}

export function launchChromium(...args: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['PREAU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

/** The reference fleet (DESIGN 5): touch tablets without screen capture, both ways up, and a small laptop. */
export const TABLET: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  hasTouch: true,
  isMobile: true,
  locale: 'fr-FR',
};
export const UPRIGHT: BrowserContextOptions = { ...TABLET, viewport: { width: 800, height: 1280 } };
export const LAPTOP: BrowserContextOptions = { viewport: { width: 1366, height: 768 }, locale: 'fr-FR' };

/** Makes this browser an enrolled device, through the app's own screens, and waits for the names. */
export async function enrolDevice(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/#enrol=ABCDEFGHJK`);
  await page.locator('.p-card').first().waitFor();
}

/** Chooses a name and touches the secret pictures of `classroom.ts`. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.locator('.p-card', { hasText: name }).click();
  for (const picture of ['soleil', 'chat', 'bateau'])
    await page
      .locator('.p-pad-key')
      .filter({ has: page.getByRole('img', { name: picture, exact: true }) })
      .click();
  await page.getByRole('button', { name: 'C’est bon' }).click();
  // The screen of the pictures says « Bonjour » too: only the table has somebody sitting at it.
  await page.locator('.p-who h1', { hasText: name }).waitFor();
}

/** A wavy line over the page that is open. */
export async function drawWave(page: Page): Promise<void> {
  const box = await page.locator('.p-draw').boundingBox();
  if (!box) throw new Error('no page to draw on');
  const at = (step: number): [number, number] => [
    box.x + box.width * (0.1 + step * 0.02),
    box.y + 90 + Math.sin(step / 2) * 30,
  ];
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let step = 1; step < 30; step += 1) await page.mouse.move(...at(step));
  await page.mouse.up();
}
