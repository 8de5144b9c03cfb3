import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import { expectAccessible } from './accessible';

/** Where pictures of the screens go; nowhere unless it is asked. */
const PICTURES = process.env['PREAU_PICTURES'];
/** A tablet held upright, and the office PC that one goes on with. */
const SIZES = [
  [820, 1180],
  [1366, 768],
] as const;

export async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** Accessible, and nothing beside the window, on an office PC and on a tablet. */
export async function look(page: Page, screen: string): Promise<void> {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await expectAccessible(page, `${screen} ${String(width)}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, `${screen} at ${String(width)}`).toBeLessThanOrEqual(0);
    await picture(page, `${screen}-${String(width)}`);
  }
}

/** As it comes out of the printer, an A4 page wide. */
export async function onPaper(page: Page, screen: string): Promise<void> {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 794, height: 1123 });
  await picture(page, `${screen}-papier`);
  await page.emulateMedia({ media: null });
  await page.setViewportSize({ width: 1366, height: 768 });
}
