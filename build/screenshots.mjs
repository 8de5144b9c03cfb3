// node build/screenshots.mjs: the pictures of the README, from the demonstration school. Needs a built application,
// Chromium and certutil; writes docs/images/*.png (light, 1366 × 768, French).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { ROOT, say } from './set-up/paths.mjs';

const IMAGES = join(ROOT, 'docs', 'images');
const VIEW = {
  executablePath: process.env.PREAU_CHROMIUM ?? '/usr/bin/chromium',
  chromiumSandbox: process.getuid?.() !== 0,
  args: [
    '--disable-background-networking',
    '--no-first-run',
    '--no-proxy-server',
    '--force-color-profile=srgb',
  ],
  viewport: { width: 1366, height: 768 },
  locale: 'fr-FR',
  timezoneId: 'Europe/Paris',
  colorScheme: 'light',
};

const folder = mkdtempSync(join(tmpdir(), 'preau-images-'));
const app = spawn(process.execPath, [join(ROOT, 'build/start.mjs'), '--loopback'], {
  env: { ...process.env, PREAU_DATA: folder },
  stdio: ['ignore', 'pipe', 'inherit'],
});

async function link() {
  for await (const line of createInterface({ input: app.stdout })) {
    const at = line.indexOf('http://127.0.0.1:');
    if (at >= 0) return line.slice(at).trim();
  }
  throw new Error('the application ended without a link');
}

async function shoot(page, name) {
  mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  say(`docs/images/${name}.png`);
}

const goTo = (page, entry) =>
  page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: entry, exact: true }).click();

/** A tablet of its own that trusts the demonstration's authority, enrolled through the screens. */
async function tablet(staff) {
  await goTo(staff, 'Appareils');
  await staff.getByRole('button', { name: 'Préparer un appareil' }).click();
  const dialog = staff.getByRole('dialog', { name: 'Préparer un appareil' });
  await dialog.getByRole('button', { name: 'Suivant' }).click();
  const trust = await dialog.locator('.address').innerText();
  await dialog.getByRole('button', { name: 'C’est fait' }).click();
  const code = (await dialog.locator('[data-test=enrol-code]').innerText()).replace(/\s/g, '');
  const address = (await dialog.locator('.address').innerText()).trim();

  const home = join(folder, 'tablet');
  const store = `sql:${join(home, '.pki/nssdb')}`;
  mkdirSync(join(home, '.pki/nssdb'), { recursive: true });
  const root = join(home, 'ecole.crt');
  writeFileSync(root, Buffer.from(await (await fetch(new URL('/ecole.crt', trust))).arrayBuffer()));
  execFileSync('certutil', ['-N', '--empty-password', '-d', store]);
  execFileSync('certutil', ['-A', '-d', store, '-n', 'school', '-t', 'C,,', '-i', root]);
  const context = await chromium.launchPersistentContext(join(home, 'profile'), {
    ...VIEW,
    hasTouch: true,
    env: { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: join(home, '.config') },
  });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(`${address}#enrol=${code}`);
  await dialog.getByText(/est prête/).waitFor();
  await dialog.getByRole('button', { name: 'Terminer' }).click();
  return { context, page };
}

async function draw(page) {
  await page.getByRole('button', { name: 'Crayon rouge' }).click();
  const box = await page.locator('.p-draw').first().boundingBox();
  if (!box) return;
  await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.3);
  await page.mouse.down();
  for (let n = 1; n <= 40; n += 1)
    await page.mouse.move(
      box.x + box.width * (0.2 + n * 0.012),
      box.y + box.height * 0.3 + Math.sin(n / 3) * 14,
    );
  await page.mouse.up();
}

try {
  const browser = await chromium.launch(VIEW);
  const staff = await browser.newPage(VIEW);
  await staff.goto(await link());
  await staff.getByRole('heading', { level: 1 }).waitFor();
  const child = await tablet(staff);
  await child.page.getByRole('button', { name: 'Rozenn', exact: true }).click();
  // The sheet that was sent last opens by itself.
  await child.page.locator('.p-draw').first().waitFor();
  await draw(child.page);
  await shoot(child.page, 'eleve');

  await goTo(staff, 'Classe mobile');
  await staff.getByRole('button', { name: /^Rozenn,/ }).waitFor();
  // Computers send their screens when a window watches: the first pictures take a moment.
  await staff.locator('[data-test=wall] canvas').first().waitFor();
  await staff.waitForFunction(() =>
    [...document.querySelectorAll('[data-test=wall] canvas')].every((canvas) =>
      canvas
        .getContext('2d')
        ?.getImageData(0, 0, canvas.width, canvas.height)
        .data.some((value) => value),
    ),
  );
  await shoot(staff, 'mur');
  await goTo(staff, 'Chariots');
  await staff.locator('article button.open').first().click();
  await staff.locator('[data-bay="15"]').waitFor();
  await shoot(staff, 'chariot');
  await goTo(staff, 'Synchronisation');
  await staff.getByRole('button', { name: 'Synchroniser maintenant' }).click();
  await staff.locator('[aria-busy=true]').waitFor({ state: 'detached' });
  await staff.getByText('Rien n’attend').waitFor();
  await shoot(staff, 'synchronisation');
  await child.context.close();
  await browser.close();
} finally {
  const ended = once(app, 'exit');
  app.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
