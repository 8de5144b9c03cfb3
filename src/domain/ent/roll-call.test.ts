import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standingEntries, unjustifiedHalfDays, type RollEntry } from './roll-call';

const lea = 'pupil_aaaaaaaaaaaaa' as const;
const entry = (
  id: string,
  state: RollEntry['state'],
  replaces: string[] = [],
  extra: Partial<RollEntry> = {},
): RollEntry => ({
  id: `event_${id}`,
  pupil: lea,
  half: { date: '2026-11-23', half: 'AM' },
  state,
  by: 'staff_aaaaaaaaaaaaa',
  at: '2026-11-23T07:30:00.000Z',
  replaces: replaces.map((name) => `event_${name}` as const),
  ...extra,
});

describe('the register', () => {
  it('shows the correction and remembers that there was one', () => {
    const found = standingEntries([
      entry('b', 'late', ['a'], { arrivedAt: '08:50' }),
      entry('a', 'absent'),
    ]).get(lea);
    expect(found?.entry.state).toBe('late');
    expect(found?.corrections).toBe(1);
    expect(found?.rivals).toEqual([]);
  });
  it('keeps two corrections written apart side by side, the worrying one first', () => {
    const found = standingEntries([
      entry('a', 'absent'),
      entry('b', 'present', ['a']),
      entry('c', 'absent', ['a']),
    ]).get(lea);
    expect(found?.entry.state).toBe('absent');
    expect(found?.rivals.map((rival) => rival.state)).toEqual(['present']);
  });
  it('does not depend on the order in which entries arrive', () => {
    const all = [
      entry('a', 'present'),
      entry('b', 'absent', ['a']),
      entry('c', 'late', ['b']),
      entry('d', 'absent', ['b']),
    ];
    const expected = standingEntries(all).get(lea)?.entry.id;
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 4 }), (shuffled) => {
        expect(standingEntries(shuffled).get(lea)?.entry.id).toBe(expected);
      }),
    );
  });
  it('keeps the own class’s word beside a host’s that claims to replace it; a host corrects its own', () => {
    const host = 'class_aaaaaaaaaaaaa' as const;
    const own = entry('a', 'present');
    const forged = entry('b', 'absent', ['a'], { host });
    const found = standingEntries([own, forged]).get(lea);
    expect([found?.entry.id, ...(found?.rivals ?? []).map(({ id }) => id)].sort()).toEqual([
      'event_a',
      'event_b',
    ]);
    const corrected = standingEntries([forged, entry('c', 'late', ['b'], { host })]).get(lea);
    expect(corrected).toMatchObject({ entry: { state: 'late' }, rivals: [], corrections: 1 });
    expect(standingEntries([forged, entry('d', 'present', ['b'])]).get(lea)?.rivals).toEqual([]);
  });
  it('survives a forged circle of corrections', () => {
    expect(
      standingEntries([entry('a', 'present', ['b']), entry('b', 'absent', ['a'])]).get(lea)?.entry.state,
    ).toBe('absent');
  });
  it('counts half-days without a legitimate reason', () => {
    const days = ['2026-11-23', '2026-11-24'].flatMap((date, day) => [
      entry(`m${day}`, 'absent', [], { half: { date, half: 'AM' } }),
      entry(`n${day}`, 'absent', [], {
        half: { date, half: 'PM' },
        ...(day === 1 ? { reason: 'illness' as const } : {}),
      }),
    ]);
    expect(unjustifiedHalfDays(days).get(lea)).toBe(3);
  });
});
