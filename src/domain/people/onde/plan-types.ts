/** The dry run of an import, as plain data: everything a person looks at before anything is written. */
import type { ClassGroup, Guardian, Pupil, StaffMember } from '../person';
import type { Dropped } from '../feeds/dropped';
import type { Feed } from './parse';
import type { OndeKind, RejectedRow, RowProblem } from './problems';
import type { ChildLink } from './rows';

export interface RecordOf {
  class: ClassGroup;
  pupil: Pupil;
  guardian: Guardian;
  staff: StaffMember;
}
export type RecordKind = keyof RecordOf;
export type PersonKind = Exclude<RecordKind, 'class'>;

/** `file` is the rank in the list given to `planImport`, `line` is 1-based in that file. */
export interface Source {
  file: number;
  line: number;
}

export interface FieldChange {
  /** Path with dots: `names.usage`, `classId`. */
  field: string;
  before?: unknown;
  after?: unknown;
}

/** What only the machine reads: how other directories call somebody, and what they gave. */
const SILENT: ReadonlySet<string> = new Set(['feedKeys', 'feedClassIds', 'feedHint', 'passage.year']);

export const isSilent = ({ field }: FieldChange): boolean => SILENT.has(field);

/** Distributes over the kinds, so that `kind` says the type of `record`. */
type ByKind<K extends RecordKind, Shape> = K extends RecordKind
  ? Shape & { kind: K; record: RecordOf[K] }
  : never;

export type Added = ByKind<RecordKind, { sources: Source[] }>;
export type Changed = ByKind<RecordKind, { sources: Source[]; changes: FieldChange[] }>;

export type DoubtReason =
  | { code: 'badDate'; value?: string | undefined }
  | { code: 'impossibleAge'; birthDate: string }
  /** No class in the row, or a label that means two classes (pupil) or none (teacher). */
  | { code: 'unknownClass'; label?: string | undefined }
  /** The same person again, on the line given. */
  | { code: 'duplicate'; of: Source }
  /** Same name and first name as other rows of the file or as people already known (`candidates` of the doubt). */
  | { code: 'homonym'; others: Source[]; sameBirthDate: boolean }
  /** The file says that the child is not of the school any more: proposed, never done by itself. */
  | { code: 'gone' }
  /** The INE is that of a known pupil whose name and birth date are both different. */
  | { code: 'ineConflict'; ine: string }
  | { code: 'childNotFound'; child: ChildLink }
  /** Several pupils could be meant, or the class differs: linking the wrong child shows it to strangers. */
  | { code: 'childUncertain'; child: ChildLink; pupilIds: string[] };

/** What the person decides about one doubtful row. */
export type Decision =
  | { action: 'skip' }
  /** Write it as proposed, with these corrections. Only pupils have a birth date; `children` adds pupil ids. */
  | {
      action: 'keep';
      birthDate?: string | undefined;
      classId?: string | undefined;
      children?: string[] | undefined;
    }
  /** It is one of the doubt's candidates. */
  | { action: 'same'; personId: string };

type DoubtByKind<K extends PersonKind> = K extends PersonKind
  ? {
      /** Stable for the same files: `0:12` is line 12 of the first file. */
      id: string;
      kind: K;
      source: Source;
      reasons: DoubtReason[];
      /** What would be written by `keep`; its id is final when it is. */
      record: RecordOf[K];
      /** True when `record` updates a known person. */
      known: boolean;
      changes: FieldChange[];
      candidates: RecordOf[K][];
      /** Those of the candidates that are not known yet: earlier rows of the same import. */
      drafted: string[];
      /** The careful choice, to preselect; never applied by itself. */
      suggestion: Decision;
    }
  : never;
export type Doubt = DoubtByKind<PersonKind>;

export type PlanNotice =
  /** More than a tenth of the people known are absent: perhaps the file is partial. Nobody is deleted anyway. */
  | { code: 'suspiciousDrop'; kind: PersonKind; known: number; absent: number }
  /** The same of one class. */
  | { code: 'classDrop'; classId: string; label: string; known: number; absent: number }
  /** The ages of a pupils' file point to another school year than the one being imported. */
  | { code: 'otherSchoolYear'; file: number; found: number; expected: number };

export type Absent = { kind: PersonKind; id: string } | { kind: 'guardianLink'; id: string; pupilId: string };

export interface FileSummary {
  kind: OndeKind;
  feed: Feed;
  /** Says what changed since another file, not what is. */
  partial: boolean;
  /** What stood in it and a directory may not hold. */
  dropped: Dropped[];
  generation?: 'old' | 'current' | undefined;
  rows: number;
  rejected: RejectedRow[];
  unknownColumns: string[];
}

export interface ImportPlan {
  schoolYear: number;
  files: FileSummary[];
  notices: PlanNotice[];
  added: Added[];
  changed: Changed[];
  /** Known people of whom nothing changes but the identifiers that the feed gives: written, not worth a look. */
  linked: Changed[];
  unchanged: { kind: RecordKind; id: string }[];
  doubtful: Doubt[];
  /** Known people whom the files do not name: reported, never deleted. Only for kinds whose file was given. */
  absentFromFile: Absent[];
  /** Values that were dropped or look wrong, in rows that are used nevertheless. */
  warnings: (Source & RowProblem)[];
  /** Classes that a file lists by themselves, with or without pupils. */
  declaredClassIds: string[];
  /** Classes and moves of a year that has just begun are not settled before mid-September. */
  provisional: boolean;
  /** Every class of the year once the import is done: what a decision's `classId` may name. */
  classes: ClassGroup[];
  /** Every pupil that a guardian may be linked to: what a decision's `children` may name. */
  pupilIds: string[];
}

export interface PlanOptions {
  /** First civil year of the school year that the import is for. */
  schoolYear: number;
  /** ISO date in the school's zone. */
  today: string;
  /**
   * Final id of an imported object: type prefix and HMAC of the feed's key under the school's, so that the same
   * import made on two postes writes the same ids.
   */
  deriveKey: (kind: RecordKind, key: string) => string;
}

export type Fact = ByKind<RecordKind, { operation: 'create' | 'update' }>;
