import { describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { enrolDevice, signIn } from './browser';
import { item } from './classroom';
import { useScene, type Scene } from './scene';

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();

async function seated(scene: Scene): Promise<Page> {
  const page = await scene.open();
  await enrolDevice(page, scene.door.origin);
  await signIn(page, 'Léon');
  return page;
}

describe('attention', () => {
  const scene = useScene();

  it('covers everything, says so once it is on the glass, takes the keys, and gives them back', async () => {
    const page = await seated(scene);
    const sheet = item(2, 'image', '/files/soleil.svg', 'Colorie le soleil');
    scene.door.say('lesson.item', sheet);
    await page.getByRole('button', { name: 'Écrire' }).click();
    await page.locator('#p-text-area').fill('avant');
    scene.door.say('lesson.attention', { on: true, reason: 'On corrige ensemble', until: inSeconds(300) });
    const screen = page.getByRole('alertdialog');
    await screen.getByText('On corrige ensemble').waitFor();
    expect(await screen.boundingBox()).toMatchObject({ x: 0, y: 0, width: 1280, height: 800 });
    await expect.poll(() => scene.door.inputs('lesson.attentionShown')).toEqual([{ on: true }]);
    await expect.poll(() => scene.door.inputs('lesson.activity').at(-1)?.screen).toBe('attention');
    await page.keyboard.type('pendant');
    await page.keyboard.press('Tab');
    expect(await page.locator('#p-text-area').inputValue()).toBe('avant');
    expect(await page.locator('.p-body').isVisible()).toBe(false);

    scene.door.say('lesson.attention', { on: false });
    await screen.waitFor({ state: 'detached' });
    expect(scene.door.inputs('lesson.attentionShown').at(-1)).toEqual({ on: false });
    expect(await page.locator('#p-text-area').inputValue()).toBe('avant');
  });

  it('ends by itself at its hour, even with the line cut', async () => {
    const page = await seated(scene);
    scene.door.say('lesson.attention', { on: true, until: inSeconds(3) });
    await page.getByRole('alertdialog').waitFor();
    scene.door.cut(true);
    await page.getByRole('alertdialog').waitFor({ state: 'detached', timeout: 10_000 });
  });

  it('is found again after a reload, and goes with the lesson', async () => {
    const page = await seated(scene);
    scene.room.attention = { on: true, reason: 'Au tableau', until: inSeconds(300) };
    await page.reload();
    await page.getByRole('alertdialog').getByText('Au tableau').waitFor();
    scene.door.say('join.lessonClosed', {});
    await page.getByText('La classe va bientôt commencer').waitFor();
    expect(await page.getByRole('alertdialog').count()).toBe(0);
  });

  it('a pupil who leaves the page is told at once', async () => {
    const page = await seated(scene);
    // What is on the screen is told at a calm pace; that it was left, at once.
    await expect.poll(() => scene.door.inputs('lesson.activity').at(-1)?.visible).toBe(true);
    await page.goto('about:blank');
    // A browser may drop the last word of a page that goes; the end of its line says the same.
    const gone = (): boolean =>
      scene.door.inputs('lesson.activity').at(-1)?.visible === false || scene.door.lines === 0;
    await expect.poll(gone).toBe(true);
  });

  it('being watched is said, and so is the line that is lost and found', async () => {
    const page = await seated(scene);
    scene.door.say('lesson.watched', { watched: true });
    await page.getByText('La classe regarde ton écran. Rien n’est enregistré.').waitFor();
    await page.getByRole('button', { name: 'Lever la main' }).click();
    await page.getByRole('button', { name: 'Ta main est levée' }).waitFor();
    scene.door.say('lesson.handLowered', {});
    await page.getByRole('button', { name: 'Lever la main' }).waitFor();
    scene.door.cut(true);
    await page.getByText('La tablette cherche la classe').waitFor();
    const since = Date.now();
    scene.door.accept();
    await page.getByText('La tablette cherche la classe').waitFor({ state: 'detached' });
    expect(Date.now() - since).toBeLessThan(2_500);
    await page.getByRole('heading', { name: 'Bonjour Léon !' }).waitFor();
  });
});
