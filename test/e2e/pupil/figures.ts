import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { TABLET } from './browser';

export interface FirstLoad {
  /** All that the first load fetched, compressed, with its heads (kB of 1,000 bytes). */
  readonly bundleKb: number;
  /** From the navigation to a class list a finger can touch, ms. */
  readonly interactiveMs: number;
  /** What came, with its compressed size (kB). */
  readonly files: readonly { readonly name: string; readonly kb: number }[];
}

/** 5 Mbit/s both ways and 20 ms, as DevTools counts them: bytes a second. */
const LINE = { offline: false, latency: 20, downloadThroughput: 625_000, uploadThroughput: 625_000 };
const SLOWER = 4;

/**
 * Loads the app with an empty cache on a slow tablet (4× throttled CPU, 5 Mbit/s) whose key is already enrolled: the
 * measure ends when the first names can be touched, after hello, proof and list. `ready` waits for them.
 */
export async function measureFirstLoad(
  browser: Browser,
  origin: string,
  enrol: (page: Page) => Promise<void>,
): Promise<FirstLoad> {
  const context = await browser.newContext(TABLET);
  const page = await context.newPage();
  await enrol(page);
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Network.emulateNetworkConditions', LINE);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const names = new Map<string, string>();
  const sizes = new Map<string, number>();
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (/^https?:/.test(response.url)) names.set(requestId, new URL(response.url).pathname);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    sizes.set(requestId, encodedDataLength),
  );
  await page.addInitScript(() => {
    // Seen from inside, frame by frame: a test's own polling would add its delay to the figure.
    const look = (): void => {
      const card = document.querySelector<HTMLButtonElement>('.p-card');
      if (card && !card.disabled) performance.mark('ready');
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.goto('about:blank');
  await page.goto(`${origin}/`);
  await page.locator('.p-card').first().waitFor();
  await page.waitForFunction(() => performance.getEntriesByName('ready').length > 0, undefined, {
    polling: 200,
  });
  // What is fetched afterwards, in idle moments, is for later screens: how much of it has come by now is chance.
  const { interactiveMs, wanted } = await page.evaluate(() => {
    const ready = performance.getEntriesByName('ready')[0]?.startTime ?? NaN;
    const before = performance.getEntriesByType('resource').filter(({ startTime }) => startTime < ready);
    return { interactiveMs: ready, wanted: [location.href, ...before.map(({ name }) => name)] };
  });
  const paths = new Set(wanted.filter((url) => /^https?:/.test(url)).map((url) => new URL(url).pathname));
  const fetched = () => [...names].filter(([id, name]) => paths.has(name) && sizes.has(id));
  await expect
    .poll(() => new Set(fetched().map(([, name]) => name)).size, { timeout: 30_000 })
    .toBe(paths.size);
  const files = fetched().map(([id, name]) => ({ name, kb: Math.round((sizes.get(id) ?? 0) / 100) / 10 }));
  await context.close();
  return {
    files,
    bundleKb: Math.round(files.reduce((sum, file) => sum + file.kb, 0) * 10) / 10,
    interactiveMs: Math.round(interactiveMs),
  };
}
