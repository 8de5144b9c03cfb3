import { describe, expect, it } from 'vitest';
import { lastKnown, lessonIsPast } from './life';
import { NO_ATTENTION, type Lesson } from './model';

const ZONE = 'Europe/Paris';
const at = (text: string): number => Date.parse(text);

describe('the day of a lesson', () => {
  it.each([
    ['the same afternoon', '2026-11-23T15:30:00Z', false],
    ['an evening with parents, past midnight', '2026-11-23T23:40:00Z', false],
    ['before four in the morning', '2026-11-24T02:59:00Z', false],
    ['four in the morning, in the school’s own zone', '2026-11-24T03:00:00Z', true],
    ['the next Monday', '2026-11-30T07:20:00Z', true],
    ['a clock that went back to 2015', '2015-01-01T00:00:00Z', false],
  ])('%s', (_, now, past) => {
    expect(lessonIsPast('2026-11-23T07:40:00Z', at(now), ZONE)).toBe(past);
  });

  it('follows the change of clocks and other zones', () => {
    // The night of 25 October has 25 hours.
    expect(lessonIsPast('2026-10-24T14:00:00Z', at('2026-10-25T02:59:00Z'), ZONE)).toBe(false);
    expect(lessonIsPast('2026-10-24T14:00:00Z', at('2026-10-25T03:00:00Z'), ZONE)).toBe(true);
    expect(lessonIsPast('2026-11-23T04:00:00Z', at('2026-11-23T23:59:00Z'), 'Indian/Reunion')).toBe(false);
    expect(lessonIsPast('2026-11-23T04:00:00Z', at('2026-11-24T00:00:00Z'), 'Indian/Reunion')).toBe(true);
  });

  it('a lesson that nobody closed ended with the last that is known of it, never the next morning', () => {
    const openedAt = '2026-11-23T07:40:00.000Z';
    const lesson: Lesson = {
      id: 'lesson_aaaaaaaaaaaaa',
      ownerId: 'staff_aaaaaaaaaaaaa',
      classId: undefined,
      groupId: undefined,
      cartId: undefined,
      mode: 'numbered',
      title: '',
      pictureCode: false,
      openedAt,
      seats: {},
      items: [],
      attention: NO_ATTENTION,
    };
    const late = '2026-11-24T07:10:00.000Z';
    expect(lastKnown(lesson, ZONE)).toBe(openedAt);
    expect(lastKnown(lesson, ZONE, ['2026-11-23T15:12:00.000Z', '2026-11-23T09:00:00.000Z', late])).toBe(
      '2026-11-23T15:12:00.000Z',
    );
    const seat = {
      key: 'visitor-1' as const,
      number: 1,
      label: '',
      joined: true,
      pupils: [],
      waiting: [],
      presence: 'silent' as const,
      since: late,
      attentionShown: false,
      sharing: false,
      outcomes: { item_aaaaaaaaaaaaa: { outcome: 'done' as const, at: '2026-11-23T10:30:00.000Z' } },
    };
    expect(lastKnown({ ...lesson, seats: { 'visitor-1': seat } }, ZONE)).toBe('2026-11-23T10:30:00.000Z');
  });
});
