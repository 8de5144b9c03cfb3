/** Every header that the reference lists (`reference/peers-ent-sync.md` B1 and B2), each read as what it means. */
import { describe, expect, test } from 'vitest';
import { parseOndeFile } from './parse';
import type { OndeFile } from './parse';
import { csv, TODAY } from './testing';

function read(header: readonly string[], ...rows: string[][]): OndeFile {
  const reading = parseOndeFile(csv([header, ...rows]), { today: TODAY, uai: '0951099D' });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problem));
  return reading.file;
}
const pupil = (column: string, value: string): unknown => {
  const base: Record<string, string> = {
    'Nom élève': 'PONT',
    'Prénom élève': 'Zoé',
    'Date naissance': '04/05/2020',
    'Libellé classe': 'CP',
  };
  const meaning: Record<string, string> = {
    PONT: 'Nom élève',
    Zoé: 'Prénom élève',
    '04/05/2020': 'Date naissance',
    CP: 'Libellé classe',
  };
  const header = Object.keys(base).filter((name) => meaning[value] !== name);
  const file = read([...header, column], [...header.map((name) => base[name] ?? ''), value]);
  expect(file).toMatchObject({ kind: 'pupils', unknownColumns: [], rejected: [] });
  return file.rows[0];
};
const named = { family: 'PONT', first: 'Zoé' };

describe('pupils', () => {
  test.each([
    ['Nom Elève', 'PONT', { names: named }],
    ['Nom', 'PONT', { names: named }],
    ["Nom de l'élève", 'PONT', { names: named }],
    ['Nom de l’élève*', 'PONT', { names: named }],
    ['NOM ÉLÈVE', 'PONT', { names: named }],
    ['Nom de famille', 'PONT', { names: named }],
    ['Nom de naissance', 'PONT', { names: named }],
    ["Nom d'usage élève", 'RIVE', { names: { ...named, usage: 'RIVE' } }],
    ["Nom d'usage Elève", 'RIVE', { names: { ...named, usage: 'RIVE' } }],
    ['Prénom', 'Zoé', { names: named }],
    ["Prénom de l'élève", 'Zoé', { names: named }],
    ['Prénom Elève', 'Zoé', { names: named }],
    ['Premier prénom', 'Zoé', { names: named }],
    ['Date de naissance', '04/05/2020', { birthDate: '2020-05-04' }],
    ['Date de naissance*', '04/05/2020', { birthDate: '2020-05-04' }],
    ['INE', '120099999AB', { ine: '120099999AB' }],
    ['Identifiant National Élève', '120099999AB', { ine: '120099999AB' }],
    ['Numéro INE', '0123456789A', { ine: '0123456789A' }],
    ['Sexe', 'F', { sex: 'F' }],
    ['Sexe', 'H', { sex: 'M' }],
    [' Cycle', 'CYCLE II', { cycle: 2 }],
    ['Niveau', 'CE1', { grade: 'CE1', cycle: 2 }],
    ['Classe', 'CP', { classLabel: 'CP' }],
    ['Classes*', 'CP', { classLabel: 'CP' }],
    ['Libellé classe', 'CP', { classLabel: 'CP' }],
    ['Identifiant classe', '700101', { ondeClassId: '700101' }],
    ['Autorisation associations', 'Oui', { associations: true }],
    ['Autorisations associations', 'Non', { associations: false }],
    ['Autorisation photo', 'Oui', { image: true }],
    ['Autorisations photos', 'Non', { image: false }],
    ['Décision de passage', 'Passage', { passage: 'up' }],
    ['Décision de passage', 'Maintien en CP', { passage: 'repeats' }],
    ['Décision de passage', 'Saut de classe', { passage: 'skips' }],
    ['Décision de passage', 'Admis en 6ème', { passage: 'college' }],
  ])('« %s » %s', (column, value, expected) => {
    expect(pupil(column, value)).toMatchObject(expected);
  });

  test.each([
    ['Adresse1', 'homeAddress'],
    ['Cp1', 'homeAddress'],
    ['Commune1', 'homeAddress'],
    ['Pays2', 'homeAddress'],
    ['Né(e) le', 'birth'],
    ['Deuxième prénom', 'otherFirstNames'],
    ['Commune de naissance', 'birth'],
    ['Dispositif', 'groups'],
    ['Attestation fournie', 'schooling'],
  ] as const)('« %s » is counted as %s and not kept', (column, kind) => {
    const file = read(
      ['Nom élève', 'Prénom élève', 'Date naissance', 'Classe', column],
      ['PONT', 'Zoé', '04/05/2020', 'CP', 'SECRET'],
    );
    expect(file.dropped).toEqual([{ kind, count: 1 }]);
    expect(JSON.stringify(file)).not.toContain('SECRET');
  });
});

describe('other tools', () => {
  test('ONE: pupils, parents, teachers', () => {
    const pupils = read(
      ['Prénom*', 'Nom*', 'Date de naissance*', 'Classes*'],
      ['Zoé', 'PONT', '04/05/2020', 'CP'],
    );
    expect(pupils).toMatchObject({
      kind: 'pupils',
      feed: 'one',
      rows: [{ names: named, classLabel: 'CP', birthDate: '2020-05-04' }],
    });
    const child = ["Nom de l'élève", "Prénom de l'élève", "Classes de l'élève"];
    const parents = read(
      [
        'Nom*',
        'Prénom*',
        'Adresse',
        'Code postal',
        'Ville',
        'Pays',
        'Courriel',
        'Téléphone',
        ...child,
        ...child,
        ...child,
      ],
      [
        'PONT',
        'Ève',
        '1 rue Haute',
        '39990',
        'Exemple',
        '',
        'eve@exemple.fr',
        '0600000000',
        'PONT',
        'Zoé',
        'CP',
        'PONT',
        'Léo',
        'CE1',
        '',
        '',
        '',
      ],
    );
    expect(parents).toMatchObject({
      kind: 'guardians',
      feed: 'one',
      rows: [{ email: 'eve@exemple.fr', children: [{ first: 'Zoé' }, { first: 'Léo', classLabel: 'CE1' }] }],
    });
    const teachers = read(
      [
        'Prénom*',
        'Nom*',
        'date de naissance',
        'fonction',
        'telephone',
        'telephonetravail',
        'email',
        'adresse',
        'cp',
        'ville',
        'pays',
        'classe',
        'classe',
      ],
      [
        'Ali',
        'ROY',
        '01/01/1980',
        'Directeur',
        '06',
        '05',
        'ali@exemple.fr',
        '9 rue privée',
        '39990',
        'Exemple',
        '',
        'CP',
        'CE1',
      ],
      ['Ada', 'LUNE', '', 'Enseignant', '', '', '', '', '', '', '', 'CE2', ''],
    );
    expect(teachers).toMatchObject({
      kind: 'teachers',
      feed: 'one',
      rows: [
        { head: true, classLabel: 'CP, CE1' },
        { head: false, classLabel: 'CE2' },
      ],
    });
    expect(JSON.stringify(teachers)).not.toContain('privée');
    expect(teachers.dropped).toEqual([
      { kind: 'homeAddress', count: 3 },
      { kind: 'phone', count: 2 },
      { kind: 'birth', count: 1 },
    ]);
  });

  test('Beneylu: classes and adults of the own school only; a list of schools says nothing', () => {
    const classes = read(
      ['CODE STRUCTURE', 'UAI', 'NOM'],
      ['C7', '0951099D', 'CP A'],
      ['C8', '0870003F', 'CM2'],
    );
    expect(classes).toMatchObject({
      kind: 'classes',
      feed: 'beneylu',
      rows: [{ classLabel: 'CP A', classKey: 'beneylu:C7' }],
    });
    expect(classes.rows).toHaveLength(1);
    const adults = read(
      [
        'CODE STRUCTURE',
        'UAI',
        'NOM',
        'PRENOM',
        'MAIL',
        'ROLE (1=DIRECTEUR, 2=ENSEIGNANT, 3=DIRECTEUR+ENSEIGNANT)',
        'SEXE (M/F)',
      ],
      ['C7', '0951099D', 'ROY', 'Ali', 'ali@exemple.fr', '3', 'M'],
      ['C7', '0951099D', 'LUNE', 'Ada', '', '2', 'F'],
    );
    expect(adults).toMatchObject({
      kind: 'teachers',
      feed: 'beneylu',
      rows: [
        { head: true, civility: 'm', classKey: 'beneylu:C7' },
        { head: false, civility: 'mme' },
      ],
    });
    const schools = csv([
      ['UAI', 'CODE INSEE', 'NOM', 'ADRESSE POSTALE', 'CODE POSTAL', 'VILLE'],
      ['0951099D', '1', 'x', '', '', ''],
    ]);
    expect(parseOndeFile(schools, { today: TODAY })).toEqual({
      ok: false,
      problem: { code: 'nothingToRead' },
    });
  });

  test('a file of another school is refused by its UAI', () => {
    const other = csv([
      ['CODE STRUCTURE', 'UAI', 'NOM'],
      ['C8', '0870003F', 'CM2'],
    ]);
    expect(parseOndeFile(other, { today: TODAY, uai: '0951099D' })).toEqual({
      ok: false,
      problem: { code: 'otherSchool', found: ['0870003F'] },
    });
  });
});

describe('files that are no extraction', () => {
  const header = 'Nom élève;Prénom élève;Date naissance;Classe';
  const problem = (text: string | Uint8Array): unknown => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const reading = parseOndeFile(bytes, { today: TODAY });
    return reading.ok ? undefined : reading.problem.code;
  };
  test.each([
    [
      '10,000 columns',
      `${Array.from({ length: 10_000 }, (_, n) => `Colonne ${n}`).join(';')}\n${';'.repeat(9_999)}\n`,
      'tooManyColumns',
    ],
    ['10,000 empty columns', `${';'.repeat(10_000)}\n`, 'tooManyColumns'],
    ['NUL bytes', `${header}\nPO\u0000NT;Zoé;04/05/2020;CP\n`, 'notText'],
    ['one endless quoted cell', `${header}\n"${'a'.repeat(1_000_000)}`, 'malformed'],
    ['larger than any extraction', new Uint8Array(4_000_001).fill(65), 'tooLarge'],
  ])('%s', (_, text, code) => {
    expect(problem(text)).toBe(code);
  });
});
