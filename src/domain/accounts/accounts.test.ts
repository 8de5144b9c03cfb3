import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHARTER_ARTICLES, CHARTER_VERSION, PUPIL_CHARTER, PUPIL_CHARTER_VERSION } from './charter';
import { dayCodeFrom, readDayCode, spokenDayCode } from './day-code';
import { DEFAULT_IDLE, IDLE_MINUTES, idleMinutes, PERSONAL_IDLE_MAX } from './idle';
import { pinWeakness } from './pin';

const bytes = fc.uint8Array({ minLength: 8, maxLength: 32 });

describe('a code of the day for the telephone', () => {
  it('is ten digits that are read however they are written', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(' ', '.', '-', '\u202f', ''), (from, between) => {
        const code = dayCodeFrom(from);
        expect(code).toMatch(/^\d{10}$/);
        expect(readDayCode(spokenDayCode(code).replaceAll(' ', between))).toBe(code);
      }),
    );
  });
  it('shows every wrong digit and every swap of neighbours', () => {
    fc.assert(
      fc.property(bytes, fc.nat(9), fc.integer({ min: 1, max: 9 }), (from, at, by) => {
        const digits = [...dayCodeFrom(from)];
        const wrong = digits.with(at, String((Number(digits[at]) + by) % 10));
        expect(readDayCode(wrong.join(''))).toBeUndefined();
        const [a = '', b = ''] = digits.slice(at, at + 2);
        if (b !== '' && a !== b)
          expect(
            readDayCode(
              digits
                .with(at, b)
                .with(at + 1, a)
                .join(''),
            ),
          ).toBeUndefined();
      }),
    );
  });
  it('is nothing else', () => {
    for (const typed of ['', '123', '12345678901', 'abcdefghij', '４０７'])
      expect(readDayCode(typed)).toBeUndefined();
    expect(() => dayCodeFrom(new Uint8Array(7))).toThrow(RangeError);
    // The example of H. M. Damm's thesis: the check digit of 572 is 4.
    expect(readDayCode('0000005724')).toBe('0000005724');
  });
});

describe('a code to reopen a screen', () => {
  it('is four to six digits that nobody tries first', () => {
    for (const pin of ['123', '1234567', '12a4', ' 1234', '']) expect(pinWeakness(pin)).toBe('shape');
    for (const pin of ['0000', '77777', '999999']) expect(pinWeakness(pin)).toBe('repeated');
    for (const pin of ['1234', '4321', '8901', '098765']) expect(pinWeakness(pin)).toBe('sequence');
    for (const pin of ['1987', '2026', '2580', '121212']) expect(pinWeakness(pin)).toBe('common');
    for (const pin of ['4831', '50729', '903718']) expect(pinWeakness(pin)).toBeUndefined();
  });
});

describe('how long until a screen hides', () => {
  const settings = fc.record({
    head: fc.integer({ min: 1, max: 120 }),
    teacher: fc.integer({ min: 1, max: 120 }),
    others: fc.integer({ min: 1, max: 120 }),
    shared: fc.integer({ min: 1, max: 120 }),
  });
  const roles = fc.subarray(['head', 'teacher', 'aesh', 'guest'] as const);
  it('always ends, whatever was chosen', () => {
    fc.assert(
      fc.property(
        settings,
        roles,
        fc.option(fc.double(), { nil: undefined }),
        fc.boolean(),
        (s, r, personal, shared) => {
          const minutes = idleMinutes(s, r, { personal, shared });
          expect(minutes).toBeGreaterThanOrEqual(IDLE_MINUTES.min);
          expect(minutes).toBeLessThanOrEqual(IDLE_MINUTES.max);
        },
      ),
    );
  });
  it('is the strictest role’s, shorter on a shared computer, one’s own where one chose', () => {
    const at = (r: readonly ('head' | 'teacher' | 'aesh')[], shared = false, personal?: number): number =>
      idleMinutes(DEFAULT_IDLE, r, { personal, shared });
    expect(at(['head', 'teacher'])).toBe(10);
    expect(at(['teacher'])).toBe(15);
    expect(at([])).toBe(10);
    expect(at(['teacher'], true)).toBe(3);
    expect(at(['teacher'], false, 45)).toBe(45);
    expect(at(['teacher'], true, 45)).toBe(45);
    expect(at(['teacher'], false, 500)).toBe(PERSONAL_IDLE_MAX);
  });
});

describe('the charters', () => {
  const words = (
    locale: string,
  ): { article: Record<string, Record<string, string>>; pupils: Record<string, string> } =>
    JSON.parse(readFileSync(`src/renderer/staff/locales/${locale}/charter.json`, 'utf8')) as never;

  it.each(['fr', 'en'])('have all their sentences (%s)', (locale) => {
    const { article, pupils } = words(locale);
    expect(Object.keys(article)).toEqual(Object.keys(CHARTER_ARTICLES));
    for (const [name, points] of Object.entries(CHARTER_ARTICLES))
      expect(Object.keys(article[name] ?? {})).toEqual([
        'title',
        ...Array.from({ length: points }, (_, n) => `p${n + 1}`),
      ]);
    for (const rule of PUPIL_CHARTER) expect(pupils[rule]).toMatch(/\.$/);
  });
  it('are another version when a sentence changes: everybody accepted what they read', () => {
    const { article, pupils } = words('fr');
    const digest = (text: unknown): string =>
      createHash('sha256').update(JSON.stringify(text)).digest('hex').slice(0, 16);
    const ofVersion: Record<string, string> = { '2026-11': '95d2771a36c7e945' };
    const ofPupils: Record<string, string> = { '2026-11': 'da0e148626a5a980' };
    expect(digest(article)).toBe(ofVersion[CHARTER_VERSION]);
    expect(digest(PUPIL_CHARTER.map((rule) => pupils[rule]))).toBe(ofPupils[PUPIL_CHARTER_VERSION]);
  });
});
