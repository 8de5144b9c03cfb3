import { describe, expect, it } from 'vitest';
import { drawWave, enrolDevice, signIn } from './browser';
import { card, item } from './classroom';
import { SILENCE } from './fake-door';
import { useScene } from './scene';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('the work', () => {
  const scene = useScene();

  it('is drawn over a PDF, written, photographed, and handed in: the tile tells it meanwhile', async () => {
    const page = await scene.open();
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Léa B.');
    const sheet = item(3, 'pdf', '/files/tables.pdf', 'Les tables');
    scene.room.items = [sheet];
    scene.door.say('lesson.item', sheet);
    await page.getByRole('img', { name: 'Page 1 sur 3' }).waitFor();
    await page.getByRole('button', { name: 'Page d’après' }).click();
    await page.getByRole('img', { name: 'Page 2 sur 3' }).waitFor();
    await page.getByRole('button', { name: 'Crayon rouge' }).click();
    await drawWave(page);
    await drawWave(page);
    await page.getByRole('button', { name: 'Annuler' }).click();
    await page.getByRole('button', { name: 'Écrire' }).click();
    await page.locator('#p-text-area').fill('J’ai trouvé 21.');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'cahier.png', mimeType: 'image/png', buffer: PNG });
    await page.getByAltText('Ta photo 1').waitFor();
    await expect
      .poll(() => scene.door.inputs('lesson.activity').at(-1))
      .toMatchObject({
        screen: 'item',
        item: sheet.id,
        page: 2,
        pages: 3,
        strokes: 1,
        characters: 15,
        visible: true,
      });
    await page.getByRole('button', { name: 'J’ai fini' }).click();
    await page.getByText('C’est arrivé').waitFor();

    const [handIn] = scene.door.inputs('lesson.handIn');
    expect(handIn).toMatchObject({ item: sheet.id, pupils: [card('Léa B.').id] });
    expect(handIn?.parts.map((part) => part.kind)).toEqual(['text', 'file', 'drawing']);
    const drawing = handIn?.parts.find((part) => part.kind === 'drawing');
    expect(drawing).toMatchObject({ page: 2, strokes: [{ colour: 'red' }] });
    expect(scene.door.uploads.size).toBe(1);
    expect(scene.door.inputs('lesson.outcome')).toContainEqual({ item: sheet.id, outcome: 'done' });

    // Going on after handing in is a new version, not a lost one.
    await page.getByRole('button', { name: 'Crayon noir' }).click();
    await drawWave(page);
    await page.getByRole('button', { name: 'Rendre encore' }).click();
    await page.getByText('C’est arrivé (2ᵉ fois)').waitFor();
  });

  it('« J’ai fini » without a line survives a reload, and lands once', async () => {
    const page = await scene.open();
    const sheet = item(2, 'image', '/files/soleil.svg', 'Colorie le soleil');
    scene.room.items = [sheet];
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'Crayon vert' }).click();
    await page.locator('.p-draw.is-pen').waitFor();
    scene.door.cut(true);
    await page.getByText('Ton travail est gardé').waitFor();
    await drawWave(page);
    await page.getByRole('button', { name: 'J’ai fini' }).click();
    await page.getByText('C’est gardé, ça va partir').waitFor();
    await page.reload();
    await page.getByText('La tablette cherche la classe').first().waitFor();
    expect(scene.door.inputs('lesson.handIn')).toHaveLength(0);
    scene.door.accept();
    await page.getByText('Ton travail est gardé').waitFor({ state: 'detached' });
    await expect.poll(() => scene.door.inputs('lesson.handIn').length).toBe(1);
    expect(scene.door.inputs('lesson.handIn')[0]?.parts[0]?.kind).toBe('drawing');
    await page
      .getByRole('button', { name: /Colorie/ })
      .getByText('rendu')
      .waitFor();
  });

  it('whose answer was lost is sent again as the same hand-in', async () => {
    const page = await scene.open();
    const sheet = item(2, 'image', '/files/soleil.svg', 'Colorie le soleil');
    scene.room.items = [sheet];
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    const answer = scene.door.answers['lesson.handIn'];
    scene.door.answers['lesson.handIn'] = async (input, door) => {
      await answer?.(input, door);
      return SILENCE;
    };
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'J’ai fini' }).click();
    await expect.poll(() => scene.door.inputs('lesson.handIn').length).toBe(1);
    scene.door.answers['lesson.handIn'] = answer;
    scene.door.cut();
    await page.getByText('C’est arrivé').waitFor();
    const ids = scene.door.inputs('lesson.handIn').map((one) => one.id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(scene.room.handedIn.get(sheet.id)).toBe(1);
  });

  it('that cannot be opened is said to both sides', async () => {
    const page = await scene.open();
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    const sheet = item(4, 'pdf', '/files/abime.pdf', 'Un document abîmé');
    scene.door.say('lesson.item', sheet);
    await page.getByText('Ce document ne s’ouvre pas').waitFor();
    await expect
      .poll(() => scene.door.inputs('lesson.outcome'))
      .toContainEqual({ item: sheet.id, outcome: 'impossible', why: 'broken' });
  });

  it('a page of the Web opens in its frame, and a blank one can be told', async () => {
    const page = await scene.open();
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    const sent = item(
      5,
      'page',
      `http://127.0.0.1:${scene.door.port}/files/page.html`,
      'Le cycle de l’eau',
      false,
    );
    scene.door.say('lesson.item', sent);
    await page.frameLocator('iframe').getByText('Le cycle de l’eau').waitFor();
    await page.getByRole('button', { name: 'La page reste blanche ?' }).click();
    await page.getByRole('link', { name: 'L’ouvrir à côté' }).waitFor();
    await expect
      .poll(() => scene.door.inputs('lesson.outcome').map((one) => one.outcome))
      .toEqual(['done', 'impossible']);
  });
});
