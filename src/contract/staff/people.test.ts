import * as v from 'valibot';
import { expect, it } from 'vitest';
import { decisionSchema } from './people';

const PUPIL = 'pupil_aaaaaaaaaaaaa';

it('lets only the three shapes of a decision pass', () => {
  const passes = (value: unknown): boolean => v.is(decisionSchema, value);
  expect(
    [{ action: 'skip' }, { action: 'keep', children: [PUPIL] }, { action: 'same', personId: PUPIL }].map(
      passes,
    ),
  ).toEqual([true, true, true]);
  expect(
    [
      'skip',
      null,
      {},
      { action: 'same' },
      { action: 'same', personId: 'pupil_' },
      { action: 'keep', children: 'a' },
      { action: 'keep', birthDate: 3 },
    ].some(passes),
  ).toBe(false);
});
