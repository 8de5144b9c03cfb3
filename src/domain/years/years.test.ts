import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RollEntry } from '../ent/roll-call';
import { PASSAGES, type Passage } from '../people/person';
import { endingOf, isHandedOver, lateUntil, LATE_DAYS, yearAfter } from './closing';
import { agrees, latestDay, nextMove } from './horizon';
import {
  gradeAfter,
  NOTHING_DECIDED,
  passagesFor,
  planOf,
  type Decisions,
  type NextClass,
  type YearNow,
} from './plan';
import { archiveOf, type RegisterSource } from './register-archive';
import { isUndone, nextTurn } from './turns';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22, 9);

describe('the school’s day', () => {
  const agreed = { ahead: 3_600_000, at: NOW - DAY / 2 };
  it('moves by itself once a month where two clocks agree to a day', () => {
    expect(nextMove(undefined, '2026-11-22', agreed, NOW)).toEqual({ kind: 'move' });
    expect(nextMove('2026-11-01', '2026-11-22', agreed, NOW)).toEqual({ kind: 'none' });
    expect(nextMove('2026-10-22', '2026-11-22', agreed, NOW)).toEqual({ kind: 'move' });
    expect(nextMove('2026-10-01', '2026-11-22', agreed, NOW)).toEqual({ kind: 'ask', why: 'jump' });
  });
  it('asks a person where they do not, or were not compared', () => {
    for (const reading of [
      undefined,
      { ahead: 2 * DAY, at: NOW },
      { ahead: 0, at: NOW - 3 * DAY },
      { ahead: 0, at: NOW + DAY },
    ])
      expect(nextMove('2026-10-01', '2026-11-22', reading, NOW)).toEqual({ kind: 'ask', why: 'clock' });
  });
  it('never moves by itself to a day that is not the commune’s, whatever this clock says', () => {
    fc.assert(
      fc.property(fc.integer({ min: -4000, max: 4000 }), fc.integer({ min: 0, max: 2000 }), (days, late) => {
        // The clock went astray by so many days after (or while) it was compared.
        const now = NOW + days * DAY;
        const reading = { ahead: days * DAY, at: now - late * 3_600_000 };
        const changedSince = { ahead: 0, at: NOW };
        const moves = [reading, changedSince].map((one) => agrees(one, now));
        return Math.abs(days) <= 2 || !moves.includes(true);
      }),
    );
  });
  it('is the latest that anybody wrote, in any order', () => {
    const days = fc.array(fc.constantFrom('2026-11-22', '2027-01-01', '2026-01-01', '2030-12-31'));
    fc.assert(fc.property(days, (all) => latestDay(all) === [...all].sort().at(-1)));
  });
});

describe('a closed year', () => {
  const closed = { year: 2026, closedOn: '2027-07-05' };
  it('waits for who is silent, 120 days of the school’s and no longer', () => {
    expect(endingOf(closed, 0, undefined)).toEqual({ kind: 'due', why: 'reported' });
    expect(endingOf(closed, 2, undefined)).toEqual({ kind: 'waiting', days: LATE_DAYS });
    expect(endingOf(closed, 1, '2027-11-01')).toEqual({ kind: 'waiting', days: 1 });
    expect(endingOf(closed, 1, '2027-11-02')).toEqual({ kind: 'due', why: 'late' });
    expect(lateUntil(closed)).toBe('2027-11-02');
  });
  it('is followed by the calendar’s year where several were left open', () => {
    expect(yearAfter(2026, '2027-07-05')).toBe(2027);
    expect(yearAfter(2026, '2027-09-05')).toBe(2027);
    expect(yearAfter(2024, '2027-09-05')).toBe(2027);
  });
});

const NOW_AT_SCHOOL: YearNow = {
  classes: [
    { id: 'cp', label: 'CP', grades: ['CP'] },
    { id: 'ce', label: 'CE1-CE2', grades: ['CE1', 'CE2'], pictureCode: true },
    { id: 'cma', label: 'CM1 A', grades: ['CM1'] },
    { id: 'cmb', label: 'CM1 B', grades: ['CM1', 'CM2'] },
    { id: 'ulis', label: 'ULIS', grades: [] },
  ],
  pupils: [
    { id: 'p1', classId: 'cp', grade: 'CP', left: false },
    { id: 'p2', classId: 'ce', grade: 'CE1', left: false },
    { id: 'p3', classId: 'ce', grade: 'CE2', left: false },
    { id: 'p4', classId: 'cmb', grade: 'CM1', left: false },
    { id: 'p5', classId: 'cmb', grade: 'CM2', left: false },
    { id: 'p6', classId: 'ulis', left: false },
    { id: 'p7', classId: 'cp', grade: 'CP', left: true },
    { id: 'p8', left: false },
  ],
  staff: [
    { id: 's1', classIds: ['cp', 'ce'] },
    { id: 's2', classIds: [] },
  ],
};
const propose = (decided: Partial<Decisions> = {}, now = NOW_AT_SCHOOL) =>
  planOf(now, { ...NOTHING_DECIDED, ...decided }, { from: 2026, to: 2027 }, (id) => `next-${id}`);

describe('what a poste says it handed over', () => {
  it('has come when all of it is here, of what this poste may hold', () => {
    const wrote = { ecole_2026: 12, 'suivi-k3zq7p2wabcde_2026': 40 };
    expect(isHandedOver(wrote, { ecole_2026: 12, 'suivi-k3zq7p2wabcde_2026': 41 })).toBe(true);
    expect(isHandedOver(wrote, { ecole_2026: 12, 'suivi-k3zq7p2wabcde_2026': 39 })).toBe(false);
    expect(isHandedOver(wrote, { ecole_2026: 0, 'suivi-k3zq7p2wabcde_2026': 40 })).toBe(false);
    expect(isHandedOver(wrote, { ecole_2026: 12 })).toBe(true);
    expect(isHandedOver({}, {})).toBe(true);
  });
});

describe('next year', () => {
  it('sends each child up, and guesses no class that two may be', () => {
    const plan = propose();
    const placed = Object.entries(plan.pupils).map(([id, { passage, to }]) => [id, passage, to]);
    expect(placed).toEqual([
      ['p1', 'up', 'next-ce'],
      ['p2', 'up', 'next-ce'],
      ['p3', 'up', null],
      ['p4', 'up', 'next-cmb'],
      ['p5', 'college', null],
      ['p6', 'up', 'next-ulis'],
      ['p8', 'up', null],
    ]);
    expect(plan.classes.find(({ label }) => label === 'CE1-CE2')).toMatchObject({
      teachers: ['s1'],
      pictureCode: true,
    });
  });
  it('sends them up as many grades as years were left out', () => {
    expect(gradeAfter('CP', 2)).toBe('CE2');
    expect(gradeAfter('CM1', 2)).toBe('left');
    expect(gradeAfter(undefined, 1)).toBeUndefined();
    expect(passagesFor('CM1', 1)).toEqual(['up', 'repeats', 'college', 'leaves']);
    expect(passagesFor('CM2', 1)).toEqual(['repeats', 'college', 'leaves']);
    expect(passagesFor(undefined, 1)).toEqual(['up', 'college', 'leaves']);
  });
  it('proposes what the ministry says was decided, where that grade allows it', () => {
    const said = (id: string, passage: Passage): YearNow => ({
      ...NOW_AT_SCHOOL,
      pupils: NOW_AT_SCHOOL.pupils.map((one) => (one.id === id ? { ...one, said: passage } : one)),
    });
    expect(propose({}, said('p1', 'repeats')).pupils['p1']).toEqual({
      passage: 'repeats',
      proposed: true,
      grade: 'CP',
      to: 'next-cp',
    });
    expect(propose({}, said('p5', 'skips')).pupils['p5']?.passage).toBe('college');
  });
  it('follows what was decided, and what becomes of it', () => {
    const plan = propose({
      pupils: new Map([
        ['p1', { passage: 'skips' as const }],
        ['p2', { to: 'next-cmb' }],
        ['p3', { to: 'next-cma' }],
        ['p4', { passage: 'leaves' as const, to: 'next-cmb' }],
      ]),
      classes: new Map<string, NextClass | 'removed'>([
        ['next-cma', 'removed' as const],
        ['new', { id: 'new', label: 'GS', grades: ['GS'], teachers: ['s2', 'gone'], pictureCode: false }],
      ]),
      staff: new Map([['s1', false]]),
      arrivals: [
        { id: 'a1', first: 'Lou', family: 'Roy', grade: 'GS', to: 'new' },
        { id: 'a2', first: 'Tom', family: 'Roy', to: 'next-cma' },
      ],
    });
    expect(plan.pupils['p1']).toMatchObject({ passage: 'skips', grade: 'CE2', to: 'next-ce' });
    expect(plan.pupils['p2']).toMatchObject({ proposed: false, grade: 'CE2', to: 'next-cmb' });
    // A class that was taken away holds nobody; who leaves stands in none.
    expect(plan.pupils['p3']).toMatchObject({ to: null });
    expect(plan.pupils['p4']).toMatchObject({ passage: 'leaves', to: null });
    expect(plan.classes.map(({ id }) => id)).toEqual(['new', 'next-cp', 'next-ce', 'next-cmb', 'next-ulis']);
    expect(plan.staff).toEqual(['s2']);
    expect(plan.classes.find(({ id }) => id === 'new')?.teachers).toEqual(['s2']);
    expect(plan.arrivals.map(({ id, to }) => [id, to])).toEqual([
      ['a1', 'new'],
      ['a2', null],
    ]);
  });
  it('never places a child where there is no class, nor decides what the grade does not allow', () => {
    const decisions = fc.dictionary(
      fc.constantFrom('p1', 'p3', 'p5', 'p6', 'p8', 'x'),
      fc.record(
        {
          passage: fc.constantFrom(...PASSAGES),
          to: fc.constantFrom(null, 'next-cp', 'next-cma', 'nowhere'),
        },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(decisions, fc.subarray(['next-cp', 'next-cma']), (pupils, removed) => {
        const plan = propose({
          pupils: new Map(Object.entries(pupils)),
          classes: new Map(removed.map((id) => [id, 'removed' as const])),
        });
        const classes = new Set(plan.classes.map(({ id }) => id));
        const now = new Map(NOW_AT_SCHOOL.pupils.map((one) => [one.id, one]));
        for (const [id, { passage, to }] of Object.entries(plan.pupils)) {
          expect(to === null || classes.has(to)).toBe(true);
          expect(passagesFor(now.get(id)?.grade, 1)).toContain(passage);
        }
        expect(plan.pupils).not.toHaveProperty('x');
      }),
    );
  });
});

describe('a year that was opened', () => {
  const none = new Set<number>();
  it('is put aside by the turn that names it, and opened again by the next', () => {
    const first = { year: 2027, turn: 1 };
    expect(isUndone(first, [], none)).toBe(false);
    expect(isUndone(first, [first], none)).toBe(true);
    expect(nextTurn(2027, [first])).toBe(2);
    expect(isUndone({ year: 2027, turn: 2 }, [first], none)).toBe(false);
    expect(nextTurn(2028, [first])).toBe(1);
  });
  it('stays once it was confirmed, whatever a computer that was away says', () => {
    expect(isUndone({ year: 2027, turn: 1 }, [{ year: 2027, turn: 1 }], new Set([2027]))).toBe(false);
    expect(isUndone({ year: 2028, turn: 1 }, [{ year: 2028, turn: 1 }], new Set([2027]))).toBe(true);
  });
});

describe('the register as it is kept', () => {
  const entry = (id: string, pupil: string, more: Partial<RollEntry> = {}): RollEntry => ({
    id: `event_${id}`,
    pupil: pupil as RollEntry['pupil'],
    half: { date: '2026-11-12', half: 'AM' },
    state: 'absent',
    by: 'staff_a',
    at: `2026-11-12T08:0${id}:00.000Z`,
    replaces: [],
    ...more,
  });
  const source: RegisterSource = {
    schoolYear: 2026,
    classId: 'class_a',
    label: 'CP',
    grades: ['CP'],
    entries: [
      entry('1', 'p1'),
      entry('2', 'p1', { state: 'late', arrivedAt: '09:10', replaces: ['event_1'] }),
      entry('3', 'p2', { state: 'present' }),
    ],
    done: [
      { date: '2026-11-12', half: 'AM' },
      { date: '2027-01-08', half: 'PM' },
    ],
    pupils: [{ id: 'p1' }, { id: 'p2' }, { id: 'p3' }, { id: 'p4', leftOn: '2026-12-19' }],
    pupilName: (id) => `Élève ${id}`,
    staffName: () => 'Paul Roche',
  };
  it('holds a mark for each child, and every entry of one that was corrected', () => {
    const archive = archiveOf(source);
    expect(archive.pupils.map(({ name }) => name)).toEqual(['Élève p1', 'Élève p2', 'Élève p3', 'Élève p4']);
    expect(archive.halfDays).toEqual([
      { date: '2026-11-12', half: 'AM', marks: 'LPPP', done: true },
      // Who is not named in a roll call that is over was there; who had left was not.
      { date: '2027-01-08', half: 'PM', marks: 'PPP-', done: true },
    ]);
    expect(archive.entries.map(({ id }) => id)).toEqual(['event_1', 'event_2']);
    expect(archive.people).toEqual({ staff_a: 'Paul Roche' });
  });
  it('is the same from the same facts in any order', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...source.entries], { minLength: 3 }),
        fc.shuffledSubarray([...source.done], { minLength: 2 }),
        (entries, done) => {
          expect(archiveOf({ ...source, entries, done })).toEqual(archiveOf(source));
        },
      ),
    );
  });
});
