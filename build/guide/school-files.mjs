// The three ONDE extractions of an invented school: eight classes, 176 children, their parents, nine adults.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const GIRLS = ['Adèle', 'Bérénice', 'Capucine', 'Dounia', 'Eulalie', 'Fanny', 'Garance', 'Hana', 'Ilona', 'Jeanne', 'Khadija', 'Lison', 'Maud', 'Ninon', 'Océane', 'Perle', 'Rose', 'Salomé', 'Thaïs', 'Violette', 'Wafa', 'Yuna']; // prettier-ignore
const BOYS = ['Achille', 'Basile', 'Côme', 'Driss', 'Élias', 'Félix', 'Gaël', 'Hippolyte', 'Ismaël', 'Jonas', 'Kylian', 'Léandre', 'Marius', 'Nils', 'Octave', 'Pablo', 'Rémi', 'Soan', 'Titouan', 'Valentin', 'Wassim', 'Zacharie']; // prettier-ignore
const STEMS = ['Bar', 'Cas', 'Del', 'Fer', 'Gar', 'Lau', 'Mar', 'Per', 'Rou', 'Sal', 'Tour', 'Ver'];
const ENDS = ['neau', 'tier', 'vigne', 'mont', 'ville', 'rand', 'geot', 'don', 'lier', 'nay', 'san', 'zac', 'get', 'val', 'chard']; // prettier-ignore
/** 180 family names, each once. */
const FAMILIES = STEMS.flatMap((stem) => ENDS.map((end) => stem + end));
const CLASSES = [
  ['PS-MS', ['PS', 'MS'], 2022], ['GS', ['GS'], 2021], ['CP A', ['CP'], 2020], ['CP B', ['CP'], 2020],
  ['CE1', ['CE1'], 2019], ['CE2', ['CE2'], 2018], ['CM1', ['CM1'], 2017], ['CM2', ['CM2'], 2016],
]; // prettier-ignore
const TEACHERS = [
  ['MME', 'LACOSTE', 'Édith'], ['MME', 'BRISSET', 'Nolwenn'], ['M', 'CARON', 'Théophile'], ['MME', 'DIAWARA', 'Assa'],
  ['MME', 'ESTIENNE', 'Blandine'], ['M', 'FAYOLLE', 'Grégoire'], ['MME', 'GERMAIN', 'Sidonie'], ['M', 'HUCHET', 'Anselme'],
]; // prettier-ignore
const PUPILS = "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe;Attestation fournie;Autorisation associations;Autorisation photo;Décision de passage"; // prettier-ignore
const ADULTS = "Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants"; // prettier-ignore
const STAFF = 'Civilité;Nom usage;Nom;Prénom;Adresse;CP;Commune;Pays;Courriel;Téléphone domicile;Téléphone portable;Directeur;Classe'; // prettier-ignore
const MOTHERS = ['Alix', 'Brigitte', 'Chantal', 'Delphine', 'Edwige', 'Fatima', 'Gwladys', 'Honorine'];
const FATHERS = ['Armand', 'Benoît', 'Cyril', 'Damien', 'Edgar', 'Firmin', 'Gilles', 'Hakim'];
const plain = (text) => text.normalize('NFD').replace(/[^A-Za-z]/g, '').toLowerCase(); // prettier-ignore

/** @returns the paths of the three files, written under `folder` */
export function writeSchoolFiles(folder) {
  mkdirSync(folder, { recursive: true });
  const pupils = [PUPILS];
  const adults = [ADULTS];
  let n = 0;
  CLASSES.forEach(([label, grades, born], at) => {
    for (let child = 0; child < 22; child += 1, n += 1) {
      const girl = child % 2 === 0;
      const first = (girl ? GIRLS : BOYS)[(child + at * 3) % 22];
      const family = FAMILIES[(n * 7) % FAMILIES.length];
      const grade = grades[child % grades.length];
      // What files of real schools hold too: a date that is none, a child without a class, the same row twice.
      const [badDate, noClass, twice] = [n === 30, n === 101, n === 60];
      const day = String(1 + (n % 27)).padStart(2, '0');
      const month = String(1 + ((n * 5) % 12)).padStart(2, '0');
      pupils.push(
        [
          family.toUpperCase(), '', first, badDate ? `31/02/${born}` : `${day}/${month}/${born - (grades.indexOf(grade) > 0 ? 1 : 0)}`, girl ? 'F' : 'M',
          `1${String(30_000_000 + n * 37).padStart(8, '0')}${'ABCDEFGHJK'[n % 10]}L`, '', '', '', '', '', '', '', '',
          at < 2 ? 'CYCLE I' : at < 6 ? 'CYCLE II' : 'CYCLE III', grade, noClass ? '' : label, noClass ? '' : String(810_100 + at), 'Oui',
          n % 6 ? 'Oui' : 'Non', n % 7 === 3 ? 'Non' : 'Oui', '',
        ].join(';'), // prettier-ignore
      );
      if (twice) pupils.push(pupils.at(-1));
      const apart = n % 9 === 4;
      const adult = (civility, given, name, street) =>
        adults.push(
          [
            civility, '', name.toUpperCase(), given, street, '39990', 'Valombreuse', '',
            n % 3 ? `${plain(given)}.${plain(name)}@example.org` : '', '', '', `06399${String(80_000 + n * 2 + (civility === 'M' ? 1 : 0))}`,
            '', family.toUpperCase(), first, label,
          ].join(';'), // prettier-ignore
        );
      const home = `${1 + n} rue du Verger`;
      const other = `${STEMS[n % 12]}ecourt`;
      adult('MME', MOTHERS[n % 8], apart ? other : family, home);
      if (n % 11 !== 5) adult('M', FATHERS[(n + 3) % 8], family, apart ? `${1 + n} chemin des Prés` : home);
    }
  });
  const staff = [
    STAFF,
    ...TEACHERS.map(
      ([civility, family, first], at) =>
      [
        civility, '', family, first, '4 rue privée', '39990', 'Valombreuse', '', `${plain(first)}.${plain(family)}@example.org`,
        '0199009900', '', at === 7 ? 'oui' : 'non', CLASSES[at][0],
      ].join(';'), // prettier-ignore
    ),
  ];
  return Object.entries({ eleves: pupils, responsables: adults, enseignants: staff }).map(([kind, lines]) => {
    const path = join(folder, `CSVExtraction-${kind}.csv`);
    writeFileSync(path, `\ufeff${lines.join('\r\n')}\r\n`);
    return path;
  });
}
