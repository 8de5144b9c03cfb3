import { afterAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './walk/accessible';
import * as child from './walk/child';
import { button } from './walk/staff';
import { World } from './walk/world';

/** Issue 2: « Ma classe, tout de suite » takes a teacher without file or account less than that. */
const UNDER_MS = 180_000;
const NAMES = ['Léa', 'Noé', 'Inès', 'Malo', 'Zoé'];

describe('« Ma classe, tout de suite »', () => {
  const world = new World();
  afterAll(() => world.end());

  it('goes from an empty folder to a visitor’s tablet on the wall in under three minutes', async () => {
    const poste = await world.poste();
    const begun = performance.now();
    world.app = await poste.start();
    const { page } = world;
    await page.getByRole('link', { name: /Ma classe, tout de suite/ }).click();
    await page.getByLabel('Les prénoms de la classe').fill(NAMES.join('\n'));
    await page.getByText(`${NAMES.length} prénoms`).waitFor();
    await expectAccessible(page, 'tout de suite');
    await button(page, 'Ouvrir ma classe').click();
    // The wall opens by itself, with the code to show on it.
    const panel = page.locator('[data-test=join-panel]');
    await panel.waitFor();
    const code = (await panel.locator('[data-test=lesson-code]').innerText()).replace(/\s/g, '');
    const address = (await panel.locator('.address').nth(1).innerText()).trim();

    const tablet = await world.device({ kind: 'tablet' });
    // What the visitors' QR code carries.
    await tablet.page.goto(`${address}/visiteur#visit=${code}`);
    await tablet.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^N° \d+,/ }).waitFor();
    const took = performance.now() - begun;
    console.log(`« Ma classe, tout de suite »: ${(took / 1000).toFixed(1)} s`);
    expect(took).toBeLessThan(UNDER_MS);

    await child.button(tablet.page, 'Lever la main').click();
    await page.getByRole('button', { name: /^N° \d+,.*Lève la main/ }).waitFor();
    // The names stay on the teacher's screen.
    for (const name of NAMES) expect(await tablet.page.content()).not.toContain(name);
    await expectAccessible(page, 'mur des visiteurs');
  });
});
