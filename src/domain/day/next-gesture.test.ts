import { describe, expect, it } from 'vitest';
import { nextGesture, type DayFacts } from './next-gesture';

const at = (hours: number, minutes: number, more: Partial<DayFacts> = {}) =>
  nextGesture({
    minutes: hours * 60 + minutes,
    schoolDay: true,
    hasClass: true,
    rollDone: { AM: false, PM: false },
    lessonOpen: false,
    cart: { ready: 13, probable: 0, missing: [], out: false },
    ...more,
  });

describe('« Ma journée »', () => {
  it('changes with the hour', () => {
    expect(at(8, 20)).toEqual({ kind: 'roll', half: 'AM' });
    expect(at(9, 0, { rollDone: { AM: true, PM: false } })).toEqual({
      kind: 'openLesson',
      ready: 13,
      probable: 0,
    });
    expect(at(11, 25, { cart: { ready: 0, probable: 0, missing: ['7'], out: true } })).toEqual({
      kind: 'putAway',
      missing: ['7'],
    });
    expect(at(13, 30, { rollDone: { AM: true, PM: false } })).toEqual({ kind: 'roll', half: 'PM' });
    expect(at(16, 20, { rollDone: { AM: true, PM: true } })).toEqual({ kind: 'goodEvening' });
  });
  it('goes back to the lesson that runs, whatever the hour', () => {
    for (let hour = 0; hour < 24; hour += 1)
      expect(at(hour, 0, { lessonOpen: true }).kind).toBe('backToLesson');
  });
  it('does not ask for a roll call at night or on a Sunday', () => {
    expect(at(5, 0).kind).toBe('prepare');
    expect(at(9, 0, { schoolDay: false }).kind).toBe('prepare');
  });
  it('asks no roll call of who has no class', () => {
    for (let hour = 7; hour < 16; hour += 1) expect(at(hour, 0, { hasClass: false }).kind).not.toBe('roll');
  });
});
