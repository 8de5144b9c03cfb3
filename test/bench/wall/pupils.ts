import type { Browser, Page } from 'playwright-core';
import { trustingChromium } from '../../integration/lan/trusting-chromium';
import { showContent, STRIP, type Content } from './content';
import { recordScreen, type Recorded } from './record';

export interface RealPupils {
  readonly pages: readonly Page[];
  show(content: Content | undefined): Promise<void>;
  /** Chunks as the first pupil's app sends them, from a whole picture on. */
  record(seconds: number, wholeOne: () => Promise<void>): Promise<Recorded>;
  /** PSNR in dB of what left against what is on the screen, four times a second. */
  quality(seconds: number): Promise<number[]>;
  close(): Promise<void>;
}

/** True pupil apps in Chromium, each with a context (hence a device key) of its own; somebody takes « this tab » in the dialog. */
export async function openPupils(
  root: string,
  origin: string,
  codes: readonly string[],
): Promise<RealPupils> {
  const { browser, close } = await trustingChromium(root, {
    args: [
      '--auto-accept-this-tab-capture',
      '--no-proxy-server',
      '--disable-background-networking',
      // Each is the page in front on a computer of its own; here only one of the four could be.
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      '--disable-background-timer-throttling',
    ],
  });
  const pages: Page[] = [];
  for (const code of codes) pages.push(await openPupil(browser, origin, code));
  return {
    pages,
    async show(content) {
      await Promise.all(pages.map((page) => page.evaluate(showContent, { content, strip: STRIP })));
    },
    async record(seconds, wholeOne) {
      const [first] = pages;
      if (!first) throw new Error('no pupil');
      const recording = first.evaluate((length) => window.preauBench.record(length), seconds * 1_000);
      await wholeOne();
      return (await recording).map(({ at, bytes }) => ({ at, bytes: Buffer.from(bytes, 'base64') }));
    },
    async quality(seconds) {
      const measured = await Promise.all(
        pages.map((page) => page.evaluate((length) => window.preauBench.quality(length), seconds * 1_000)),
      );
      return measured.flat();
    },
    close,
  };
}

async function openPupil(browser: Browser, origin: string, code: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'fr-FR' });
  await context.addInitScript(recordScreen);
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`pupil: ${error.message}`));
  await page.goto(`${origin}/#enrol=${code}`);
  const share = page.getByRole('button', { name: 'Montrer mon écran' });
  await share.click();
  await page.getByRole('button', { name: 'Ne plus montrer mon écran' }).waitFor();
  return page;
}
