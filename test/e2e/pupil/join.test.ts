import { describe, expect, it } from 'vitest';
import { PreauError } from '../../../src/domain/errors';
import { enrolDevice, signIn } from './browser';
import { card, item } from './classroom';
import { useScene } from './scene';

describe('a pupil comes in', () => {
  const scene = useScene();

  it('on a tablet that an adult has just enrolled, and again without anything to type', async () => {
    const page = await scene.open();
    scene.room.open = false;
    await page.goto(`${scene.door.origin}/`);
    await page.getByText('n’est pas encore reconnue').waitFor();
    await page.getByRole('button', { name: 'Je suis un adulte' }).click();
    await page.keyboard.press('Tab');
    await page.locator('.p-key').first().focus();
    await page.keyboard.type('abcdefghjk');
    await page.getByRole('button', { name: 'Reconnaître', exact: true }).click();
    await page.getByText('La classe va bientôt commencer').waitFor();
    // Nobody has signed in, and no lesson is open: the cart knows how charged it is all the same.
    await expect.poll(() => scene.door.inputs('lesson.battery').at(-1)).toMatchObject({ percent: 100 });

    scene.room.open = true;
    scene.door.say('join.lessonOpened', { mode: 'personal', title: 'Sciences', pictureCode: true });
    await page.locator('.p-card').first().waitFor();
    expect(await page.locator('.p-card').count()).toBe(28);
    const [proof] = scene.door.inputs('door.enrol');
    expect(proof?.publicKey).toMatchObject({ kty: 'EC', crv: 'P-256' });
    expect(proof?.publicKey).not.toHaveProperty('d');

    await page.reload();
    await page.locator('.p-card').first().waitFor();
    expect(scene.door.inputs('door.prove')).toHaveLength(1);
    expect(scene.door.inputs('door.prove')[0]?.signature).toMatch(/^[\w-]{86}$/);
  });

  it('finds a first name by its letter, is told a wrong code in words, then sits down', async () => {
    const page = await scene.open();
    await enrolDevice(page, scene.door.origin);
    await page.getByRole('button', { name: 'L', exact: true }).click();
    expect(await page.locator('.p-card-name').allTextContents()).toEqual([
      'Léa B.',
      'Léa M.',
      'Léon',
      'Louise',
      'Lucas',
    ]);
    await page.locator('.p-card', { hasText: 'Léa B.' }).click();
    await page.locator('.p-pad-key').first().click();
    await page.getByRole('button', { name: 'C’est bon' }).click();
    await page.getByRole('alert').getByText('Ce ne sont pas tes images').waitFor();
    await page.getByRole('button', { name: 'Ce n’est pas moi' }).click();
    await signIn(page, 'Léa B.');
    expect(scene.door.inputs('join.signIn').at(-1)?.pupil).toBe(card('Léa B.').id);
  });

  it('is told how long to wait after too many tries', async () => {
    const page = await scene.open();
    await enrolDevice(page, scene.door.origin);
    scene.door.answers['join.signIn'] = () => {
      throw new PreauError('TRY_LATER', { seconds: 8 });
    };
    await page.locator('.p-card', { hasText: 'Noé' }).click();
    await page.locator('.p-pad-key').first().click();
    await page.getByRole('button', { name: 'C’est bon' }).click();
    await page.getByText('Attends 8 secondes').waitFor();
  });

  it('waits for an adult when the name is in elsewhere', async () => {
    const page = await scene.open();
    await enrolDevice(page, scene.door.origin);
    scene.room.pictureCode = false;
    await page.reload();
    await page.locator('.p-card', { hasText: 'Ambre' }).click();
    await page.getByText('Ambre est déjà sur une autre tablette').waitFor();
    const ambre = card('Ambre');
    scene.room.here = [ambre];
    scene.room.joined = true;
    scene.door.say('join.signInAnswered', { pupil: ambre.id, accepted: true, pupils: [ambre] });
    await page.getByRole('heading', { name: 'Bonjour Ambre !' }).waitFor();
  });

  it('shares the tablet, and leaves it clean to the next one', async () => {
    const page = await scene.open();
    const sheet = item(1, 'image', '/files/soleil.svg', 'Colorie le soleil');
    scene.room.items = [sheet];
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Noé');
    await page.getByRole('button', { name: 'Nous sommes deux' }).click();
    await signIn(page, 'Zoé');
    await page.getByRole('button', { name: /Colorie/ }).click();
    await page.getByRole('button', { name: 'Écrire' }).click();
    await page.locator('#p-text-area').fill('un grand soleil');
    await page.getByRole('button', { name: 'Revenir au début' }).click();
    await page.getByRole('button', { name: 'Nous laissons la place' }).click();
    await page.getByRole('dialog', { name: 'Tu n’as pas rendu ton travail' }).waitFor();
    await page.getByRole('button', { name: 'Je le rends' }).click();
    await page.locator('.p-card').first().waitFor();
    expect(scene.door.inputs('lesson.handIn')[0]).toMatchObject({
      pupils: [card('Noé').id, card('Zoé').id],
      parts: [{ kind: 'text', text: 'un grand soleil' }],
    });
    const kept = await page.evaluate(
      () =>
        new Promise<number>((resolve, reject) => {
          const open = indexedDB.open('preau-eleve');
          open.onerror = () => reject(new Error('no database'));
          open.onsuccess = () => {
            const count = open.result.transaction('drafts').objectStore('drafts').count();
            count.onsuccess = () => resolve(count.result);
          };
        }),
    );
    expect(kept).toBe(0);
  });

  it('in a numbered lesson is a number, without a list of names', async () => {
    const page = await scene.open();
    scene.room.mode = 'numbered';
    await page.goto(`${scene.door.origin}/#enrol=ABCDEFGHJK`);
    await page.getByRole('heading', { name: 'Tu es le numéro 7' }).waitFor();
    expect(scene.door.inputs('join.pupils')).toHaveLength(0);
  });

  it('is told calmly of a tablet taken back, another window, an app that is too old', async () => {
    const page = await scene.open();
    await enrolDevice(page, scene.door.origin);
    scene.door.say('door.closing', { reason: 'replaced' });
    await page.getByText('ouvert ailleurs sur cette tablette').waitFor();
    await page.getByRole('button', { name: 'Continuer ici' }).click();
    await page.locator('.p-card').first().waitFor();
    scene.door.say('door.closing', { reason: 'revoked' });
    await page.getByText('n’est plus reconnue').waitFor();
    scene.door.answers['door.hello'] = () => {
      throw new PreauError('PROTOCOL_TOO_OLD', { ours: 1, theirs: 0 });
    };
    await page.reload();
    await page.getByText('Préau a changé').waitFor();
  });
});

describe('a visitor, over the plain page', () => {
  // A name that is not localhost: the page is then not a secure one, as on a tablet nobody enrolled.
  const scene = useScene('--host-resolver-rules=MAP preau.test 127.0.0.1');

  it('has no key, types the lesson’s code, and is a number', async () => {
    const page = await scene.open();
    await page.goto(`http://preau.test:${scene.door.port}/`);
    await page.getByText('n’est pas encore reconnue').waitFor();
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    expect(await page.getByRole('button', { name: 'Je suis un adulte' }).count()).toBe(0);
    await page.getByRole('button', { name: 'J’ai le code' }).click();
    for (const letter of 'ZZZZZ') await page.getByRole('button', { name: letter, exact: true }).click();
    await page.getByRole('button', { name: 'C’est bon' }).click();
    await page.getByText('Ce n’est pas le bon code').waitFor();
    for (const letter of 'ABCDE') await page.getByRole('button', { name: letter, exact: true }).click();
    await page.getByRole('button', { name: 'C’est bon' }).click();
    await page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: /Tu es le numéro/ }).waitFor();
    expect(scene.door.inputs('join.pupils')).toHaveLength(0);
    expect(scene.door.inputs('door.hello')[0]?.capabilities.keys).toBe(false);
  });
});
