import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idFrom, type Id } from '../id';
import { instantAt, weekdayOf } from '../time';
import {
  guestsIn,
  isAwayAt,
  nextMove,
  refusedDispatch,
  spanIn,
  standingDispatches,
  wasSentTo,
  type Dispatch,
  type DispatchEnded,
} from './dispatch';

const id = <P extends 'event' | 'class' | 'pupil' | 'staff'>(prefix: P, of: number): Id<P> =>
  idFrom(prefix, new Uint8Array(9).fill(of));
const PARIS = 'Europe/Paris';
const [HOME, HOST, OTHER] = [id('class', 1), id('class', 2), id('class', 3)];
const LEA = id('pupil', 1);
const at = (time: string, date = '2026-11-23', zone = PARIS): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return instantAt(date, hours * 60 + minutes, zone);
};
const iso = (ms: number): string => new Date(ms).toISOString();
const dispatch = (change: Partial<Dispatch> = {}): Dispatch => ({
  id: id('event', 1),
  kind: 'replacement',
  classId: HOME,
  hosts: [{ classId: HOST, pupils: [LEA] }],
  from: iso(at('08:20')),
  until: iso(at('16:30')),
  by: id('staff', 1),
  at: iso(at('08:20')),
  as: 'colleague',
  replaces: [],
  ...change,
});
const ended = (change: Partial<DispatchEnded> = {}): DispatchEnded => ({
  dispatch: id('event', 1),
  classId: HOME,
  at: iso(at('10:00')),
  by: id('staff', 1),
  as: 'colleague',
  ...change,
});
const only = (one: Dispatch, ends: readonly DispatchEnded[] = []) => {
  const [standing] = standingDispatches([one], ends);
  if (!standing) throw new Error('nothing stands');
  return standing;
};

describe('a day elsewhere', () => {
  it('begins and ends by itself, to the millisecond', () => {
    const one = only(dispatch());
    expect(isAwayAt(one, at('08:20') - 1, PARIS)).toBe(false);
    expect(isAwayAt(one, at('08:20'), PARIS)).toBe(true);
    expect(isAwayAt(one, at('16:30') - 1, PARIS)).toBe(true);
    expect(isAwayAt(one, at('16:30'), PARIS)).toBe(false);
    expect(nextMove([one], at('09:00'), PARIS)).toBe(at('16:30'));
    expect(nextMove([one], at('16:30'), PARIS)).toBeUndefined();
  });
  it('is ended before by its giver, by who teaches the class, by a head; by nobody else', () => {
    const until = (end: Partial<DispatchEnded>): number => only(dispatch(), [ended(end)]).until;
    expect(until({})).toBe(at('10:00'));
    expect(until({ by: id('staff', 9) })).toBe(at('16:30'));
    expect(until({ by: id('staff', 9), as: 'class' })).toBe(at('10:00'));
    expect(until({ by: id('staff', 9), as: 'head' })).toBe(at('10:00'));
    // « As the class » of another class is no word on this one.
    expect(until({ by: id('staff', 9), as: 'class', classId: OTHER })).toBe(at('16:30'));
    expect(until({ at: iso(at('18:00')) })).toBe(at('16:30'));
  });
  it('two halves, cut where it ends', () => {
    const one = only(dispatch(), [ended()]);
    expect(spanIn(one, { date: '2026-11-23', half: 'AM' }, PARIS)).toEqual({
      from: at('08:20'),
      until: at('10:00'),
    });
    expect(spanIn(one, { date: '2026-11-23', half: 'PM' }, PARIS)).toBeUndefined();
    expect(spanIn(only(dispatch()), { date: '2026-11-23', half: 'PM' }, PARIS)).toEqual({
      from: at('12:45'),
      until: at('16:30'),
    });
    expect(guestsIn([one], HOST, { date: '2026-11-23', half: 'AM' }, PARIS).has(LEA)).toBe(true);
    expect(guestsIn([one], OTHER, { date: '2026-11-23', half: 'AM' }, PARIS).size).toBe(0);
  });
});

describe('the same hours each week', () => {
  const weekly = { days: [2], from: '10:30', to: '11:30' };
  it.each(['Europe/Paris', 'Indian/Reunion', 'America/Guadeloupe', 'Pacific/Noumea'])('%s', (zone) => {
    const one = only(
      dispatch({
        kind: 'exchange',
        as: 'class',
        weekly,
        from: iso(at('00:00', '2026-09-01', zone)),
        until: iso(at('00:00', '2027-07-03', zone)),
      }),
    );
    // A Tuesday on each side of the change of clocks.
    for (const date of ['2026-10-20', '2026-10-27', '2027-03-30']) {
      expect(weekdayOf(date)).toBe(2);
      expect(isAwayAt(one, at('10:30', date, zone) - 1, zone)).toBe(false);
      expect(isAwayAt(one, at('10:30', date, zone), zone)).toBe(true);
      expect(isAwayAt(one, at('11:30', date, zone), zone)).toBe(false);
    }
    expect(isAwayAt(one, at('10:45', '2026-10-21', zone), zone)).toBe(false);
    expect(isAwayAt(one, at('10:45', '2027-07-06', zone), zone)).toBe(false);
  });
});

describe('what counts, where two said something apart', () => {
  const one = dispatch();
  const later = dispatch({
    id: id('event', 2),
    replaces: [one.id],
    hosts: [{ classId: OTHER, pupils: [LEA] }],
  });
  const to = (pupil: Id<'pupil'>, home = HOME) => ({ host: HOST, home, pupil });
  it('a change takes the place of what it names, in any order of arrival', () => {
    for (const all of [
      [one, later],
      [later, one],
    ])
      expect(standingDispatches(all, []).map((standing) => standing.dispatch.id)).toEqual([later.id]);
    expect(wasSentTo([one, later], to(LEA), { date: '2026-11-23', half: 'AM' }, PARIS)).toBe(true);
    expect(wasSentTo([one, later], to(id('pupil', 2)), { date: '2026-11-23', half: 'AM' }, PARIS)).toBe(
      false,
    );
    expect(wasSentTo([one], to(LEA), { date: '2026-11-24', half: 'AM' }, PARIS)).toBe(false);
    // A class sent out says nothing of another class's children.
    expect(wasSentTo([one], to(LEA, OTHER), { date: '2026-11-23', half: 'AM' }, PARIS)).toBe(false);
  });
  it('a colleague, or another class, changes nothing of it', () => {
    const stranger = { ...later, by: id('staff', 9) };
    expect(standingDispatches([one, stranger], [])).toHaveLength(2);
    expect(standingDispatches([one, { ...later, classId: OTHER, as: 'head' as const }], [])).toHaveLength(2);
    expect(standingDispatches([{ ...one, replaces: [one.id] }], [])).toHaveLength(1);
  });
  it('under the id of another’s bends nothing: the higher word stands, and what replaces it still does', () => {
    const heads = { ...one, by: id('staff', 7), as: 'head' as const };
    const forged = { ...one, by: id('staff', 9), classId: OTHER };
    const standingOf = (...all: Dispatch[]) =>
      standingDispatches(all, []).map((standing) => standing.dispatch);
    for (const all of [
      [heads, forged],
      [forged, heads],
    ])
      expect(standingOf(...all)).toEqual([heads]);
    const classes = { ...one, by: id('staff', 8), as: 'class' as const };
    expect(standingOf(classes, one)).toEqual([classes]);
    // Whoever teaches another class has no higher word on this one: both show.
    const others = { ...classes, classId: OTHER };
    expect(standingOf(others, one)).toHaveLength(2);
    for (const all of [
      [one, forged, later],
      [forged, one, later],
    ])
      expect(standingOf(...all)).toEqual([forged, later]);
  });
  it('comes to the same whatever the order', () => {
    const many = fc.array(
      fc.record({
        n: fc.integer({ min: 1, max: 6 }),
        replaces: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
        as: fc.constantFrom('head' as const, 'class' as const, 'colleague' as const),
        by: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(many, (list) => {
        const all = [...new Map(list.map((each) => [each.n, each])).values()].map(({ n, replaces, as, by }) =>
          dispatch({
            id: id('event', n),
            as,
            by: id('staff', by),
            replaces: replaces.map((other) => id('event', other)),
          }),
        );
        expect(standingDispatches([...all].reverse(), [])).toEqual(standingDispatches(all, []));
      }),
    );
  });
});

describe('what may be said', () => {
  const now = at('08:20');
  it.each([
    ['a day, by any colleague', {}, undefined],
    ['a week, by any colleague', { until: iso(at('16:30', '2026-11-27')) }, 'forbidden'],
    [
      'a week, by who teaches the class',
      { until: iso(at('16:30', '2026-11-27')), as: 'class' as const },
      undefined,
    ],
    ['what is over', { from: iso(at('06:00')), until: iso(at('07:00')) }, 'dates'],
    ['what ends before it begins', { from: iso(at('17:00')) }, 'dates'],
    ['no date at all', { until: 'plus tard' }, 'dates'],
    ['nobody', { hosts: [] }, 'empty'],
    [
      'one child twice',
      {
        hosts: [
          { classId: HOST, pupils: [LEA] },
          { classId: OTHER, pupils: [LEA] },
        ],
      },
      'twice',
    ],
    ['their own class', { hosts: [{ classId: HOME, pupils: [LEA] }] }, 'home'],
    ['no day of the week', { weekly: { days: [], from: '10:30', to: '11:30' } }, 'hours'],
    ['hours that turn back', { weekly: { days: [2], from: '11:30', to: '10:30' } }, 'hours'],
  ])('%s', (_what, change, expected) => {
    expect(refusedDispatch(dispatch(change), now)).toBe(expected);
  });
});
