import { Linter } from 'eslint';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idFrom, ID_PREFIXES, opaqueOf } from '../../src/domain/id';
import { ACTION_OF_TYPE, GrantBook, refusalOf, type PosteGrant } from '../../src/exchange';
import { CLASS, CLASSE, ECOLE, grantFor, HEAD, idFor, PARC, SCHOOL } from '../../src/exchange/testing/school';
import { STAFF_ROLES } from '../../src/domain/rights/roles';
import type { RevisionRecord } from '../../src/store/port';
import { byGrant, COMMUNE_ROLE, serviceWriter, writerOf } from './author-roles';
import { APPEND_ONLY } from '../../src/exchange';
import { OF_PERSON } from '../../src/exchange/author-rules';
import { compileRule, RULE_TEXT, type RuledDocument } from './rule';

const UAI = '0751234a';
const POSTE = idFor('poste', 'anne');
const OTHER_CLASS = idFor('class', 'CM2');
const rule = compileRule(RULE_TEXT);
const book = new GrantBook(SCHOOL, [HEAD.publicKey]);

const TYPES = [
  ...Object.keys(ACTION_OF_TYPE),
  // Often enough to meet each of their fields.
  ...Array.from({ length: 12 }, () => 'delegation'),
  ...Array.from({ length: 4 }, () => 'delegationEnded'),
  ...['dispatch', 'dispatchEnded', 'guestRoll', 'group'].flatMap((type) =>
    Array.from({ length: 6 }, () => type),
  ),
  'posteBox',
  ...OF_PERSON,
  'account',
  'yearReported',
  'posteCertificateRequest',
  'pupil',
  'lesson',
  'notice',
  'constructor',
  '__proto__',
];
const opaque = fc.uint8Array({ minLength: 9, maxLength: 9 });
const documents = fc
  .record({
    prefix: fc.constantFrom(...ID_PREFIXES.filter((prefix) => prefix !== 'grant')),
    bytes: opaque,
    type: fc.constantFrom(...TYPES),
    v: fc.integer({ min: 1, max: 9 }),
    own: fc.boolean(),
    poste: fc.constantFrom(undefined, POSTE, idFor('poste', 'marc')),
    person: fc.constantFrom(undefined, null, '', idFor('staff', 'anne'), idFor('staff', 'marc')),
    right: fc.record(
      {
        by: fc.constantFrom(idFor('staff', 'anne'), idFor('staff', 'marc')),
        asHead: fc.constantFrom(true, false, 'no'),
        as: fc.constantFrom('class', 'colleague', 'head', 7),
        classId: fc.constantFrom<unknown>(CLASS, OTHER_CLASS, 'class_', 7),
        host: fc.constantFrom<unknown>(CLASS, OTHER_CLASS, null),
        owner: fc.constantFrom(idFor('staff', 'anne'), idFor('staff', 'marc')),
        from: fc.constantFrom<unknown>(
          '2026-11-23T07:00:00.000Z',
          '2026-11-23T99:00:00.000Z',
          '2026-11-23',
          7,
        ),
        until: fc.constantFrom<unknown>(
          '2026-11-23T15:30:00.000Z',
          '2026-11-30T15:30:00.000Z',
          '2027-03-01T15:30:00.000Z',
          'plus tard',
        ),
        role: fc.constantFrom<unknown>(...STAFF_ROLES, 'teacher', 'atsem', 'sorcerer', 7),
        classIds: fc.constantFrom<unknown>([CLASS], [CLASS, OTHER_CLASS], [], [7], 'all'),
        groupIds: fc.constantFrom<unknown>([], [idFor('group', 'one')], null),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ prefix, bytes, type, v, own, poste, person, right }) => {
    const mine = { poste: POSTE, account: `account_${opaqueOf(idFor('staff', 'anne'))}` };
    const _id = own && (prefix === 'poste' || prefix === 'account') ? mine[prefix] : idFrom(prefix, bytes);
    return {
      _id,
      type,
      v,
      ...right,
      ...(person === undefined ? {} : { person }),
      ...(poste ? { poste } : {}),
    };
  });
const roles = fc.array(
  fc.record({
    role: fc.oneof(fc.constantFrom('head' as const, 'teacher' as const), fc.constantFrom(...STAFF_ROLES)),
    classIds: fc.subarray([CLASS, OTHER_CLASS]),
  }),
  { maxLength: 3 },
);
const grants = fc
  .record({
    roles,
    isRelay: fc.boolean(),
    isLent: fc.boolean(),
    audiences: fc.subarray([ECOLE, CLASSE, PARC], { minLength: 1 }),
  })
  .map(({ isRelay, isLent, ...options }): PosteGrant => {
    const grant = { ...grantFor('anne', options), ...(isLent ? { until: '2027-01-01T00:00:00.000Z' } : {}) };
    return isRelay ? { ...grant, person: null } : grant;
  });
const audiences = fc.constantFrom(ECOLE, CLASSE, PARC);

const recordOf = (body: RuledDocument): RevisionRecord => ({
  id: body._id,
  rev: `1-${'a'.repeat(32)}`,
  ancestors: [],
  deleted: false,
  body: body as RevisionRecord['body'],
});
const written = (body: RuledDocument, generation = 1): RuledDocument => ({
  ...body,
  _rev: `${generation}-${'a'.repeat(32)}`,
  _revisions: { start: generation, ids: ['a'.repeat(32)] },
});
const head = writerOf(UAI, CLASSE, POSTE, grantFor('anne', { roles: [{ role: 'head', classIds: [] }] }));
const teacher = writerOf(UAI, CLASSE, POSTE, grantFor('anne'));
const idOfKind = (prefix: 'event' | 'homework' | 'grant' | 'lesson'): string => idFor(prefix, 'one');

describe('the text that the commune’s databases run', () => {
  it('is ECMAScript 5 and takes nothing from the world around it', () => {
    const found = new Linter().verify(`(${RULE_TEXT});`, [
      { languageOptions: { ecmaVersion: 5, sourceType: 'script' }, rules: { 'no-undef': 'error' } },
    ]);
    expect(found.filter((one) => one.ruleId === null || one.ruleId === 'no-undef')).toEqual([]);
    const document = written({ _id: idOfKind('homework'), type: 'homework', v: 1 });
    expect(rule(document, null, teacher)).toBe('taken');
  });

  it('lets an author write what the school’s own rules let him, and nothing else', () => {
    fc.assert(
      fc.property(documents, grants, audiences, (body, grant, audience) => {
        const bySchool = refusalOf(recordOf(body), audience, [grant], book) === undefined;
        const byRule = rule(written(body), null, writerOf(UAI, audience, POSTE, grant)) === 'taken';
        expect(byRule).toBe(bySchool);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees as well where one poste has several grants, each for itself', () => {
    fc.assert(
      fc.property(
        documents,
        fc.array(grants, { minLength: 1, maxLength: 3 }),
        audiences,
        (body, held, at) => {
          const record = recordOf(body);
          const bySchool = refusalOf(record, at, held, book) === undefined;
          const [grant] = byGrant([record], at, { poste: POSTE, grants: held }, book).keys();
          if (!grant) throw new Error('no group');
          expect(rule(written(body), null, writerOf(UAI, at, POSTE, grant)) === 'taken').toBe(bySchool);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('refuses another school, another audience, nobody, and what is no database of ours', () => {
    const document = written({ _id: idOfKind('lesson'), type: 'lesson', v: 1 });
    expect(rule(document, null, teacher)).toBe('taken');
    for (const db of ['preau_0759999z_parc', `preau_${UAI}_parc`, `preau_${UAI}_direction`, 'preau_x', ''])
      expect(rule(document, null, { ...teacher, db })).toHaveProperty('forbidden');
    expect(rule(document, null, { ...teacher, name: null })).toEqual({ unauthorized: 'NOBODY' });
    expect(rule(document, null, { ...teacher, roles: [] })).toEqual({ forbidden: 'AUTHOR' });
  });

  it('refuses what has not the shape of a document, whatever it has instead', () => {
    const fine = written({ _id: idOfKind('lesson'), type: 'lesson', v: 1 });
    const wrong: object[] = [
      { _id: 'Lesson_aaaaaaaaaaaaa' },
      { _id: 'lesson' },
      { _id: 'lesson_aaaaaaaaaaaaa/x' },
      { type: '' },
      { type: 7 },
      { type: undefined },
      { v: 0 },
      { v: '1' },
      { v: 1.5 },
      { _attachments: { a: {} } },
      { text: 'x'.repeat(1_100_000) },
    ];
    for (const change of wrong)
      expect(rule({ ...fine, ...change } as RuledDocument, null, head)).toHaveProperty('forbidden');
  });

  it.each(APPEND_ONLY)(
    '%s is written once: no second text, no deletion, the same again is harmless',
    (type) => {
      const prefix = type === 'grant' ? 'grant' : 'event';
      const db = type === 'grant' ? PARC : CLASSE;
      const both = grantFor('anne', {
        roles: [
          { role: 'head', classIds: [] },
          { role: 'teacher', classIds: [CLASS] },
        ],
      });
      const author = writerOf(UAI, db, POSTE, both);
      const first = written({ _id: idOfKind(prefix), type, v: 1 });
      expect(rule(first, null, author)).toBe('taken');
      expect(rule(first, first, author)).toBe('taken');
      const second = written({ _id: idOfKind(prefix), type, v: 1 }, 2);
      expect(rule(second, first, author)).toEqual({ forbidden: 'APPEND_ONLY' });
      expect(rule(second, null, author)).toEqual({ forbidden: 'APPEND_ONLY' });
      expect(rule({ ...second, type: 'notice' }, first, author)).toEqual({ forbidden: 'APPEND_ONLY' });
      expect(rule({ ...second, _deleted: true }, first, author)).toEqual({ forbidden: 'APPEND_ONLY' });
      const ended = rule({ ...second, _deleted: true }, first, serviceWriter(UAI, db, 'retention', 'x'));
      expect(ended).toBe('taken');
    },
  );

  it('lets retention delete and nothing else, and a consolidation write what others wrote first', () => {
    const retention = serviceWriter(UAI, CLASSE, 'retention', 'preau-gateway');
    const homework = written({ _id: idOfKind('homework'), type: 'homework', v: 1 });
    expect(rule(homework, null, retention)).toEqual({ forbidden: 'AUTHOR' });
    const consolidation = serviceWriter(UAI, CLASSE, 'consolidation', POSTE);
    expect(rule(written(homework, 3), null, consolidation)).toBe('taken');
    const forged = written({ _id: idOfKind('grant'), type: 'grant', v: 1 }, 2);
    expect(rule(forged, null, serviceWriter(UAI, PARC, 'consolidation', POSTE))).toHaveProperty('forbidden');
  });

  it('leaves the catalogue to the commune, and a restore to the administrator', () => {
    const entry = written({ _id: idOfKind('lesson'), type: 'catalogueEntry', v: 1 });
    const town = { db: 'commune_catalogue', name: 'town', roles: [COMMUNE_ROLE] };
    expect(rule(entry, null, town)).toBe('taken');
    expect(rule(entry, null, { ...head, db: 'commune_catalogue' })).toEqual({ forbidden: 'AUTHOR' });
    expect(rule(entry, null, { db: `preau_${UAI}_parc`, name: 'town', roles: [COMMUNE_ROLE] })).toEqual({
      forbidden: 'AUTHOR',
    });
    expect(rule(entry, null, { db: `preau_${UAI}_parc`, name: 'admin', roles: ['_admin'] })).toBe('taken');
  });
});
