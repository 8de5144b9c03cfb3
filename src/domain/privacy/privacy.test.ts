import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIENCE_KINDS, type AudienceKind } from '../audience';
import { RULES } from '../retention/rules';
import { answerBy, breachClock, forwardBy, isClosed, mayHandOut } from './cases';
import { associationState, imageState } from './images';
import { BASIS, CONTROLLER, isPersonal, KINDS } from './kinds';
import { MASK, maskNames } from './masking';
import { erasurePlan, expiringNext, personFile, type Standing } from './person-file';
import { keepingOf, readersOf, registerOf } from './register';

const LEA = 'pupil_aaaaaaaaaaaaa';
const TOM = 'pupil_bbbbbbbbbbbbb';
const MUM = 'guardian_aaaaaaaaaaaaa';
const DAD = 'guardian_bbbbbbbbbbbbb';
const STAFF = 'staff_aaaaaaaaaaaaa';
const PEOPLE = [
  { id: TOM, first: 'Tom', family: 'Rose-Verdier' },
  { id: MUM, first: 'Inès', family: 'Dupont' },
  { id: DAD, first: 'Karl', family: 'Müller' },
];
const SELF = { id: LEA, first: 'Léa', family: 'Dupont', usage: 'Müller' };
const at = (base: AudienceKind, body: Record<string, unknown>): Standing =>
  ({ base, body: { v: 1, ...body } }) as unknown as Standing;

describe('every kind of document', () => {
  it('has a row that says what it tells of people', () => {
    expect(Object.keys(RULES).filter((type) => !Object.hasOwn(KINDS, type))).toEqual([]);
  });
  it('is kept for a reason that the screens can say', () => {
    const unsaid = Object.entries(KINDS).filter(
      ([type, row]) => isPersonal(row) && keepingOf(type).source === 'other',
    );
    expect(unsaid.map(([type]) => type)).toEqual([]);
  });
});

describe('the register of processing', () => {
  const facts = { counts: { pupil: 28, plan: 3, pupilFile: 28 }, commune: true, portal: false };
  const found = registerOf(facts);
  const of = (activity: string) => found.find((entry) => entry.activity === activity);
  it('names what the school really does, and not what it does not', () => {
    expect(found.map(({ activity }) => activity)).toEqual([
      'directory',
      'notebook',
      'accounts',
      'traces',
      'requests',
    ]);
    expect(of('directory')).toMatchObject({ controller: 'joint', basis: 'publicTask', documents: 56 });
  });
  it('names controllers as the convention does (articles 4 and 5)', () => {
    expect(CONTROLLER).toMatchObject({
      notebook: 'dasen',
      lessons: 'dasen',
      assessment: 'dasen',
      afterSchool: 'mayor',
      directory: 'joint',
    });
    expect(BASIS.images).toBe('consent');
  });
  it('says who receives, from who holds the keys', () => {
    expect(readersOf('direction')).toEqual(['head']);
    expect(readersOf('suivi')).toEqual(['head', 'teacher', 'substitute']);
    expect(readersOf('ecole')).not.toContain('technician');
    expect(readersOf('ecole')).not.toContain('facilitator');
    expect(of('traces')?.recipients).toMatchObject({ roles: ['administrator'], commune: 'sealed' });
    expect(of('notebook')?.recipients.commune).toBe('reads');
    expect(of('directory')?.recipients.commune).toBe('partly');
    expect(registerOf({ ...facts, commune: false })[0]?.recipients.commune).toBe('none');
  });
  it('never calls sealed what a base leaves open', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(KINDS)), fc.nat(5)), (counts) => {
        for (const entry of registerOf({ counts, commune: true, portal: true })) {
          const bases = Object.entries(KINDS).flatMap(([type, row]) =>
            isPersonal(row) && row.activity === entry.activity && (counts[type] ?? 0) > 0 ? row.in : [],
          );
          const open = bases.some((base) => !AUDIENCE_KINDS[base].sealed);
          if (entry.recipients.commune === 'sealed' && entry.activity !== 'traces') expect(open).toBe(false);
        }
      }),
    );
  });
});

describe('what one person is handed', () => {
  const standing = [
    at('ecole', {
      _id: LEA,
      type: 'pupil',
      names: { first: 'Léa', family: 'Dupont' },
      classId: 'class_aaaaaaaaaaaaa',
    }),
    at('ecole', { _id: TOM, type: 'pupil', names: { first: 'Tom', family: 'Rose-Verdier' } }),
    at('direction', { _id: DAD, type: 'guardian', address: { street: '3 rue du Secret' }, children: [LEA] }),
    at('direction', {
      _id: 'event_aaaaaaaaaaaaa',
      type: 'authority',
      pupil: LEA,
      guardian: DAD,
      holds: 'none',
    }),
    at('direction', {
      _id: 'event_bbbbbbbbbbbbb',
      type: 'authority',
      pupil: LEA,
      guardian: MUM,
      holds: 'joint',
    }),
    at('classe', {
      _id: 'event_ccccccccccccc',
      type: 'handOverNote',
      pupil: LEA,
      text: 'S’entend bien avec Tom Rose-Verdier.',
      by: STAFF,
      at: '2026-10-02T08:00:00.000Z',
    }),
    at('classe', {
      _id: 'handin_aaaaaaaaaaaaa',
      type: 'handIn',
      pupils: [LEA, TOM],
      receivedAt: '2026-10-02T08:00:00.000Z',
    }),
    at('classe', {
      _id: 'handin_bbbbbbbbbbbbb',
      type: 'handIn',
      pupils: [LEA],
      receivedAt: '2026-10-02T08:00:00.000Z',
    }),
    at('suivi', {
      _id: LEA,
      type: 'contacts',
      contacts: [{ name: 'K. M.', phone: '06 00 00 00 99' }],
    }),
    at('classe', {
      _id: 'roll_aaaaaaaaaaaaa',
      type: 'rollEntry',
      pupil: LEA,
      date: '2026-10-02',
      state: 'absent',
    }),
  ];
  const file = personFile(LEA, MUM, standing, PEOPLE, SELF);
  const text = JSON.stringify(file);
  it('is theirs, by what it is for', () => {
    expect(file.items.map(({ type }) => type).sort()).toEqual([
      'authority',
      'authority',
      'contacts',
      'handIn',
      'handIn',
      'handOverNote',
      'pupil',
      'rollEntry',
    ]);
    expect(file.named).toEqual({ guardian: 1 });
  });
  it('never holds another child’s, nor the other parent’s', () => {
    for (const secret of ['Tom', 'Verdier', TOM, DAD, 'Secret', '"none"', '06 00'])
      expect(text).not.toContain(secret);
    expect(text).toContain(MASK);
    expect(text).toContain('Léa');
    expect(file.items.filter(({ masked }) => masked > 0)).toHaveLength(4);
  });
  it('takes names out of texts and leaves words that only look like them', () => {
    expect(maskNames('Tom et TOM, tome 3, une rose', PEOPLE, SELF)).toBe(
      `${MASK} et ${MASK}, tome 3, une rose`,
    );
    expect(maskNames('Léa Dupont-Müller', PEOPLE, SELF)).toBe('Léa Dupont-Müller');
    fc.assert(
      fc.property(fc.string(), (words) => {
        expect(maskNames(words, [], SELF)).toBe(words);
      }),
    );
  });

  it('is erased within what the law lets, line by line', () => {
    const here = erasurePlan(LEA, standing, true, ['rollEntry']);
    expect(here.erase.map(({ body }) => body._id)).toEqual(['handin_bbbbbbbbbbbbb']);
    const line = (type: string, plan = here) => plan.lines.find((one) => one.type === type && !one.erased);
    expect(line('rollEntry')).toMatchObject({
      fate: 'register',
      until: '2037-07-31',
      keeping: { source: 'register' },
    });
    expect(line('pupil')).toMatchObject({ fate: 'register' });
    expect(line('handIn')).toMatchObject({ fate: 'shared', count: 1 });
    const gone = erasurePlan(LEA, standing, false, ['rollEntry', 'authority']);
    expect(gone.erase.map(({ body }) => body.type).sort()).toEqual(['contacts', 'handIn', 'handOverNote']);
    expect(gone.erase.map(({ body }) => body._id)).not.toContain(TOM);
  });
  it('goes by its date all the same', () => {
    const next = expiringNext(standing, '2040-01-01');
    expect(next[0]).toMatchObject({ day: '2027-11-01' });
    expect(next.some(({ type }) => type === 'rollEntry')).toBe(true);
    expect(expiringNext(standing, '2027-01-01')).toEqual([]);
  });
});

describe('delays', () => {
  it('gives a month, three where it was said, and eight days to hand on', () => {
    expect(answerBy('2026-01-31', false)).toBe('2026-02-28');
    expect(answerBy('2026-11-22', true)).toBe('2027-02-22');
    expect(forwardBy('2026-11-22')).toBe('2026-11-30');
    expect(isClosed([{ step: 'exported' }])).toBe(false);
    expect(isClosed([{ step: 'answered' }])).toBe(true);
    expect(mayHandOut('none')).toBe(false);
  });
  it('counts 72 hours from when a breach was known, and stops when it was told or reasoned away', () => {
    const known = '2026-11-22T09:00:00.000Z';
    const now = Date.parse(known);
    expect(breachClock(known, [], now)).toMatchObject({ state: 'running', hours: 72 });
    expect(breachClock(known, [], now + 72 * 3_600_000 - 1)).toMatchObject({ state: 'running', hours: 0 });
    expect(breachClock(known, [], now + 72 * 3_600_000)).toMatchObject({ state: 'late', hours: 0 });
    expect(breachClock(known, [{ step: 'measure' }], now + 99 * 3_600_000)).toMatchObject({
      state: 'late',
      hours: -27,
    });
    expect(breachClock(known, [{ step: 'notNotified' }], now + 99 * 3_600_000).state).toBe('done');
  });
});

describe('a child’s picture', () => {
  const A = MUM;
  const B = DAD;
  const on = '2026-11-22';
  const base = { guardians: [A, B] as const, facts: [], on };
  const said = (
    guardian: 'guardian_aaaaaaaaaaaaa' | 'guardian_bbbbbbbbbbbbb',
    agrees: boolean,
    day = '2026-09-10',
  ) => ({ guardian, agrees, on: day });
  it('asks both parents, and one no is no', () => {
    expect(imageState({ ...base, guardians: [A, B], papers: [], onde: undefined })).toMatchObject({
      may: false,
      stop: 'unsaid',
    });
    expect(
      imageState({ ...base, guardians: [A, B], papers: [said(A, true)], onde: undefined }),
    ).toMatchObject({ may: false, stop: 'missing', who: [B] });
    expect(
      imageState({ ...base, guardians: [A, B], papers: [said(A, true), said(B, true)], onde: undefined }).may,
    ).toBe(true);
    expect(
      imageState({ ...base, guardians: [A, B], papers: [said(A, true), said(B, false)], onde: true }),
    ).toMatchObject({ may: false, stop: 'refused', who: [B] });
  });
  it('takes ONDE at its word until a paper says otherwise', () => {
    expect(imageState({ ...base, guardians: [A, B], papers: [], onde: true })).toMatchObject({
      may: true,
      basis: 'onde',
    });
    expect(imageState({ ...base, guardians: [A, B], papers: [said(A, true)], onde: false })).toMatchObject({
      may: false,
    });
    expect(
      imageState({ ...base, guardians: [A, B], papers: [said(A, true), said(B, true)], onde: false }).may,
    ).toBe(true);
    expect(imageState({ ...base, guardians: [], papers: [], onde: undefined }).may).toBe(false);
  });
  it('hands an address to an association unless somebody refused', () => {
    expect(associationState({ papers: [], onde: true })).toBe(true);
    expect(associationState({ papers: [], onde: undefined })).toBe(false);
    expect(associationState({ papers: [said(A, true), said(B, false)], onde: true })).toBe(false);
    expect(associationState({ papers: [said(B, false), said(B, true, '2026-10-01')], onde: false })).toBe(
      true,
    );
  });
});
