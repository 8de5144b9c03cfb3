import { expect, it } from 'vitest';
import { createLeaveCode } from './leave-code';
import type { Remembered } from './memory';

it('an adult’s code opens; wrong ones cost time, many at once as many, and none is kept as it was typed', async () => {
  let now = 0;
  const memory: { now: Remembered } = { now: { v: 1, doors: [] } };
  const code = createLeaveCode(memory, () => now);
  expect(await code.try('7391')).toEqual({ outcome: 'no-code' });
  memory.now = { ...memory.now, code: await code.choose('7391') };
  expect(JSON.stringify(memory.now)).not.toContain('7391');
  expect(await Promise.all([code.try('1'), code.try('2'), code.try('3'), code.try('7391')])).toEqual([
    { outcome: 'wrong' },
    { outcome: 'wrong' },
    { outcome: 'wrong', seconds: 2 },
    { outcome: 'wait', seconds: 2 },
  ]);
  now = 2_000;
  expect(await code.try('4')).toEqual({ outcome: 'wrong', seconds: 4 });
  now = 6_000;
  expect(await code.try('7391')).toEqual({ outcome: 'left' });
  expect(await code.try('5')).toEqual({ outcome: 'wrong' });
});
