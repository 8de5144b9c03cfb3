import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { handInPartSchema } from '../../../contract/pupil/lesson';
import {
  addStroke,
  BLANK,
  eraseAt,
  MAX_STROKES,
  pathOf,
  thin,
  undo,
  type Point,
  type Stroke,
} from './strokes';

const stroke = (...points: Point[]): Stroke => ({ colour: 'blue', width: 4, points });
const point = fc.tuple(
  fc.double({ min: 0, max: 1_000, noNaN: true }),
  fc.double({ min: 0, max: 1_000, noNaN: true }),
);

describe('drawing on a page', () => {
  it('takes back one gesture at a time, rubbing included', () => {
    const one = addStroke(BLANK, stroke([10, 10], [100, 10]));
    const two = addStroke(one, stroke([10, 500], [100, 500]));
    const rubbed = eraseAt(two, [50, 11], 5);
    expect(rubbed.strokes).toHaveLength(1);
    expect(undo(rubbed).strokes).toEqual(two.strokes);
    expect(undo(undo(undo(rubbed))).strokes).toEqual([]);
    expect(undo(BLANK)).toBe(BLANK);
  });

  it('does not rub what the finger does not touch', () => {
    const sheet = addStroke(BLANK, stroke([10, 10], [100, 10]));
    expect(eraseAt(sheet, [50, 60], 5)).toBe(sheet);
  });

  it('always stays a hand-in the door accepts, and keeps both ends of a line', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 300 }), (points) => {
        const { strokes } = addStroke(BLANK, stroke(...points));
        const part = { kind: 'drawing', page: 1, strokes: [...strokes] };
        expect(v.safeParse(handInPartSchema, part).success).toBe(true);
        const kept = strokes[0]?.points ?? [];
        const [first, last] = [points[0], points.at(-1)];
        expect(kept[0]?.[0]).toBeCloseTo(first?.[0] ?? NaN, 0);
        expect(kept.at(-1)?.[1]).toBeCloseTo(last?.[1] ?? NaN, 0);
      }),
    );
  });

  it('makes a long straight line short', () => {
    const line = Array.from({ length: 5_000 }, (_, at): Point => [at / 5, at / 5]);
    expect(thin(line)).toHaveLength(2);
  });

  it('stops at the number of lines a page may hold', () => {
    let sheet = BLANK;
    for (let n = 0; n < MAX_STROKES + 5; n += 1) sheet = addStroke(sheet, stroke([n % 1_000, 5]));
    expect(sheet.strokes).toHaveLength(MAX_STROKES);
  });

  it('draws a dot for a touch', () => {
    expect(pathOf([[5, 6]])).toBe('M5 6h.01');
  });
});
