import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LessonView } from '../../../contract/staff/classroom';
import { maskLesson } from './mask-lesson';

const NAMES = ['Léontine', 'Hippolyte', 'Zéphyrine', 'Anatole'];
const named = fc
  .subarray(NAMES, { maxLength: 3 })
  .map((names) => names.map((name, n) => ({ id: `pupil_aaaaaaaaaaaa${'abc'[n] ?? 'd'}` as const, name })));
const seat = fc
  .record({ number: fc.integer({ min: 1, max: 40 }), pupils: named, waiting: named, nickname: fc.boolean() })
  .map(({ number, pupils, waiting, nickname }): LessonView['seats'][number] => ({
    key: `visitor-${number}`,
    number,
    label: `Tablette ${number}`,
    ...(nickname && { nickname: 'Anatole' }),
    joined: pupils.length > 0,
    pupils,
    waiting,
    presence: 'here',
    since: '2026-11-22T09:00:00.000Z',
    attention: 'free',
    canCapture: false,
    sharing: false,
  }));
const lesson = fc
  .record({ seats: fc.array(seat, { maxLength: 30 }), missing: named })
  .map(({ seats, missing }): LessonView => ({
    id: 'lesson_aaaaaaaaaaaaa',
    mode: 'personal',
    title: 'CE1',
    pictureCode: false,
    openedAt: '2026-11-22T09:00:00.000Z',
    attention: { on: false },
    seats,
    items: [],
    commands: [],
    missing,
    now: '2026-11-22T09:10:00.000Z',
  }));

describe('the wall before a class that sees it', () => {
  it('names nobody, whoever sits, waits or is missing', () => {
    fc.assert(
      fc.property(lesson, (view) => {
        const text = JSON.stringify(maskLesson(view, (number) => `N° ${number}`));
        for (const name of NAMES) expect(text).not.toContain(name);
      }),
    );
  });
  it('gives a seat that did not move as the object it was, and in the words asked for', () => {
    fc.assert(
      fc.property(lesson, (view) => {
        const before = maskLesson(view, (number) => `N° ${number}`);
        const after = maskLesson({ ...view, title: 'CE2' }, (number) => `N° ${number}`);
        for (const [n, one] of after.seats.entries()) expect(one).toBe(before.seats[n]);
        const other = maskLesson(view, (number) => `No. ${number}`);
        for (const { pupils, number } of other.seats)
          if (pupils[0]) expect(pupils[0].name).toBe(`No. ${number}`);
      }),
    );
  });
  it('keeps who is who: as many at each device, told apart, found again by their id', () => {
    fc.assert(
      fc.property(lesson, (view) => {
        const masked = maskLesson(view, (number) => `N° ${number}`);
        for (const [n, before] of view.seats.entries()) {
          const after = masked.seats[n];
          expect(after?.pupils.map(({ id }) => id)).toEqual(before.pupils.map(({ id }) => id));
          expect(new Set(after?.pupils.map(({ name }) => name)).size).toBe(before.pupils.length);
        }
      }),
    );
  });
});
