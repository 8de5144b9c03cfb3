import { describe, expect, it } from 'vitest';
import { CALM, receive, step, temperOf, type Child } from './behaviour';
import { seeded } from '../hub/random';

const sheet = {
  id: 'item_aaaaaaaaaaaaa',
  title: 'Fiche',
  kind: 'pdf',
  url: '/files/x',
  answer: true,
  sentAt: '2026-11-03T08:00:00.000Z',
} as const;

function lesson(index: number, seed: number): Child[] {
  const random = seeded(seed);
  const temper = temperOf(index, random);
  const states = [receive(CALM, sheet, 4)];
  for (let tick = 0; tick < 60; tick += 1) states.push(step(states.at(-1) ?? CALM, temper, random));
  return states;
}

describe('an invented child', () => {
  it('does the same twice with the same seed', () => {
    expect(lesson(3, 7)).toEqual(lesson(3, 7));
  });

  it('works forward: pages and strokes only grow, and the work gets done', () => {
    const states = lesson(0, 11);
    for (const [n, state] of states.entries()) {
      const before = states[n - 1];
      if (before) expect(state.activity.strokes ?? 0).toBeGreaterThanOrEqual(before.activity.strokes ?? 0);
      expect(state.activity.page ?? 1).toBeLessThanOrEqual(4);
    }
    expect(states.at(-1)).toMatchObject({ finished: true, activity: { done: true } });
  });

  it('leaves Préau and comes back, where that is in its temper', () => {
    const visible = lesson(4, 5).map((state) => state.activity.visible);
    expect(visible).toContain(false);
    expect(visible.lastIndexOf(true)).toBeGreaterThan(visible.indexOf(false));
  });
});
