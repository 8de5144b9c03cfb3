import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CLASS, openSchool, pupilId, TEACHER } from '../../integration/lan/school';
import { needs } from '../../needs';
import { firefoxIsHere, launchFirefox } from '../harness/launch-firefox';
import { buildPupilApp } from './browser';
import { eventually } from '../walk/eventually';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const heading = (text: string): string =>
  `[...document.querySelectorAll('h1, [role=alertdialog]')].some((one) => one.innerText.includes(${JSON.stringify(text)}))`;

/** A child in a real Firefox at the real door: TLS under the school's own authority, nothing passed over. */
describe('the pupil app in Firefox', needs(firefoxIsHere, 'firefox-esr or certutil is missing'), () => {
  let built: string;
  beforeAll(async () => {
    built = await buildPupilApp();
  });

  it('enters, draws on what was sent, hands it in, and shows the attention screen', async () => {
    const school = await openSchool({ pupilFolder: built });
    const { classroom, devices, files, root } = school;
    await classroom.open(TEACHER, { mode: 'personal', class: CLASS });
    const firefox = await launchFirefox(root);
    onTestFinished(() => firefox.close());
    const { enrolUrl } = devices.startEnrolment(TEACHER, { label: 'Tablette 4', kind: 'tablet' });
    await firefox.goto(enrolUrl);
    await firefox.until(`document.querySelectorAll('.p-card').length >= 5`);
    expect(await firefox.evaluate('navigator.userAgent')).toContain('Firefox');
    expect(await firefox.evaluate('isSecureContext')).toBe('true');

    // Léa, and her three pictures.
    await firefox.evaluate(
      `[...document.querySelectorAll('.p-card')].find((one) => one.innerText.includes('Léa')).setAttribute('data-lea', '')`,
    );
    await firefox.click('[data-lea]');
    for (const picture of ['chat', 'soleil', 'bateau'])
      await firefox.click(`.p-pad-key:has([aria-label="${picture}"])`);
    await firefox.until(
      `[...document.querySelectorAll('button')].some((one) => one.innerText.includes('C’est bon'))`,
    );
    await firefox.evaluate(
      `[...document.querySelectorAll('button')].find((one) => one.innerText.includes('C’est bon')).setAttribute('data-enter', '')`,
    );
    await firefox.click('[data-enter]');
    const seat = () => classroom.state(TEACHER).lesson?.seats[0];
    await eventually(() => seat()?.pupils.map(({ id }) => id)).toEqual([pupilId(0)]);

    const file = await files.store(Readable.from([PNG]));
    const item = await classroom.send(TEACHER, {
      title: 'Colorie',
      kind: 'image',
      file: { ...file, type: 'image/png' },
      answer: true,
      to: 'all',
    });
    await firefox.click('button[aria-label="Crayon rouge"]');
    await firefox.until(`document.querySelector('.p-draw.is-pen') !== null`);
    const [left = 0, top = 0, width = 0] = (
      await firefox.evaluate(
        `(() => { const box = document.querySelector('.p-draw').getBoundingClientRect(); return [box.x, box.y, box.width].join(); })()`,
      )
    )
      .split(',')
      .map(Number);
    await firefox.draw(
      Array.from(
        { length: 20 },
        (_, n) => [left + width * (0.1 + n * 0.03), top + 60 + Math.sin(n / 2) * 20] as const,
      ),
    );
    await eventually(() => seat()?.activity?.strokes).toBe(1);
    await firefox.evaluate(
      `[...document.querySelectorAll('button')].find((one) => one.innerText.includes('J’ai fini')).setAttribute('data-done', '')`,
    );
    await firefox.click('[data-done]');
    await firefox.until(`document.body.innerText.includes('C’est arrivé')`);
    const work = await classroom.work.list(TEACHER, { class: CLASS });
    expect(work.filter((one) => one.item === item)).toHaveLength(1);

    await classroom.attention(TEACHER, { on: true, reason: 'On corrige', to: 'all' });
    await firefox.until(heading('On corrige'));
    await eventually(() => seat()?.attention).toBe('shown');
    await classroom.attention(TEACHER, { on: false });
    await firefox.until(`document.querySelector('[role=alertdialog]') === null`);
  });
});
