import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { drawWave, LAPTOP, signIn, TABLET, UPRIGHT } from './browser';
import { CLASS, item } from './classroom';
import { useScene } from './scene';

const require = createRequire(import.meta.url);
const AXE = require.resolve('axe-core/axe.min.js');
/** Where pictures go when somebody wants to look: `PREAU_SHOTS=/tmp/shots`. */
const SHOTS = process.env['PREAU_SHOTS'];
/** A child's finger (56 px); the letters above the names are a second way, an adult's size (44 px). */
const SMALLEST = 44;

async function check(page: Page, name: string): Promise<void> {
  // What is not dressed yet is neither the child's screen nor its size.
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].every((link) => link.sheet),
  );
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((one) => one.finished.catch(() => one))).then(() => 0),
  );
  if (SHOTS) {
    await mkdir(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }
  await page.evaluate(await readFile(AXE, 'utf8'));
  const found = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
  const said = found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`,
  );
  expect.soft(said, `axe, ${name}`).toEqual([]);
  const odd = await page.evaluate((smallest) => {
    const small = [...document.querySelectorAll('button, a[href], textarea, select')]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ box: element.getBoundingClientRect(), text: element.outerHTML.slice(0, 80) }))
      .filter(({ box }) => box.width < smallest || box.height < smallest)
      .map(({ text }) => text);
    const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : [];
    return [...small, ...wide];
  }, SMALLEST);
  expect.soft(odd, `sizes, ${name}`).toEqual([]);
}

describe.each([
  ['tablet', { ...TABLET, reducedMotion: 'reduce' }],
  ['upright', { ...UPRIGHT, reducedMotion: 'reduce' }],
  ['laptop-dark', { ...LAPTOP, reducedMotion: 'reduce', colorScheme: 'dark' }],
] as const)('every screen on a %s', (profile, options) => {
  const scene = useScene();

  it('reads, is large enough and fits', async () => {
    const page = await scene.open(options);
    const { door, room } = scene;
    const see = (name: string): Promise<void> => check(page, `${profile}-${name}`);
    await page.goto(`${door.origin}/`);
    await page.getByText('n’est pas encore reconnue').waitFor();
    await see('unknown');
    await page.getByRole('button', { name: 'J’ai le code' }).click();
    await see('visit');
    room.class = [];
    await page.goto('about:blank');
    await page.goto(`${door.origin}/#enrol=ABCDEFGHJK`);
    await page.getByText('La liste de la classe est vide').waitFor();
    await see('nobody');
    room.open = false;
    await page.reload();
    await page.getByText('La classe va bientôt commencer').waitFor();
    await see('waiting');
    room.class = CLASS;
    room.open = true;
    room.teacher = 'maitresse';
    door.say('join.lessonOpened', { mode: 'personal', title: 'Sciences', pictureCode: true });
    await page.locator('.p-card').first().waitFor();
    await see('names');
    await page.locator('.p-card', { hasText: 'Marie-Apolline' }).click();
    await page.locator('.p-pad-key').first().click();
    await page.getByRole('button', { name: 'C’est bon' }).click();
    await page.getByText('Ce ne sont pas tes images').waitFor();
    await see('code');
    await page.getByRole('button', { name: 'Ce n’est pas moi' }).click();
    await signIn(page, 'Marie-Apolline de La Rochefoucauld-Montbel');
    await see('table-empty');
    await page.getByRole('button', { name: 'Nous sommes deux' }).click();
    await signIn(page, 'Léa B.');
    for (const sent of [
      item(1, 'page', `${door.origin}/files/page.html`, 'Le cycle de l’eau', false),
      item(2, 'image', '/files/soleil.svg', 'Colorie le soleil'),
      item(3, 'pdf', '/files/tables.pdf', 'Les tables de multiplication, deuxième partie, exercices 1 à 12'),
    ])
      door.say('lesson.item', sent);
    await page.getByRole('img', { name: 'Page 1 sur 3' }).waitFor();
    await page.locator('.p-draw').waitFor();
    await page.getByRole('button', { name: 'Crayon rouge' }).click();
    await drawWave(page);
    await see('pdf');
    await page.getByRole('button', { name: 'Écrire' }).click();
    await page.locator('#p-text-area').fill('J’ai trouvé 21 parce que 7 × 3 = 21.');
    await see('text');
    await page.getByRole('button', { name: 'J’ai fini' }).click();
    await page.getByText('C’est arrivé').waitFor();
    await see('given');
    await page.getByRole('button', { name: 'Revenir au début' }).click();
    door.say('lesson.watched', { watched: true });
    await page.getByText('regarde ton écran').waitFor();
    await see('table');
    await page.getByRole('button', { name: 'Les devoirs' }).click();
    await page.getByText('Les tables de 3 et de 4.').waitFor();
    await see('homework');
    await page.goBack();
    await page.getByRole('button', { name: /Le cycle de l’eau/ }).click();
    await page.getByRole('button', { name: 'La page reste blanche ?' }).click();
    await see('web-refused');
    door.cut(true);
    await page.getByText('La tablette cherche la classe').waitFor();
    await see('lost');
    door.accept();
    await page.getByText('La tablette cherche la classe').waitFor({ state: 'detached' });
    door.say('lesson.attention', {
      on: true,
      reason: 'On corrige ensemble',
      until: new Date(Date.now() + 300_000).toISOString(),
    });
    await page.getByRole('alertdialog').waitFor();
    await see('attention');
    await page.getByRole('alertdialog').waitFor();
  });
});
