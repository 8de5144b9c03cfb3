// The application with a browser beside it, on a folder of its own, for the pictures of docs/guide.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { ROOT, say } from '../set-up/paths.mjs';

const IMAGES = join(ROOT, 'docs', 'images');

async function link(app) {
  for await (const line of createInterface({ input: app.stdout })) {
    const at = line.indexOf('http://127.0.0.1:');
    if (at >= 0) return line.slice(at).trim();
  }
  throw new Error('the application ended without a link');
}

/**
 * Runs `walk` in a window of 1366 × 768 in French and light colours; nothing is left behind but its pictures.
 * @param {(guide: object) => Promise<void>} walk
 * @param {string[]} options of build/start.mjs
 */
export async function walkGuide(walk, options = []) {
  const folder = mkdtempSync(join(tmpdir(), 'preau-guide-'));
  // Every door on loopback, nothing announced: the pictures show no address of the machine they are taken on.
  const app = spawn(process.execPath, [join(ROOT, 'build/start.mjs'), '--loopback', ...options], {
    env: { ...process.env, PREAU_DATA: folder, PREAU_LAN: '{"secure":0,"plain":0}' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    mkdirSync(IMAGES, { recursive: true });
    const browser = await chromium.launch({
      executablePath: process.env.PREAU_CHROMIUM ?? '/usr/bin/chromium',
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--disable-background-networking', '--no-first-run', '--force-color-profile=srgb'],
    });
    const page = await browser.newPage({
      viewport: { width: 1366, height: 768 },
      locale: 'fr-FR',
      timezoneId: 'Europe/Paris',
      colorScheme: 'light',
    });
    // First passwords of a whole team take their time on a machine that does other things.
    page.setDefaultTimeout(120_000);
    await page.goto(await link(app));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await walk(toolsOf(page, folder));
    await browser.close();
  } finally {
    const ended = once(app, 'exit');
    app.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const toolsOf = (page, folder) => ({
  page,
  folder,
  async shoot(name) {
    await page.mouse.move(700, 764);
    await page.waitForTimeout(800);
    await page.screenshot({ path: join(IMAGES, `guide-${name}.png`) });
    say(`docs/images/guide-${name}.png`);
  },
  press: (name, options = {}) =>
    page
      .getByRole('button', { name, ...options })
      .first()
      .click(),
  goTo: (entry) =>
    page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: entry, exact: true }).click(),
  async closeDialog() {
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  },
  /** Debian's Chromium writes dates in its own language; a French computer writes them so. */
  async frenchDates() {
    await page.evaluate(() => {
      for (const field of document.querySelectorAll('input[type=date], input[type=time]')) {
        const shown = field.value.split('-').reverse().join('/');
        field.type = 'text';
        field.placeholder = 'jj/mm/aaaa';
        field.value = shown;
      }
    });
  },
});
