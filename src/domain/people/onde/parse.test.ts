import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ONDE_LIMITS } from './limits';
import { parseOndeFile } from './parse';
import type { GuardiansFile, OndeFile, PupilsFile, TeachersFile } from './parse';
import { cellsUnder, csv, guardianHeader, NEW_HEADER, OLD_HEADER, TEACHER_HEADER, TODAY } from './testing';

/** Properties run hundreds of imports; a busy machine with two cores needs room. */
const PROPERTY_TIME_MS = 60_000;

const read = (bytes: Uint8Array): OndeFile => {
  const reading = parseOndeFile(bytes, { today: TODAY });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problem));
  return reading.file;
};
const problemOf = (bytes: Uint8Array): unknown => {
  const reading = parseOndeFile(bytes, { today: TODAY });
  return reading.ok ? undefined : reading.problem;
};
const pupil = (values: Record<string, string>): string[] =>
  cellsUnder(OLD_HEADER, {
    'Nom Elève': 'NOËL',
    'Prénom Elève': 'Zoé',
    'Date naissance': '2020-02-29',
    Sexe: 'F',
    Niveau: 'CP',
    Classe: 'CP',
    ...values,
  });

describe('recognising a file', () => {
  test('the old generation has 20 columns and no INE', () => {
    const file = read(csv([OLD_HEADER, pupil({})], 'latin1')) as PupilsFile;
    expect(file).toMatchObject({ kind: 'pupils', generation: 'old', encoding: 'windows-1252', columns: 20 });
    expect(file.unknownColumns).toEqual([]);
    expect(file.rows).toEqual([
      {
        line: 2,
        names: { family: 'NOËL', first: 'Zoé' },
        birthDate: '2020-02-29',
        sex: 'F',
        cycle: 2,
        grade: 'CP',
        classLabel: 'CP',
        problems: [],
      },
    ]);
  });

  test('the current generation has 22 columns, an INE and a class identifier', () => {
    const row = cellsUnder(NEW_HEADER, {
      'Nom élève': 'LEBŒUF',
      "Nom d'usage élève": 'ROY',
      'Prénom élève': 'Maëlys',
      'Date naissance': '05/09/2016',
      Sexe: 'M',
      INE: '120000000 al',
      Niveau: 'CM1',
      'Libellé classe': 'CM1-CM2',
      'Identifiant classe': '700103',
      'Autorisation associations': 'Oui',
      'Autorisation photo': 'Non',
    });
    const file = read(csv([NEW_HEADER, row], 'utf-8-bom')) as PupilsFile;
    expect(file).toMatchObject({
      generation: 'current',
      encoding: 'utf-8-bom',
      columns: 22,
      unknownColumns: [],
    });
    expect(file.rows[0]).toMatchObject({
      names: { family: 'LEBŒUF', usage: 'ROY', first: 'Maëlys' },
      birthDate: '2016-09-05',
      sex: 'M',
      ine: '120000000AL',
      ondeClassId: '700103',
      image: false,
      associations: true,
      problems: [],
    });
  });

  test('header variants met in the wild, any order, extra columns', () => {
    const header = [
      'Prénom de l’élève*',
      "NOM DE L'ELEVE",
      'Date de naissance',
      'Numéro INE',
      'Née le',
      'Cantine',
      'CLASSE',
    ];
    const file = read(
      csv([header, ['Léo', 'PÉRON', '01/02/2019', '120000000AL', '', 'oui', 'CE1']]),
    ) as PupilsFile;
    expect(file.unknownColumns).toEqual(['Cantine']);
    expect(file.rows[0]).toMatchObject({
      names: { family: 'PÉRON', first: 'Léo' },
      ine: '120000000AL',
      classLabel: 'CE1',
    });
  });

  test.each([
    [1, true, 17],
    [2, true, 21],
    [3, true, 25],
    [1, false, 16],
    [3, false, 24],
  ])('guardians of %i children, extension column %s: %i columns', (children, extension, width) => {
    const header = guardianHeader(children, extension);
    expect(header).toHaveLength(width);
    const adult = cellsUnder(header.slice(0, width - 4 * children), {
      'Civilité Responsable': 'MLLE',
      'Nom responsable': 'ROY',
      'Prénom responsable': 'Ève',
      'CP responsable': '1000',
      Courriel: 'Eve.Roy@Example.org',
      'Numéro de poste': '412',
      'Téléphone portable': '639980000',
    });
    const full = [
      ...adult,
      ...Array.from({ length: children }, (_, rank) => ['', 'ROY', `Enfant ${rank}`, 'CP']).flat(),
    ];
    const file = read(
      csv([header, full, full.slice(0, width - 4 * (children - 1))], 'latin1'),
    ) as GuardiansFile;
    expect(file.rows.map((row) => row.children.length)).toEqual([children, 1]);
    expect(file.rows[1]).toMatchObject({
      civility: 'mme',
      email: 'eve.roy@example.org',
      phones: { mobile: '0639980000' },
      address: { postcode: '01000' },
      children: [{ family: 'ROY', first: 'Enfant 0', classLabel: 'CP' }],
    });
    expect(JSON.stringify(file)).not.toContain('412');
  });

  test("teachers' home addresses and telephones do not survive reading", () => {
    const row = cellsUnder(TEACHER_HEADER, {
      Nom: 'AUBRY',
      Prénom: 'Hélène',
      Adresse: '2 rue Haute',
      CP: '39990',
      Commune: 'Valombreuse',
      'Téléphone domicile': '0199000000',
      'Téléphone portable': '0639980000',
      Courriel: 'h.aubry@example.org',
      Directeur: 'oui',
      Classe: 'CP',
    });
    const file = read(csv([TEACHER_HEADER, row])) as TeachersFile;
    expect(file.rows).toEqual([
      {
        line: 2,
        names: { family: 'AUBRY', first: 'Hélène' },
        email: 'h.aubry@example.org',
        head: true,
        classLabel: 'CP',
        problems: [],
      },
    ]);
  });

  test('missing columns are named as ONDE names them', () => {
    const header = OLD_HEADER.filter((name) => !['Prénom Elève', 'Classe'].includes(name));
    expect(problemOf(csv([header, ['x']]))).toEqual({
      code: 'missingColumns',
      kind: 'pupils',
      columns: ['Prénom élève', 'Libellé classe'],
    });
  });

  test('files that are something else say so', () => {
    expect(problemOf(new Uint8Array())).toEqual({ code: 'empty' });
    expect(problemOf(csv([['Produit', 'Prix']]))).toEqual({
      code: 'unrecognised',
      headers: ['Produit', 'Prix'],
    });
    expect(problemOf(Uint8Array.from([0x50, 0x4b, 3, 4, 1]))).toEqual({
      code: 'notText',
      looksLike: 'spreadsheet',
    });
    expect(problemOf(new TextEncoder().encode('%PDF-1.7'))).toEqual({ code: 'notText', looksLike: 'pdf' });
    expect(problemOf(Uint8Array.from([1, 0, 0, 2]))).toEqual({ code: 'notText', looksLike: 'other' });
    expect(problemOf(new Uint8Array(ONDE_LIMITS.fileBytes + 1))).toMatchObject({ code: 'tooLarge' });
    expect(problemOf(new TextEncoder().encode(`${OLD_HEADER.join(';')}\r\n"NO;;`))).toMatchObject({
      code: 'malformed',
    });
    const many = Array.from({ length: ONDE_LIMITS.rows + 1 }, () => pupil({}));
    expect(problemOf(csv([OLD_HEADER, ...many]))).toEqual({ code: 'tooManyRows', limit: ONDE_LIMITS.rows });
    const wide = Array.from({ length: ONDE_LIMITS.columns + 1 }, (_, rank) => `c${rank}`);
    expect(problemOf(csv([wide]))).toMatchObject({ code: 'tooManyColumns' });
  });
});

describe('rows', () => {
  const problemsOf = (values: Record<string, string>): unknown =>
    (read(csv([OLD_HEADER, pupil(values)])) as PupilsFile).rows[0]?.problems;

  test.each([
    [{ 'Date naissance': '31/02/2020' }, [{ code: 'badDate', value: '31/02/2020' }]],
    [{ 'Date naissance': '05/09/20' }, [{ code: 'badDate', value: '05/09/20' }]],
    [{ 'Date naissance': '' }, [{ code: 'noDate' }]],
    [{ 'Date naissance': '1986-05-05' }, [{ code: 'impossibleAge', value: '1986-05-05' }]],
    [{ 'Date naissance': '2027-01-01' }, [{ code: 'impossibleAge', value: '2027-01-01' }]],
    [{ Classe: ' ' }, [{ code: 'noClass' }]],
    [{ Sexe: 'Z' }, [{ code: 'badSex', value: 'Z' }]],
    [{ Sexe: 'H' }, []],
    [{ Niveau: 'CLIS' }, []],
    [{ Niveau: '6EME' }, [{ code: 'badGrade', value: '6EME' }]],
    [{ 'Prénom Elève': 'Zo\ufffd' }, [{ code: 'damagedText', value: 'Zo\ufffd' }]],
    [{ 'Autorisations photos': 'peut-être' }, [{ code: 'badAnswer', value: 'peut-être' }]],
  ])('%j', (values, problems) => {
    expect(problemsOf(values)).toEqual(problems);
  });

  test('ages are judged in the year of the file, which is told', () => {
    const rows = Array.from({ length: 6 }, (_, rank) =>
      pupil({ 'Nom Elève': `N${rank}`, 'Date naissance': '2007-01-01' }),
    );
    const file = read(csv([OLD_HEADER, ...rows, pupil({ 'Date naissance': '2020-01-01' })])) as PupilsFile;
    expect(file.schoolYear).toBe(2013);
    expect(file.rows.map(({ problems }) => problems.length)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('rows that cannot be used are rejected one by one', () => {
    const file = read(
      csv([
        OLD_HEADER,
        pupil({ 'Nom Elève': '' }),
        pupil({ 'Prénom Elève': 'x'.repeat(ONDE_LIMITS.cellLength + 1) }),
        [...pupil({}), 'décalé'],
        pupil({}),
      ]),
    );
    expect(file.rows).toHaveLength(1);
    expect(file.rejected.sort((a, b) => a.line - b.line)).toEqual([
      { line: 2, code: 'noName' },
      { line: 3, code: 'cellTooLong' },
      { line: 4, code: 'extraCells' },
    ]);
  });

  test('control and direction marks never reach a name', () => {
    const file = read(
      csv([OLD_HEADER, pupil({ 'Prénom Elève': '\u202eZo\u0007é\u200b \n Anne' })]),
    ) as PupilsFile;
    expect(file.rows[0]?.names.first).toBe('Zo é Anne');
  });
});

describe('properties', () => {
  const latinLetter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûüÿñABCÉÈ -;"\'');
  const name = fc
    .string({ unit: latinLetter, minLength: 1, maxLength: 40 })
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
  const date = fc
    .date({ min: new Date('2014-01-01'), max: new Date('2023-12-31'), noInvalidDate: true })
    .map((value) => value.toISOString().slice(0, 10));

  test(
    'any generated school reads back the same from every encoding',
    () => {
      const row = fc.record({
        family: name,
        first: name,
        birthDate: date,
        sex: fc.constantFrom('F' as const, 'M' as const),
      });
      fc.assert(
        fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
          const table = [
            OLD_HEADER,
            ...rows.map(({ family, first, birthDate, sex }) =>
              pupil({ 'Nom Elève': family, 'Prénom Elève': first, 'Date naissance': birthDate, Sexe: sex }),
            ),
          ];
          for (const encoding of ['utf-8', 'utf-8-bom', 'latin1'] as const) {
            const file = read(csv(table, encoding)) as PupilsFile;
            const back = file.rows.map(({ names, birthDate, sex }) => ({ ...names, birthDate, sex }));
            expect(back).toEqual(
              rows.map(({ family, first, birthDate, sex }) => ({ family, first, birthDate, sex })),
            );
          }
        }),
        { numRuns: 100 },
      );
    },
    PROPERTY_TIME_MS,
  );

  test(
    'no bytes throw, alone or under a real header',
    () => {
      const headers = [OLD_HEADER, NEW_HEADER, TEACHER_HEADER, guardianHeader(3)].map((header) =>
        csv([header]),
      );
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 600 }),
          fc.constantFrom(new Uint8Array(), ...headers),
          (bytes, header) => {
            const reading = parseOndeFile(Uint8Array.from([...header, ...bytes]), { today: TODAY });
            expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
          },
        ),
        { numRuns: 1000 },
      );
    },
    PROPERTY_TIME_MS,
  );

  test(
    'no cells throw',
    () => {
      const cell = fc.oneof(
        fc.string({ maxLength: 12 }),
        fc.constantFrom('', 'CP', '__proto__', '01/01/2020', '"', '=1+1'),
      );
      fc.assert(
        fc.property(fc.array(fc.array(cell, { maxLength: 26 }), { maxLength: 8 }), (rows) => {
          for (const header of [OLD_HEADER, NEW_HEADER, TEACHER_HEADER, guardianHeader(2)]) {
            const reading = parseOndeFile(csv([header, ...rows]), { today: TODAY });
            expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
          }
        }),
        { numRuns: 200 },
      );
    },
    PROPERTY_TIME_MS,
  );
});
