/** Which column holds what, whatever the generation of the file and the habits of whoever re-saved it. */
import type { DroppedKind } from '../feeds/dropped';
import type { OndeKind } from './problems';

export type PupilField =
  | 'family' | 'usage' | 'first' | 'birthDate' | 'sex' | 'ine' | 'cycle' | 'level' | 'classLabel' | 'ondeClassId'
  | 'associations' | 'image' | 'passage'; // prettier-ignore
export type AdultField =
  | 'civility' | 'usage' | 'family' | 'first' | 'street' | 'postcode' | 'city' | 'country' | 'email' | 'homePhone'
  | 'workPhone' | 'mobilePhone'; // prettier-ignore
export type ChildField = 'childUsage' | 'childFamily' | 'childFirst' | 'childClass';
export type TeacherField =
  | 'civility' | 'usage' | 'family' | 'first' | 'email' | 'head' | 'function' | 'classLabel' | 'classKey'; // prettier-ignore
export type ClassField = 'classLabel' | 'classKey';

/**
 * A header as the best importer of the field compares it (entcore `ProfileColumnsMapper.java`): lower case, without
 * accents, spaces, `*`, apostrophes or byte-order mark.
 */
export function canonicalHeader(header: string): string {
  return header
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}\s\u200b\ufeff*'’ʼ]/gu, '')
    .replace(/^(role|sexe)\(.*\)$/, '$1');
}

/** A column that is known and deliberately not read: the cell never leaves the parser. */
export const DROPPED = Symbol('dropped');
export type Column<Field extends string> = Field | typeof DROPPED;
type Synonyms<Field extends string> = ReadonlyMap<string, Column<Field>>;

function synonyms<Field extends string>(known: Record<Field, string>, dropped: string): Synonyms<Field> {
  const table = new Map<string, Column<Field>>();
  for (const header of words(dropped)) table.set(header, DROPPED);
  for (const field of Object.keys(known) as Field[]) {
    for (const header of words(known[field])) table.set(header, field);
  }
  return table;
}

const words = (list: string): string[] => list.trim().split(/\s+/);

/** Useless columns of the importers seen (née le, deuxième prénom, commune de naissance, dispositif…). */
const USELESS = `
  neele ne(e)le nele deuxiemeprenom troisiemeprenom prenom2 prenom3 communedenaissance communenaissance
  departementdenaissance departementnaissance paysdenaissance paysnaissance lieudenaissance dispositif dispositifs
  regroupement regroupements groupe groupes ecole uai rne etat datedentree datedesortie nationalite profession
  situationfamiliale numero n°`;

/** ONDE 22 columns (with INE and class identifier), BE1D 20 columns, and variants met in other tools' samples. */
export const PUPIL_COLUMNS: Synonyms<PupilField> = synonyms<PupilField>(
  {
    family: `nomeleve nom nomdeleleve nomdefamille nomdefamilleeleve nomdefamilledeleleve nomdenaissance
      nomdenaissanceeleve`,
    usage: 'nomdusageeleve nomdusage nomdusagedeleleve nomusageeleve nomusage',
    first: 'prenomeleve prenom prenomdeleleve premierprenom prenom1',
    birthDate:
      'datenaissance datedenaissance datenaissanceeleve datedenaissanceeleve datedenaissancedeleleve',
    sex: 'sexe sexeeleve sexedeleleve genre',
    ine: `ine ineeleve inedeleleve numeroine n°ine identifiantnationaleleve identifiantnationaldeleleve
      identifiantnational identifiantnationaleleve(ine)`,
    cycle: 'cycle cycles',
    level: 'niveau niveaux niveauscolaire',
    classLabel: 'classe classes libelleclasse libelledelaclasse libellesclasses classesdeleleve',
    ondeClassId: 'identifiantclasse identifiantdelaclasse idclasse codeclasse',
    associations: 'autorisationassociations autorisationsassociations autorisationassociation',
    image: 'autorisationphoto autorisationsphotos autorisationphotos autorisationsphoto droitalimage',
    passage: 'decisiondepassage decisionpassage decisionsdepassage',
  },
  `adresse adresse1 cp1 commune1 pays1 adresse2 cp2 commune2 pays2 attestationfournie attestationsfournies
   ${USELESS}`,
);

const ADULT_HEADERS = {
  civility: 'civilite civiliteresponsable civiliteduresponsable',
  usage: 'nomusage nomusageresponsable nomdusage nomdusageresponsable',
  family: 'nom nomresponsable nomduresponsable nomdefamille nomdefamilleresponsable',
  first: 'prenom prenomresponsable prenomduresponsable',
  email: 'courriel courrielresponsable email e-mail mail adressecourriel adressemail adresseemail',
};

export const GUARDIAN_COLUMNS: Synonyms<AdultField | ChildField> = synonyms<AdultField | ChildField>(
  {
    ...ADULT_HEADERS,
    street: 'adresse adresseresponsable',
    postcode: 'cp codepostal cpresponsable codepostalresponsable',
    city: 'commune communeresponsable ville',
    country: 'pays paysresponsable',
    homePhone: 'telephonedomicile telephone telephonefixe',
    workPhone: 'telephonetravail telephoneprofessionnel',
    mobilePhone: 'telephoneportable telephonemobile portable',
    childUsage: 'nomdusageenfant nomdusagedelenfant nomusageenfant',
    childFamily: 'nomdefamilleenfant nomenfant nomdelenfant nomdefamilledelenfant nomdeleleve',
    childFirst: 'prenomenfant prenomdelenfant prenomdeleleve',
    childClass: 'classesenfants classeenfant classesenfant classedelenfant classesdeleleve',
  },
  // « Numéro de poste » is a work extension that the school never dials.
  `numerodeposte poste lien liendeparente autoriteparentale ${USELESS}`,
);

export const TEACHER_COLUMNS: Synonyms<TeacherField> = synonyms<TeacherField>(
  {
    ...ADULT_HEADERS,
    civility: `${ADULT_HEADERS.civility} sexe`,
    head: 'directeur directrice directeur/directrice',
    function: 'fonction fonctions role',
    classLabel: 'classe classes libelleclasse',
    classKey: 'codestructure',
  },
  // Home address and telephone numbers: the school's software has no use for them (GDPR art. 5.1.c).
  `adresse cp codepostal commune ville pays telephone telephonedomicile telephonetravail telephoneportable
   datedenaissance datenaissance ${USELESS}`,
);

/** Beneylu's list of classes. */
export const CLASS_COLUMNS: Synonyms<ClassField> = synonyms<ClassField>(
  { classLabel: 'nom', classKey: 'codestructure' },
  'uai',
);

/** The school a row is of, where a file holds several. */
export const UAI_HEADERS: ReadonlySet<string> = new Set(['uai', 'rne', 'codeuai', 'coderne', 'uaiecole']);

const DROPPED_KIND: readonly (readonly [RegExp, DroppedKind])[] = [
  [/naissance|^ne/, 'birth'],
  [/prenom/, 'otherFirstNames'],
  [/^(adresse|cp|codepostal|commune|ville|pays)\d?$/, 'homeAddress'],
  [/telephone|poste/, 'phone'],
  [/lien|autorite|familiale/, 'kinship'],
  [/groupe|dispositif/, 'groups'],
  [/decision|attestation|datede|etat/, 'schooling'],
  [/nationalite|profession/, 'other'],
];

/** What a column that is known and not read is about; nothing where it says nothing about anybody. */
export function droppedColumn(header: string): DroppedKind | undefined {
  return DROPPED_KIND.find(([pattern]) => pattern.test(header))?.[1];
}

/** Columns without which a file cannot be used, under ONDE's own names. */
export const REQUIRED: {
  pupils: Partial<Record<PupilField, string>>;
  guardians: Partial<Record<AdultField | ChildField, string>>;
  teachers: Partial<Record<TeacherField, string>>;
  classes: Partial<Record<ClassField, string>>;
} = {
  pupils: {
    family: 'Nom élève',
    first: 'Prénom élève',
    birthDate: 'Date naissance',
    classLabel: 'Libellé classe',
  },
  guardians: {
    family: 'Nom responsable',
    first: 'Prénom responsable',
    childFamily: 'Nom de famille enfant',
    childFirst: 'Prénom enfant',
  },
  teachers: { family: 'Nom', first: 'Prénom' },
  classes: { classLabel: 'NOM' },
};

/** Headers that only one extraction has: they say what the file is, even when a required column is missing. */
const TELLING: Readonly<Record<Exclude<OndeKind, 'classes'>, ReadonlySet<string>>> = {
  guardians: new Set(
    words(`civiliteresponsable nomresponsable prenomresponsable nomusageresponsable adresseresponsable
      nomdefamilleenfant prenomenfant nomdusageenfant classesenfants nomdelenfant prenomdelenfant`),
  ),
  pupils: new Set(
    words(`nomeleve prenomeleve nomdusageeleve datenaissance datedenaissance sexe ine numeroine niveau cycle
      identifiantnationaleleve identifiantclasse libelleclasse attestationfournie decisiondepassage nomdeleleve
      autorisationphoto autorisationsphotos`),
  ),
  teachers: new Set(words('directeur directrice directeur/directrice civilite')),
};

/** Which tool wrote a file, as far as its headers say. */
export function feedOfHeaders(
  headers: readonly string[],
  canonical: readonly string[],
): 'onde' | 'one' | 'beneylu' {
  if (canonical.includes('codestructure')) return 'beneylu';
  const starred = headers.filter((header) => header.trim().endsWith('*')).length;
  return starred > 0 || canonical.includes('fonction') ? 'one' : 'onde';
}

/**
 * Which extraction these headers belong to, or nothing when fewer than two of them say so.
 * @param headers canonical headers
 */
export function recogniseKind(headers: readonly string[]): OndeKind | undefined {
  const count = (kind: keyof typeof TELLING): number =>
    headers.filter((header) => TELLING[kind].has(header)).length;
  // ONE's parents' sample names the children as a pupils' file does, but several times over.
  const has = (...names: string[]): boolean => names.every((name) => headers.includes(name));
  const adultAndChild = has('nom', 'prenom', 'nomdeleleve', 'prenomdeleleve');
  if (adultAndChild || count('guardians') >= 2) return 'guardians';
  if (has('directeur') || has('directrice')) return 'teachers';
  if (has('nom', 'prenom', 'fonction') || has('nom', 'prenom', 'role')) return 'teachers';
  if (count('pupils') >= 2) return 'pupils';
  // ONE's pupils: four columns.
  if (has('nom', 'prenom') && (has('datedenaissance') || has('datenaissance'))) return 'pupils';
  if (has('codestructure', 'uai', 'nom') && !has('prenom')) return 'classes';
  return count('teachers') >= 1 && headers.includes('nom') && headers.includes('prenom')
    ? 'teachers'
    : undefined;
}
