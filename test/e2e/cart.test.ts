import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '../../src/domain/id';
import { launchApp, type RunningApp } from './harness';
import { Classroom } from './walk/classroom-world';
import { eventually } from './walk/eventually';
import { look } from './walk/look';
import { newSchool } from './walk/opening';
import { button, choose, goTo } from './walk/staff';

const VALISE: Id<'cart'> = 'cart_vvvvvvvvvvvvv';
const cartOf = (letter: string): Id<'cart'> => `cart_${letter.repeat(13)}`;

/** A cart that says nothing, at a glance, put away and found again: nothing is plugged into this computer. */
describe('the cart’s panel', () => {
  const world = new Classroom();
  beforeAll(async () => {
    const poste = await world.poste();
    world.app = await poste.start();
    world.later(() => world.app.close());
    await newSchool(world.page);
    await cart(VALISE, 'Valise bleue', 15);
  });
  afterAll(() => world.end());

  async function cart(
    id: Id<'cart'>,
    name: string,
    bays: number,
    labels?: (n: number) => string,
  ): Promise<void> {
    await world.ask('cart.create', { cart: id, name, bays });
    for (let n = 1; n <= bays; n += 1)
      await world.ask('inventory.addDevice', {
        label: labels?.(n) ?? `${name}, tablette ${n}`,
        kind: 'tablet',
        cart: id,
        bay: n,
      });
  }
  const headline = () => world.page.locator('[data-test=cart-headline]');
  const bay = (n: number) => world.page.locator(`[data-bay="${n}"]`);
  const place = (n: number) => world.page.locator(`[data-place="${n}"]`);
  /** Whether the last place is in the window without scrolling, as a glance has it. */
  const allInSight = () =>
    world.page.evaluate(() => {
      const last = [...document.querySelectorAll('[data-bay]')].at(-1)?.getBoundingClientRect();
      const page = document.scrollingElement;
      return last !== undefined && last.bottom <= innerHeight && page?.scrollTop === 0;
    });

  it('knows nothing of a new cart and says so; the keyboard goes from place to place', async () => {
    const { page } = world;
    await page.setViewportSize({ width: 1366, height: 768 });
    await goTo(page, 'Chariots');
    await headline().getByText('On ne sait encore rien des 15 tablettes').waitFor();
    await bay(1).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('data-bay'))).toBe('10');
    await page.keyboard.press('Enter');
    const details = page.getByRole('dialog', { name: 'Valise bleue, tablette 10' });
    await details.getByText('Personne n’a encore rien dit de cette place.').waitFor();
    await look(page, 'chariot-place');
    await page.keyboard.press('Escape');
    await look(page, 'chariot-inconnu');
    expect(await allInSight()).toBe(true);
  });

  it('is put away place by place: what is missing is named, one word for the others, « Annuler »', async () => {
    const { page } = world;
    await button(page, 'Ranger').click();
    const dialog = page.getByRole('dialog', { name: 'Ranger : Valise bleue' });
    await dialog.getByText('15 attendues').first().waitFor();
    await button(dialog, 'Finir sans les 15 attendues').waitFor();
    await place(3).click();
    await place(3).and(page.locator('[data-state=plugged]')).waitFor();
    await place(3).click();
    await place(3).and(page.locator('[data-state=unplugged]')).waitFor();
    for (const state of ['plugged', 'unplugged', 'missing']) {
      await place(7).click();
      await place(7)
        .and(page.locator(`[data-state=${state}]`))
        .waitFor();
    }
    await place(1).press('Enter');
    await dialog.getByText('1 rangée et branchée sur 15').waitFor();
    await dialog.getByText('Ensuite : la 2.').waitFor();
    await look(page, 'chariot-ranger');
    await dialog.locator('[data-test=all-put-away]').click();
    await dialog.getByText('13 sont rangées et branchées').waitFor();
    await dialog.getByText('La 7 manque', { exact: true }).waitFor();
    await dialog.getByText('La 3 n’est pas branchée', { exact: true }).waitFor();
    await button(dialog, 'Fermer').last().press('Enter');
    await dialog.waitFor({ state: 'hidden' });

    await headline().getByText('la 7 manque').waitFor();
    await headline().getByText('la 3 n’est pas branchée').waitFor();
    await bay(7).and(page.locator('[data-word=missing]')).waitFor();
    await bay(3).and(page.locator('[data-word=unplugged]')).waitFor();
    await look(page, 'chariot-range');
    // The toast is gone by now: the menu takes it back too.
    await button(page, 'Autres actions sur le chariot').click();
    await page.getByRole('menuitem', { name: /^Annuler le dernier rangement/ }).click();
    await headline().getByText('On ne sait encore rien des 15 tablettes').waitFor();
    // A dialog that the menu opened gives the keyboard back to the menu.
    const more = button(page, 'Autres actions sur le chariot');
    await more.click();
    await page.getByRole('menuitem', { name: /^Borne Wi-Fi/ }).click();
    await page.getByRole('dialog', { name: 'Borne Wi-Fi' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => more.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  it('finds the taps again when the screen was left in the middle, takes scanned labels, and undoes', async () => {
    const { page } = world;
    await button(page, 'Ranger').click();
    await place(5).click();
    await place(5).and(page.locator('[data-state=plugged]')).waitFor();
    await page.keyboard.press('Escape');
    await goTo(page, 'Ma journée');
    await goTo(page, 'Chariots');
    await button(page, 'Ranger').click();
    await place(5).and(page.locator('[data-state=plugged]')).waitFor();
    // A scanner types wherever the hand is, and ends with Enter.
    const dialog = page.getByRole('dialog');
    await page.keyboard.type('Valise bleue, tablette 6');
    await page.keyboard.press('Enter');
    await dialog.getByText('Valise bleue, tablette 6 est rangée, place 6.').waitFor();
    await place(6).and(page.locator('[data-state=plugged]')).waitFor();
    await page.keyboard.type('XYZ');
    await page.keyboard.press('Enter');
    await dialog.getByText('« XYZ » n’est connu de personne ici.').waitFor();
    await look(page, 'chariot-scanner');
    await dialog.locator('[data-test=finish-missing]').click();
    await dialog.getByText('2 sont rangées et branchées').waitFor();
    await button(page, 'Annuler').first().click();
    await dialog.getByRole('button', { name: 'Finir sans les 15 attendues' }).waitFor();
    await page.getByRole('dialog').locator('[data-test=finish-missing]').click();
    await page.getByRole('dialog').getByText('Aucune n’est branchée').waitFor();
    await page.keyboard.press('Escape');
    await headline().getByText('15 manquent').waitFor();
  });

  it('says on « Ma journée » the one sentence that matters, and leads to the cart', async () => {
    const { page } = world;
    await goTo(page, 'Ma journée');
    const card = page.locator('[data-test=cart-card]');
    await card.getByText('15 manquent').waitFor();
    await look(page, 'ma-journee-chariot');
    await card.getByRole('button', { name: 'Voir le chariot' }).click();
    await page.getByRole('heading', { name: 'Valise bleue', level: 1 }).waitFor();
  });

  it('shows every place of 1, 3, 10, 12 and 30 in one look at 1366 × 768, long names and zoom included', async () => {
    const { page } = world;
    const sizes = [['b', 1], ['c', 3], ['d', 10], ['e', 12], ['f', 30]] as const; // prettier-ignore
    for (const [letter, bays] of sizes) {
      const name = `Chariot des tablettes du cycle trois, ${bays}`;
      await cart(cartOf(letter), name, bays, (n) => `Tablette du chariot ${letter}, numéro ${n}`);
      await world.ask('cart.putAway', { cart: cartOf(letter), unplugged: [], missing: [] });
      await page.setViewportSize({ width: 1366, height: 768 });
      await page.evaluate((hash) => (location.hash = hash), `#/chariots/${cartOf(letter)}`);
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await eventually(() => page.locator('[data-bay]').count()).toBe(bays);
      await eventually(allInSight).toBe(true);
      if (bays === 3 || bays === 30) await look(page, `chariot-${bays}`);
    }
    // 200 %: half as many CSS pixels, nothing beside the window, every place reached by scrolling.
    await page.setViewportSize({ width: 683, height: 384 });
    await bay(30).scrollIntoViewIfNeeded();
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1366, height: 768 });
  });

  it('says what is foreseen of thirty that nothing measures, and for which hour they are wanted', async () => {
    const { page } = world;
    await page.evaluate((hash) => (location.hash = hash), `#/chariots/${cartOf('f')}`);
    await button(page, 'Ranger').click();
    const tonight = page.locator('[data-test=close-charging]');
    await tonight.getByText(/30 appareils, tous prêts/).waitFor();
    await tonight.getByText(/Rien ne mesure ce chariot/).waitFor();
    await tonight.getByLabel('Prêts pour').fill('07:10');
    await tonight.getByText('Cette fois seulement.').waitFor();
    await look(page, 'chariot-cette-nuit');
    await tonight.locator('[data-test=as-usual]').click();
    await tonight.getByText('Une autre heure ne vaut que cette fois.').waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'Autres actions sur le chariot').click();
    await page.getByRole('menuitem', { name: /^Recharge/ }).click();
    await page.getByText('Rien ne mesure ce chariot').waitFor();
    await look(page, 'recharge-vide');
  });

  it('takes the word of a person for a place, and takes it back', async () => {
    const { page } = world;
    await page.evaluate((hash) => (location.hash = hash), `#/chariots/${cartOf('c')}`);
    await bay(2).click();
    const details = page.getByRole('dialog').last();
    await button(details, 'Elle est pleine').click();
    await details
      .getByText(/d’après quelqu’un/)
      .first()
      .waitFor();
    await bay(2).and(page.locator('[data-word=ready]')).waitFor();
    await button(details, 'Retirer mon avis').click();
    await page.keyboard.press('Escape');
    await bay(2).and(page.locator(':not([data-word=ready])')).waitFor();
  });
});

/** The demonstration's cart has a hub that speaks, fifteen children in a lesson, and a tablet 7 that never came back. */
describe('the end of a lesson', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await launchApp({ demonstration: true });
    await app.page.setViewportSize({ width: 1366, height: 768 });
  });
  afterAll(() => app.close());

  it('shows tonight’s plan place by place with its reasons, what ages, and keeps what is set', async () => {
    const { page } = app;
    await goTo(page, 'Chariots');
    await page.getByRole('link', { name: 'Chariot bleu', exact: true }).click();
    await page.getByRole('heading', { name: 'Chariot bleu', level: 1 }).waitFor();
    const openCharging = async (): Promise<void> => {
      await button(page, 'Autres actions sur le chariot').click();
      await page.getByRole('menuitem', { name: /^Recharge/ }).click();
    };
    await openCharging();
    await page
      .locator('[data-test=charging-headline]')
      .getByText(/prêts? sur 15/)
      .waitFor();
    await page.locator('[data-plan="7"]').getByText('Rien n’est branché à cette place.').waitFor();
    await page.locator('[data-plan="13"]').getByText('Ordinateur 1', { exact: true }).waitFor();
    const wear = page.locator('[data-test=wear]');
    await wear.getByText('En fin de vie').waitFor();
    await wear.getByText('Charge très lentement').waitFor();
    await page.getByText('11 batteries en bon état.').waitFor();
    await look(page, 'recharge');
    await choose(page, page.getByLabel('Intensité maximale'), 'Le disjoncteur marque 10 A');
    await page.getByRole('switch', { name: 'Attendre les heures creuses' }).click();
    await page.getByLabel('Heures creuses à partir de').fill('23:30');
    await page.locator('[data-test=circuit-save]').click();
    await button(page, 'Retour au chariot')
      .or(page.getByRole('link', { name: 'Retour au chariot' }))
      .click();
    await openCharging();
    await eventually(() => page.getByLabel('Heures creuses à partir de').inputValue()).toBe('23:30');
    await page.getByText('Le disjoncteur marque 10 A').waitFor();
    await look(page, 'recharge-reglee');
  });

  it('puts the cart away: filled by what its plugs see, who had what is missing named to the teacher alone', async () => {
    const { page } = app;
    await goTo(page, 'Classe mobile');
    await page.getByRole('button', { name: 'Plus', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Fermer la séance' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fin de la séance' });
    await dialog.locator('[data-test=clean-run]').click();
    await dialog.locator('[data-test=put-away-step]').click({ timeout: 60_000 });
    const place = (n: number) => dialog.locator(`[data-place="${n}"]`);
    await place(1).and(page.locator('[data-state=plugged]')).waitFor();
    await place(7).and(page.locator('[data-hint=portEmpty]')).waitFor();
    await dialog.getByText('14 rangées et branchées sur 15').waitFor();
    // Somebody looks: the plug of 2 holds a cable and no tablet.
    for (const state of ['unplugged', 'missing']) {
      await place(2).click();
      await place(2)
        .and(page.locator(`[data-state=${state}]`))
        .waitFor();
    }
    await place(2).and(page.locator('[data-hint=doubt]')).waitFor();
    const had = await dialog.locator('[data-test=who-had]').innerText();
    expect(had).toMatch(/La 2 était avec \p{Lu}/u);
    const child = /avec (\S+)/.exec(had)?.[1] ?? '';
    await look(page, 'seance-ranger');
    await dialog.locator('[data-test=finish-missing]').click();
    await dialog.getByText('La 2 et la 7 manquent').waitFor();
    await dialog.locator('[data-test=close-lesson]').click();
    await page.locator('[data-test=open-lesson]').waitFor();

    await goTo(page, 'Chariots');
    await page.locator('article', { hasText: 'Chariot bleu' }).getByRole('button').first().click();
    await page.locator('[data-bay="2"]').click();
    const details = page.getByRole('dialog').last();
    await details.locator('dt').first().waitFor();
    // The class that had it, never the child.
    expect(await page.locator('body').innerText()).not.toContain(child);
  });
});
