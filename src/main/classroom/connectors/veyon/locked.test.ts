import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLocked, moved } from './locked';

const marks = (grey: (at: number) => number): Uint8Array =>
  Uint8Array.from({ length: 32 * 18 }, (_, at) => grey(at));
const lesson = marks((at) => (at * 37) % 251);

describe('what a screen shows after a lock', () => {
  it('one colour, or another picture altogether, is a lock', () => {
    expect(
      looksLocked(
        lesson,
        marks(() => 0),
      ),
    ).toBe(true);
    expect(
      looksLocked(
        lesson,
        marks((at) => (at % 32 === 16 ? 90 : 12)),
      ),
    ).toBe(true);
    expect(
      looksLocked(
        marks(() => 200),
        marks(() => 20),
      ),
    ).toBe(true);
  });
  it('the pupil’s own screen is none, nor one on which something moved', () => {
    expect(looksLocked(lesson, lesson)).toBe(false);
    expect(
      looksLocked(
        lesson,
        marks((at) => (at < 60 ? 255 : (lesson[at] ?? 0))),
      ),
    ).toBe(false);
    // A message window over it (what Veyon 4.7.5 leaves visible under a lock it believes in).
    expect(
      looksLocked(
        lesson,
        marks((at) => (at > 250 && at < 300 ? 230 : (lesson[at] ?? 0))),
      ),
    ).toBe(false);
  });
  it('an empty screen that stays as it was says nothing', () => {
    expect(
      looksLocked(
        marks(() => 0),
        marks(() => 0),
      ),
    ).toBe(false);
  });
  it('a screen that did not move is never said to be locked', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 576, maxLength: 576 }), (screen) => {
        expect(moved(screen, screen)).toBe(0);
        expect(looksLocked(screen, screen)).toBe(false);
      }),
    );
  });
});
