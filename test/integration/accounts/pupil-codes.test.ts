import { describe, expect, it } from 'vitest';
import { CLASS, CODE, openSchool, pupilId, TEACHER } from '../lan/school';

const personal = { class: CLASS, mode: 'personal' } as const;
const WRONG = ['dog', 'dog', 'dog'] as const;

/** A lesson by name under a clock of one's own, with one tablet that is in. */
async function guessing() {
  let now = Date.now();
  const school = await openSchool({ clock: () => now });
  await school.classroom.open(TEACHER, personal);
  const tablet = await school.enrolled('Tablette 1');
  return { school, tablet, wait: (seconds: number) => void (now += seconds * 1000) };
}

describe('guessing a neighbour’s picture code', () => {
  it('costs time that reconnecting, another name or another tablet’s success does not take away', async () => {
    const { school, tablet, wait } = await guessing();
    const guess = (n = 1) => tablet.client.request('join.signIn', { pupil: pupilId(n), code: [...WRONG] });
    for (let n = 0; n < 3; n += 1) await expect(guess()).rejects.toThrow('PICTURE_CODE_WRONG');
    await expect(guess()).rejects.toThrow('TRY_LATER');
    await expect(guess(2)).rejects.toThrow('TRY_LATER');
    // The same tablet, its page loaded again.
    await tablet.client.close();
    const again = await school.connect();
    await again.enter(tablet.key, tablet.keyId);
    await expect(again.request('join.signIn', { pupil: pupilId(1), code: [...WRONG] })).rejects.toThrow(
      'TRY_LATER',
    );
    // Nobody else waits for it, and after the delay the right code opens.
    const other = await school.enrolled('Tablette 2');
    expect(await other.client.request('join.signIn', { pupil: pupilId(3), code: CODE })).toMatchObject({
      outcome: 'in',
    });
    wait(31);
    expect(await again.request('join.signIn', { pupil: pupilId(1), code: CODE })).toMatchObject({
      outcome: 'in',
    });
  });

  it('does not come through even the two pictures of the youngest in a whole lesson', async () => {
    const { tablet, wait } = await guessing();
    let tries = 0;
    let left = 55 * 60;
    while (left > 0) {
      const answer = await tablet.client.request('join.signIn', { pupil: pupilId(1), code: [...WRONG] }).then(
        () => 'in',
        (error: unknown) => String(error),
      );
      if (answer.includes('PICTURE_CODE_WRONG')) tries += 1;
      else expect(answer).toContain('TRY_LATER');
      wait(2);
      left -= 2;
    }
    // 144 codes of two pictures, 1,728 of three.
    expect(tries).toBeGreaterThan(50);
    expect(tries).toBeLessThan(144);
  });
});
