import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CLASS, TEACHER, type TestSchool } from '../../integration/lan/school';
import { drawWave } from './browser';
import { makePdf } from './pdf-fixture';
import { useRealClass } from './real-class';

async function sheet(school: TestSchool) {
  const file = { ...(await school.files.store(Readable.from([makePdf(2)]))), type: 'application/pdf' };
  return school.classroom.send(TEACHER, { kind: 'pdf', title: 'Les tables', answer: true, file, to: 'all' });
}
const list = (school: TestSchool) => school.classroom.work.list(TEACHER, { class: CLASS });

describe('work from one lesson to the next', () => {
  const real = useRealClass();

  it('is collected as it stands, found on another tablet, gone on with, given back, and done again', async () => {
    const school = await real.open();
    const first = await real.tablet(school, 'Tablette 1', 'Léa');
    await sheet(school);
    await first.getByRole('img', { name: 'Page 1 sur 2' }).waitFor();
    await first.getByRole('button', { name: 'Crayon rouge' }).tap();
    await drawWave(first);
    await first.getByRole('button', { name: 'Écrire' }).tap();
    await first.locator('#p-text-area').fill('J’ai commencé');
    expect(await school.classroom.collect(TEACHER)).toEqual({ asked: 1, answered: 1, works: 1, silent: [] });
    // Nothing new since: nothing comes twice.
    expect((await school.classroom.collect(TEACHER)).works).toBe(0);
    expect(await list(school)).toMatchObject([{ unfinished: true, parts: ['text', 'drawing'] }]);
    await school.classroom.closeLesson(TEACHER);
    await first.context().close();

    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal', pictureCode: false });
    const other = await real.tablet(school, 'Tablette 2', 'Léa');
    await other.getByRole('button', { name: 'Mes travaux' }).tap();
    const card = other.getByRole('button', { name: /Les tables/ });
    await card.getByText('pas fini').waitFor();
    await card.tap();
    await other.getByText('J’ai commencé').waitFor();
    await other.getByRole('button', { name: 'Je continue' }).tap();
    await other.getByRole('img', { name: 'Page 1 sur 2' }).waitFor();
    await other.locator('.p-draw path').first().waitFor();
    await other.getByRole('button', { name: 'Écrire' }).tap();
    await other.locator('#p-text-area').fill('J’ai fini');
    await other.getByRole('button', { name: 'J’ai fini' }).tap();
    await other.getByText('C’est arrivé').waitFor();
    const [done] = await list(school);
    expect(done).toMatchObject({ version: 1, authors: ['Léa'], parts: ['text', 'drawing'] });
    expect(done?.unfinished).toBeUndefined();

    await school.classroom.tools.notes.save(TEACHER, 'w', {
      handIn: done?.id ?? 'handin_',
      text: 'Relis la ligne 3.',
      drawings: [
        {
          kind: 'drawing',
          page: 1,
          strokes: [
            {
              colour: 'green',
              width: 6,
              points: [
                [100, 500],
                [900, 560],
              ],
            },
          ],
        },
      ],
      voice: 'none',
      again: true,
      give: true,
    });
    await other.getByRole('button', { name: 'Je regarde' }).tap();
    await other.getByText('Relis la ligne 3.').waitFor();
    await expect.poll(() => other.locator('.p-draw path:visible').count()).toBe(2);
    await other.getByRole('button', { name: 'Je reprends' }).tap();
    // What was open on this tablet is as it was left.
    await other.locator('#p-text-area').fill('J’ai relu');
    await other.getByRole('button', { name: 'Rendre encore' }).tap();
    await expect.poll(async () => (await list(school)).map(({ version }) => version)).toEqual([2, 1, 1]);
    expect((await list(school))[0]?.late).toBeUndefined();

    // Somebody else sits down: nothing of Léa's is there.
    await other.getByRole('button', { name: 'Revenir au début' }).tap();
    await other.getByRole('button', { name: 'Au suivant' }).tap();
    await other.locator('.p-card', { hasText: 'Hugo' }).tap();
    await other.getByRole('button', { name: 'Mes travaux' }).tap();
    await other.getByText('Rien encore').waitFor();
  });

  it('is kept for another time by who has to stop', async () => {
    const school = await real.open();
    const page = await real.tablet(school, 'Tablette 1', 'Inès');
    await sheet(school);
    await page.getByRole('img', { name: 'Page 1 sur 2' }).waitFor();
    await page.getByRole('button', { name: 'Écrire' }).tap();
    await page.locator('#p-text-area').fill('Je n’ai pas fini');
    await page.getByRole('button', { name: 'Revenir au début' }).tap();
    await page.getByRole('button', { name: 'Au suivant' }).tap();
    await page.getByRole('button', { name: 'Je continuerai une autre fois' }).tap();
    await page.locator('.p-card', { hasText: 'Noé' }).waitFor();
    expect(await list(school)).toMatchObject([{ authors: ['Inès'], unfinished: true }]);
  });
});
