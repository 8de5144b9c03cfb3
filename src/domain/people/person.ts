/**
 * The people and classes of a school, as plain records that cross process boundaries as JSON.
 *
 * Minimal on purpose (GDPR art. 5.1.c): a pupil has no address here (letters go to guardians), a member of staff
 * has neither home address nor telephone number.
 */

/** Grades of a French primary school, youngest first (Code de l'éducation, D311-10 and D321-2). */
export const GRADES = ['TPS', 'PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'] as const;
export type Grade = (typeof GRADES)[number];

/** Cycle 1: nursery school; 2: CP to CE2; 3: CM1 and CM2 (its last year, 6e, is not in a primary school). */
export type Cycle = 1 | 2 | 3;

export type Sex = 'F' | 'M';
export type Civility = 'mme' | 'm';
export type StaffRole = 'teacher' | 'head';

/** `family` is the name of birth; `usage` the name in daily use, where ONDE gives one. */
export interface PersonName {
  family: string;
  usage?: string | undefined;
  first: string;
}

/** `undefined` means that nobody has answered yet, which is not a refusal. */
export interface Authorisations {
  image?: boolean | undefined;
  associations?: boolean | undefined;
}

/**
 * What becomes of a child in June: goes up, stays in the grade (*maintien*), skips one, leaves for the *collège*, leaves
 * (Code de l'éducation, D321-6; ONDE « Décision de passage »).
 */
export const PASSAGES = ['up', 'repeats', 'skips', 'college', 'leaves'] as const;
export type Passage = (typeof PASSAGES)[number];

/**
 * `feedKeys`, on every record: the identifiers that other directories give it, each with its feed (`aaf:438123` is an
 * ENTPersonJointure). They lie in `direction`, but for those of a class, and keep ids across feeds.
 */
export interface Pupil {
  id: string;
  names: PersonName;
  /** ISO calendar date, `yyyy-mm-dd`; absent when the source gave none that exists. */
  birthDate?: string | undefined;
  sex?: Sex | undefined;
  ine?: string | undefined;
  /** Absent for pupils whose administrative level is a unit (ULIS, UPE2A), not a grade. */
  grade?: Grade | undefined;
  cycle?: Cycle | undefined;
  classId?: string | undefined;
  /** ISO calendar date from which the child is not of the school any more; said by a person, never by a file. */
  leftOn?: string | undefined;
  authorisations: Authorisations;
  /** What ONDE says was decided at the end of that school year: a proposal for the next one, and nothing more. */
  passage?: { year: number; decision: Passage } | undefined;
  feedKeys?: string[] | undefined;
}

export interface Phones {
  home?: string | undefined;
  work?: string | undefined;
  mobile?: string | undefined;
}

export interface PostalAddress {
  street?: string | undefined;
  postcode?: string | undefined;
  city?: string | undefined;
  country?: string | undefined;
}

export interface Guardian {
  id: string;
  civility?: Civility | undefined;
  names: PersonName;
  email?: string | undefined;
  phones: Phones;
  address: PostalAddress;
  /** Ids of the pupils this adult answers for. */
  children: string[];
  /**
   * Of these children, those for whom a feed says that this adult holds parental authority: shown « à confirmer », never
   * a fact (docs/feeds.md).
   */
  feedHint?: string[] | undefined;
  feedKeys?: string[] | undefined;
}

export interface StaffMember {
  id: string;
  civility?: Civility | undefined;
  names: PersonName;
  email?: string | undefined;
  roles: StaffRole[];
  classIds: string[];
  /** Of these classes, those that a feed gave: a feed may take them away again, never one given by hand. */
  feedClassIds?: string[] | undefined;
  feedKeys?: string[] | undefined;
}

export interface ClassGroup {
  id: string;
  /** First civil year of the school year: 2026 for 2026-2027. A class lives one year. */
  schoolYear: number;
  label: string;
  /** In school order; two or more for a multi-grade class, none for a unit such as ULIS. */
  grades: Grade[];
  /** ONDE's « Identifiant classe », which the LSU export needs (`id-be`). */
  ondeClassId?: string | undefined;
  feedKeys?: string[] | undefined;
}

/** Everything an import compares itself with. */
export interface Directory {
  classes: ClassGroup[];
  pupils: Pupil[];
  guardians: Guardian[];
  staff: StaffMember[];
}

const CYCLE_2_START = GRADES.indexOf('CP');
const CYCLE_3_START = GRADES.indexOf('CM1');

/** The cycle of a grade (decree 2013-682, in force since 2016: CE2 belongs to cycle 2). */
export function cycleOf(grade: Grade): Cycle {
  const rank = GRADES.indexOf(grade);
  if (rank >= CYCLE_3_START) return 3;
  return rank >= CYCLE_2_START ? 2 : 1;
}

/** Age in years that a pupil usually reaches in the civil year in which the school year starts (CP: 6). */
export function usualAge(grade: Grade): number {
  return GRADES.indexOf(grade) + 2;
}

/** Grades without repetition, youngest first. */
export function sortGrades(grades: Iterable<Grade>): Grade[] {
  const present = new Set(grades);
  return GRADES.filter((grade) => present.has(grade));
}

/** Order of a list of classes, as schools write it: youngest first, units without a grade behind, then the label. */
export function compareClasses(left: ClassOrder, right: ClassOrder): number {
  return rankOf(left) - rankOf(right) || left.label.localeCompare(right.label, 'fr', { numeric: true });
}

interface ClassOrder {
  readonly label: string;
  readonly grades: readonly Grade[];
}

const rankOf = ({ grades: [youngest] }: ClassOrder): number =>
  youngest === undefined ? GRADES.length : GRADES.indexOf(youngest);
