/** The values of single cells. Each function returns `undefined` for what it cannot read; none throws. */
import { GRADES } from '../person';
import type { Civility, Cycle, Grade, Passage, Sex } from '../person';
import { normaliseName } from '../names';

/**
 * A birth date as ISO `yyyy-mm-dd`, from `dd/mm/yyyy` (ONDE) or `yyyy-mm-dd` (BE1D and tools); it must exist in the
 * calendar. A two-digit year is not guessed.
 */
export function readDate(text: string): string | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const french = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  const [year, month, day] = iso
    ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
    : french
      ? [Number(french[3]), Number(french[2]), Number(french[1])]
      : [0, 0, 0];
  if (year < 1900 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  return `${year}-${pad(month)}-${pad(day)}`;
}

/** Whether a text is a calendar date in ISO form, as decisions must give it. */
export function isIsoDate(text: string): boolean {
  return readDate(text) === text;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** ONDE writes M/F, BE1D wrote H/F. */
export function readSex(text: string): Sex | undefined {
  const letter = normaliseName(text);
  if (['f', 'fille', 'feminin', 'fem'].includes(letter)) return 'F';
  return ['m', 'h', 'garcon', 'masculin', 'g'].includes(letter) ? 'M' : undefined;
}

/** M., MME or MLLE (the last one is no longer used since circular 5575/SG of 2012, and is read as MME). */
export function readCivility(text: string): Civility | undefined {
  const word = normaliseName(text);
  if (['m', 'mr', 'monsieur'].includes(word)) return 'm';
  // Beneylu writes the sex of an adult.
  return ['mme', 'mlle', 'madame', 'mademoiselle', 'f'].includes(word) ? 'mme' : undefined;
}

/** « Directrice », « Direction », and Beneylu's roles: 1 and 3 are the head's. */
export function isHeadFunction(text: string): boolean {
  const word = normaliseName(text);
  return /^direct/.test(word) || word === '1' || word === '3';
}

export function readYesNo(text: string): boolean | undefined {
  const word = normaliseName(text);
  if (['oui', 'o', 'vrai', 'true', '1', 'x'].includes(word)) return true;
  return ['non', 'n', 'faux', 'false', '0'].includes(word) ? false : undefined;
}

/** « CYCLE II », « CYCLE 2 », « MATERNELLE ». */
export function readCycle(text: string): Cycle | undefined {
  const word = normaliseName(text).replace(/^cycle ?/, '');
  if (['i', '1', 'maternelle'].includes(word)) return 1;
  if (['ii', '2'].includes(word)) return 2;
  return ['iii', '3'].includes(word) ? 3 : undefined;
}

const GRADE_NAMES: Readonly<Record<string, Grade>> = {
  'toute petite section': 'TPS',
  'tres petite section': 'TPS',
  'petite section': 'PS',
  'moyenne section': 'MS',
  'grande section': 'GS',
  'cours preparatoire': 'CP',
  'cours elementaire 1': 'CE1',
  'cours elementaire 1ere annee': 'CE1',
  'cours elementaire 2': 'CE2',
  'cours elementaire 2eme annee': 'CE2',
  'cours moyen 1': 'CM1',
  'cours moyen 1ere annee': 'CM1',
  'cours moyen 2': 'CM2',
  'cours moyen 2eme annee': 'CM2',
};

/** A grade, by its short or long name. */
export function readGrade(text: string): Grade | undefined {
  const word = normaliseName(text);
  return GRADES.find((grade) => grade === word.toUpperCase()) ?? GRADE_NAMES[word];
}

/** Levels of ONDE that are units and not grades: their pupils have no grade here, and that is no mistake. */
export function isUnitLevel(text: string): boolean {
  return /^(clis|ulis|upe2a|cla|clin|adapt|perf)\b/.test(normaliseName(text));
}

/** Grades named by a class label: « CE1-CE2 B », « CPA », « PS/MS Mme Roy ». */
export function gradesOfLabel(label: string): Grade[] {
  const one = GRADES.join('|');
  return normaliseName(label)
    .toUpperCase()
    .split(' ')
    .filter((word) => new RegExp(`^(?:${one})+[A-Z]?$`).test(word))
    .flatMap((word) => word.match(new RegExp(one, 'g')) ?? [])
    .map((word) => word as Grade);
}

/** An INE has the shape of the RNIE (9 digits, 2 letters) or of the older BEA (10 digits, 1 letter); no public checksum. */
export function readIne(text: string): string | undefined {
  const ine = text.replace(/\s/g, '').toUpperCase();
  return /^(?:\d{9}[A-Z]{2}|\d{10}[A-Z])$/.test(ine) ? ine : undefined;
}

export function readEmail(text: string): string | undefined {
  const email = text.toLowerCase();
  return /^[^\s@;,<>"]+@[^\s@;,<>"]+\.[a-z]{2,}$/.test(email) ? email : undefined;
}

/** Digits with an optional `+`. Nine digits are a French number whose leading zero a spreadsheet ate. */
export function readPhone(text: string): string | undefined {
  if (!/^\+?[\d\s().\-/]+$/.test(text)) return undefined;
  const digits = text.replace(/[^\d+]/g, '');
  if (/^[1-9]\d{8}$/.test(digits)) return `0${digits}`;
  return /^\+?\d{3,15}$/.test(digits) ? digits : undefined;
}

/** A postcode; four digits are a department 01 to 09 whose zero a spreadsheet ate. */
export function readPostcode(text: string): string {
  return /^\d{4}$/.test(text) ? `0${text}` : text;
}

/**
 * « Passage », « Maintien en CE1 », « Saut de classe », « Admis en 6e ». What the column may hold is published nowhere: words
 * of the decree (D321-6) are known, anything else says nothing.
 */
export function readPassage(text: string): Passage | undefined {
  const words = normaliseName(text);
  if (/\b(maint|redoubl)/.test(words)) return 'repeats';
  if (/\b(saut|raccourci|reduction|anticip)/.test(words)) return 'skips';
  if (/\b(6e|6eme|sixieme|college)\b/.test(words)) return 'college';
  return /\b(passe|passage|admis|admission)/.test(words) ? 'up' : undefined;
}
