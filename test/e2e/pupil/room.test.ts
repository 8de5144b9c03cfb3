import { describe, expect, it } from 'vitest';
import { drawWave, enrolDevice, signIn, UPRIGHT } from './browser';
import { card, item, NAMES } from './classroom';
import { useScene } from './scene';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('the second lesson on a tablet', () => {
  const scene = useScene();

  it('greets who sat there last; « Oui », the secret pictures, and one is in', async () => {
    const page = await scene.open();
    scene.room.greeted = [card('Zoé')];
    await page.goto(`${scene.door.origin}/#enrol=ABCDEFGHJK`);
    await page.getByRole('heading', { name: 'Bonjour Zoé ?' }).waitFor();
    // One first name and one symbol: nothing else of the class is on this device.
    for (const name of NAMES.filter((one) => one !== 'Zoé')) expect(await page.content()).not.toContain(name);
    expect(scene.door.inputs('join.pupils')).toHaveLength(0);
    await page.getByRole('button', { name: 'Oui, c’est moi' }).click();
    for (const picture of ['soleil', 'chat', 'bateau'])
      await page
        .locator('.p-pad-key')
        .filter({ has: page.getByRole('img', { name: picture, exact: true }) })
        .click();
    await page.getByRole('button', { name: 'C’est bon' }).click();
    await page.locator('.p-who h1', { hasText: 'Bonjour Zoé !' }).waitFor();
  });

  it('« Ce n’est pas moi » shows the list; two are greeted together, or one of them alone', async () => {
    const page = await scene.open(UPRIGHT);
    scene.room.pictureCode = false;
    const long = card('Marie-Apolline de La Rochefoucauld-Montbel');
    scene.room.greeted = [card('Noé'), long];
    await page.goto(`${scene.door.origin}/#enrol=ABCDEFGHJK`);
    await page.getByRole('heading', { name: `Noé et ${long.name} ?` }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.getByRole('button', { name: 'Ce n’est pas nous' }).click();
    await page.getByRole('heading', { name: 'Qui es-tu ?' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Oui, c’est nous' }).click();
    await page.locator('.p-who h1', { hasText: `Bonjour Noé et ${long.name} !` }).waitFor();
    expect(scene.door.inputs('join.signIn').map(({ pupil }) => pupil)).toEqual([card('Noé').id, long.id]);
  });

  it('two take turns: « Au suivant » gives the table to the other, each with their own work', async () => {
    const page = await scene.open();
    const sheet = item(1, 'image', '/files/soleil.svg', 'Colorie le soleil');
    scene.room.items = [sheet];
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    await page.getByRole('button', { name: 'Nous sommes deux' }).click();
    await signIn(page, 'Zoé');
    await page.getByRole('button', { name: 'Au suivant' }).click();
    await page.getByRole('heading', { name: 'C’est à Noé' }).waitFor();
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'Écrire' }).click();
    await page.locator('#p-text-area').fill('de Noé');
    await page.getByRole('button', { name: 'Revenir au début' }).click();
    await page.getByRole('button', { name: 'Au suivant' }).click();
    await page.getByRole('heading', { name: 'C’est à Zoé' }).waitFor();
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'Écrire' }).click();
    expect(await page.locator('#p-text-area').inputValue()).toBe('');
    await page.getByRole('button', { name: 'J’ai fini' }).click();
    await expect.poll(() => scene.door.inputs('lesson.handIn').at(-1)?.pupils).toEqual([card('Zoé').id]);
    await page.getByRole('button', { name: 'Revenir au début' }).click();
    await page.getByRole('button', { name: 'Au suivant' }).click();
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'Écrire' }).click();
    await expect.poll(() => page.locator('#p-text-area').inputValue()).toBe('de Noé');
  });

  it('in a lesson by number, two share a number and take turns', async () => {
    const page = await scene.open();
    scene.room.mode = 'numbered';
    await page.goto(`${scene.door.origin}/#enrol=ABCDEFGHJK`);
    await page.getByRole('heading', { name: 'Tu es le numéro 7' }).waitFor();
    await page.getByRole('button', { name: 'Nous sommes deux' }).click();
    await page.getByText('C’est à l’élève 1').waitFor();
    await page.getByRole('button', { name: 'Au suivant' }).click();
    await page.getByText('C’est à l’élève 2').waitFor();
    await page.reload();
    await page.getByText('C’est à l’élève 2').waitFor();
  });

  it('says in words that a spare goes on, and tells every stroke so that it can', async () => {
    const page = await scene.open();
    const sheet = item(1, 'image', '/files/soleil.svg', 'Colorie le soleil');
    scene.room.items = [sheet];
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'Crayon rouge' }).click();
    await drawWave(page);
    await drawWave(page);
    await expect.poll(() => scene.door.inputs('room.keep').map(({ from }) => from)).toEqual([0, 1]);
    await page.getByRole('button', { name: 'Annuler' }).click();
    await expect.poll(() => scene.door.inputs('room.keep').at(-1)).toMatchObject({ from: 1, strokes: [] });
    // A photo is here alone: it is said that there is one, and handed over when the spare is about to go on.
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'cahier.png', mimeType: 'image/png', buffer: PNG });
    await expect.poll(() => scene.door.inputs('room.keep').at(-1)).toMatchObject({ taken: 1 });
    scene.door.say('room.handOver', { collect: 'mot' });
    await expect
      .poll(() => scene.door.inputs('lesson.collected').at(-1))
      .toEqual({ collect: 'mot', works: 1 });
    const given = scene.door.inputs('lesson.handIn').at(-1);
    expect(given).toMatchObject({ unfinished: true, pupils: [card('Noé').id] });
    expect(given?.parts.map((part) => part.kind)).toEqual(['file', 'drawing']);
    scene.door.say('room.replaced', { by: 'Tablette 12' });
    await page.getByRole('heading', { name: 'Continue sur Tablette 12' }).waitFor();
    expect(await page.content()).not.toContain('Noé');
    await page.getByRole('button', { name: 'Je prends quand même' }).click();
    await page.getByRole('heading', { name: 'Qui es-tu ?' }).waitFor();
  });

  it('goes on with what another device began', async () => {
    const page = await scene.open();
    const sheet = item(1, 'image', '/files/soleil.svg', 'Colorie le soleil');
    scene.room.items = [sheet];
    const stroke = {
      colour: 'red' as const,
      width: 4,
      points: [
        [100, 100],
        [500, 300],
      ] as [number, number][],
    };
    scene.door.answers['room.begun'] = () => ({
      pages: [{ page: 1, strokes: 1 }],
      text: 'un volcan',
      files: [{ url: '/files/soleil.svg', type: 'image/png' }],
    });
    scene.door.answers['room.page'] = () => ({ strokes: [stroke], more: false });
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'Écrire' }).click();
    await expect.poll(() => page.locator('#p-text-area').inputValue()).toBe('un volcan');
    // The photo came too, and a third device would be told so.
    await expect.poll(() => scene.door.inputs('room.keep').at(-1)).toMatchObject({ taken: 1 });
    await page.getByRole('button', { name: 'J’ai fini' }).click();
    await expect
      .poll(() =>
        scene.door
          .inputs('lesson.handIn')
          .at(-1)
          ?.parts.map((part) => part.kind),
      )
      .toEqual(['text', 'file', 'drawing']);
  });
});
