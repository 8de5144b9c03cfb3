import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './walk/accessible';
import * as child from './walk/child';
import { eventually } from './walk/eventually';
import { endEnrolment, readTicket } from './walk/3-lesson';
import { button, goTo, savedText } from './walk/staff';
import { World } from './walk/world';
import type { Pupil } from './harness';

/** A question, raised hands, a discussion and voices, between the teacher's window and real browsers of pupils. */
describe('a lesson’s questions, hands, words and voices', () => {
  const world = new World();
  let one: Pupil;
  let two: Pupil;
  beforeAll(async () => {
    const poste = await world.poste();
    world.app = await poste.start();
    const { page } = world;
    await page.getByRole('link', { name: /Ma classe, tout de suite/ }).click();
    await page.getByLabel('Les prénoms de la classe').fill('Léa\nNoé\nInès');
    await button(page, 'Ouvrir ma classe').click();
    const panel = page.locator('[data-test=join-panel]');
    await panel.waitFor();
    await page.keyboard.press('Escape');
    await goTo(page, 'Appareils');
    one = await enrolled('Ordinateur', 'Ordinateur 1', 'desktop');
    two = await enrolled('Tablette', 'Tablette 1', 'tablet');
    await goTo(page, 'Classe mobile');
  });
  async function enrolled(kind: string, label: string, launch: 'desktop' | 'tablet'): Promise<Pupil> {
    const { page } = world;
    await button(page, 'Préparer un appareil').click();
    await page.getByRole('dialog').getByRole('radio', { name: kind }).click();
    const { address, code } = await readTicket(world);
    const device = await world.device({
      kind: launch,
      authority: world.authority,
      args: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
    await device.page.goto(`${address}#enrol=${code}`);
    await device.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    await endEnrolment(page, label);
    return device;
  }
  afterAll(() => world.end());
  /** For who looks at the screens; nothing is kept when the variable is not set. */
  const PICTURES = process.env['PREAU_E2E_PICTURES'];
  const shoot = async (page: Page, name: string): Promise<void> => {
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name.replace(/\W+/g, '-')}.png`) });
  };

  it('asks a question in two clicks, sees the answers come, shows them, and keeps them as a file', async () => {
    const { page } = world;
    await button(page, 'Question').click();
    const dialog = page.getByRole('dialog', { name: 'Poser une question' });
    await dialog.getByRole('radio', { name: 'A, B, C, D' }).click();
    await dialog.getByLabel('La question').fill('Quelle est la capitale de la France ?');
    for (const [at, town] of ['Lyon', 'Paris', 'Nice', 'Lille'].entries())
      await dialog.getByLabel(`Réponse ${'ABCD'.charAt(at)}`, { exact: true }).fill(town);
    await shoot(page, 'question');
    await expectAccessible(page, 'question');
    await button(dialog, 'Poser la question').click();
    for (const tablet of [one, two]) await tablet.page.getByRole('heading', { name: /capitale/ }).waitFor();
    await expectAccessible(one.page, 'élève, question');
    await shoot(one.page, 'élève question');
    const live = page.getByRole('dialog', { name: /capitale/ });
    await live.getByText('0 sur 2 ont répondu').waitFor();
    await one.page.locator('[data-value=B]').click();
    await one.page.getByText('C’est noté !').waitFor();
    await live.getByText('1 sur 2 ont répondu').waitFor();
    // The line is cut; what is touched meanwhile leaves by itself when it is back, and a reload keeps it.
    await two.context.setOffline(true);
    await two.page.locator('[data-value=C]').click();
    await two.page.getByText('Ta réponse va partir…').waitFor();
    await two.context.setOffline(false);
    await two.page.getByText('C’est noté !').waitFor({ timeout: 20_000 });
    await live.getByText('2 sur 2 ont répondu').waitFor();
    await two.page.reload();
    await two.page.locator('[data-value=C][aria-pressed=true]').waitFor();
    await shoot(page, 'réponses');
    await expectAccessible(page, 'réponses');
    await button(live, 'Montrer les réponses aux élèves').click();
    await one.page.getByText('Les réponses de la classe').waitFor();
    await one.page.getByText('ta réponse').waitFor();
    await shoot(one.page, 'élève réponses');
    await expectAccessible(one.page, 'élève, réponses');
    const file = await savedText(page, () => button(live, 'Enregistrer (CSV)').click());
    expect(file).toContain('B. Paris');
    expect(file.split('\r\n')).toHaveLength(4);
    await button(live, 'Ne plus montrer').click();
    await one.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('prepares a quiz from a text, asks it anonymously, and finds the questions again', async () => {
    const { page } = world;
    await button(page, 'Question').click();
    const dialog = page.getByRole('dialog', { name: 'Poser une question' });
    await dialog.getByRole('tab', { name: 'Préparées' }).click();
    await button(dialog, 'Préparer des questions').click();
    await dialog.getByLabel('Nom', { exact: true }).fill('Les tables');
    await button(dialog, 'Coller un texte').click();
    await dialog
      .getByLabel('Vos questions')
      .fill('Combien font 3 × 4 ?\n= 12\n\nTu as trouvé facile ?\n:)\n');
    await button(dialog, 'Prendre ces questions').click();
    await shoot(page, 'quiz');
    await button(dialog, 'Garder').click();
    await button(dialog, 'Poser').click();
    await dialog.getByRole('switch', { name: /Sans les prénoms/ }).click();
    await button(dialog, 'Poser la question').click();
    await one.page.getByText('Question 1 sur 2').waitFor();
    await shoot(one.page, 'élève nombre');
    await child.button(one.page, '1').click();
    await child.button(one.page, '2').click();
    await child.button(one.page, 'C’est ma réponse').click();
    await one.page.getByText('C’est noté !').waitFor();
    await child.button(one.page, 'Suivante').click();
    await one.page.locator('[data-value=happy]').click();
    await one.page.getByText('C’est noté !').waitFor();
    await shoot(one.page, 'élève visages');
    await one.page.setViewportSize({ width: 820, height: 1180 });
    await shoot(one.page, 'élève visages debout');
    await one.page.setViewportSize({ width: 1280, height: 800 });
    await child.button(one.page, 'J’ai fini').click();
    const live = page.getByRole('dialog', { name: 'Les tables' });
    await live.getByText('1 sur 2 ont répondu').waitFor();
    // Nobody's name, and nothing of one answer alone.
    expect(await live.locator('[data-test=poll-count]').allInnerTexts()).not.toContain('1');
    await button(live, 'Arrêter').click();
    await live.getByText('Trop peu de réponses').first().waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'Question').click();
    await dialog.getByRole('tab', { name: 'Déjà posées' }).click();
    await dialog.getByRole('button', { name: /capitale/ }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('serves raised hands in their order, by a key too', async () => {
    const { page } = world;
    await child.button(two.page, 'Lever la main').click();
    await child.button(two.page, 'Ta main est levée').waitFor();
    await child.button(one.page, 'Lever la main').click();
    const strip = page.locator('[data-test=hands-strip]');
    await strip.getByText('2 mains levées').waitFor();
    await shoot(page, 'mains');
    await expectAccessible(page, 'mains levées');
    await page.locator('body').press('m');
    await two.page.getByRole('alert').getByText('C’est à toi !').waitFor();
    await shoot(two.page, 'élève c’est à toi');
    expect(await one.page.getByText('C’est à toi !').count()).toBe(0);
    await child.button(two.page, 'J’ai parlé').click();
    await strip.getByText('une main levée').waitFor();
    await button(strip, 'Tout baisser').click();
    await child.button(one.page, 'Lever la main').waitFor();
    await strip.waitFor({ state: 'detached' });
  });

  it('opens a discussion: a private question, text that stays text, closed for all at once', async () => {
    const { page } = world;
    await page.locator('[data-test=more]').click();
    await page.getByRole('menuitem', { name: 'Discussion et voix' }).click();
    const drawer = page.getByRole('dialog', { name: 'Discussion et voix' });
    await shoot(page, 'discussion fermée');
    await button(drawer, 'Ouvrir la discussion').click();
    await child.button(one.page, 'Écrire').click();
    await one.page.getByLabel('Ton message').fill('<img src=x onerror=alert(1)> http://exemple.fr');
    await child.button(one.page, 'Envoyer').click();
    await one.page.locator('.p-talk-lines li.is-me:not(.is-waiting)').waitFor();
    await shoot(one.page, 'élève discussion');
    await expectAccessible(one.page, 'élève, discussion');
    await drawer.getByText('<img src=x onerror=alert(1)> http://exemple.fr').waitFor();
    expect(await one.page.locator('.p-talk a, .p-talk img').count()).toBe(0);
    await expectAccessible(page, 'discussion');
    await shoot(page, 'discussion');
    await drawer.getByLabel('Votre message').fill('Je viens te voir');
    await button(drawer, 'Envoyer').click();
    await drawer.getByText('Je viens te voir').waitFor();
    await button(drawer, 'Fermer la discussion').click();
    await one.page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    expect(await one.page.getByText('Je viens te voir').count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('lets the teacher speak, and listen to one who was told and can stop it', async () => {
    const { page } = world;
    // The teacher's microphone: a real stream of a steady tone.
    await page.evaluate(() => {
      MediaDevices.prototype.getUserMedia = () => {
        const context = new AudioContext();
        const tone = context.createOscillator();
        const out = context.createMediaStreamDestination();
        tone.connect(out);
        tone.start();
        return Promise.resolve(out.stream);
      };
    });
    const computer = one;

    await page.locator('[data-test=more]').click();
    await page.getByRole('menuitem', { name: 'Discussion et voix' }).click();
    const drawer = page.getByRole('dialog', { name: 'Discussion et voix' });
    await button(drawer, 'Parler aux élèves').click();
    const banner = computer.page.locator('.p-voice');
    await banner.getByText('Écoute').first().waitFor();
    const listen = child.button(computer.page, 'Écouter');
    if (await listen.isVisible()) await listen.click();
    await eventually(async () => Number(await banner.getAttribute('data-heard'))).toBeGreaterThan(5);
    await shoot(computer.page, 'élève voix');
    await button(drawer, 'Ne plus parler').click();
    await banner.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^N° \d+, Ordinateur 1/ }).click();
    await page.locator('[data-test=voice-listen]').click();
    await computer.page
      .getByRole('alert')
      .getByText(/va(s)? écouter ta voix|On va écouter/)
      .waitFor();
    const listened = page.locator('[data-test=voice-listened]');
    await computer.page.getByText(/t’écoute maintenant/).waitFor({ timeout: 15_000 });
    await eventually(async () => Number(await listened.getAttribute('data-loudness'))).toBeGreaterThan(0);
    await shoot(computer.page, 'élève écouté');
    await child.button(computer.page, 'Arrêter').click();
    await page.getByText(/a arrêté le micro/).waitFor();
  });
});
