import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heatAfter, isTooHot, type Heat } from './heat';

const MINUTE = 60_000;
const said = (...celsius: number[]): Heat | undefined =>
  celsius.reduce<Heat | undefined>((before, one, at) => heatAfter(before, one, at * MINUTE), undefined);

describe('a battery that says that it is warm', () => {
  it.each([
    [[39], false],
    [[44.9], false],
    [[45], true],
    [[46, 43], true],
    [[46, 40], false],
    [[46, 39, 43], false],
  ])('%j: too hot %s', (celsius, hot) => {
    expect(isTooHot(said(...celsius), celsius.length * MINUTE)).toBe(hot);
  });

  it('is charged again after an hour without a word, and one of which nothing was heard at once', () => {
    expect(isTooHot(said(50), 59 * MINUTE)).toBe(true);
    expect(isTooHot(said(50), 60 * MINUTE)).toBe(false);
    expect(isTooHot(undefined, 0)).toBe(false);
  });

  it('never charges one whose last word was 45 °C or more, and always one at 40 °C or less', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 70, noNaN: true }), { minLength: 1 }), (all) => {
        const last = all.at(-1) ?? 0;
        const hot = isTooHot(said(...all), all.length * MINUTE);
        return last >= 45 ? hot : last > 40 || !hot;
      }),
    );
  });
});
