/** Why a file or a row could not be read as it stands. Codes and parameters; sentences live in locale files. */

export type OndeKind = 'pupils' | 'guardians' | 'teachers' | 'classes';

/** The whole file is refused; nothing of it was used. */
export type OndeProblem =
  | { code: 'empty' }
  | { code: 'tooLarge'; bytes: number; limit: number }
  | { code: 'tooManyRows'; limit: number }
  | { code: 'tooManyColumns'; limit: number }
  | { code: 'notText'; looksLike: 'spreadsheet' | 'pdf' | 'other' }
  /** A quotation mark that never closes, or a record too long to be one; `line` where the reader gave up. */
  | { code: 'malformed'; line: number }
  /** Not an extraction we know; `headers` as read, for the person to see which file it was. */
  | { code: 'unrecognised'; headers: string[] }
  /** `columns` by their name in ONDE, so that they can be ticked there. */
  | { code: 'missingColumns'; kind: OndeKind; columns: string[] }
  /** Every row is of a school with another UAI. */
  | { code: 'otherSchool'; found: string[] }
  /** A list of schools, or another of a tool's files that says nothing of people. */
  | { code: 'nothingToRead' };

/** One row is left out; the others are used. */
export interface RejectedRow {
  line: number;
  code:
    | 'noName'
    | 'cellTooLong'
    | 'extraCells'
    | 'noChild'
    /** The feed's number stands twice in one file; the first stands. */
    | 'duplicateId'
    /** A change to somebody whom no earlier import brought. */
    | 'unknownPerson'
    /** Works in the school, but neither teaches nor heads it. */
    | 'otherFunction';
}

/**
 * One value of a row was not usable and was dropped (`value` as read), or looks wrong and was kept
 * (`impossibleAge`, `damagedText`). The row itself is used.
 */
export interface RowProblem {
  code:
    | 'badDate'
    | 'noDate'
    | 'impossibleAge'
    | 'noClass'
    | 'badIne'
    | 'badSex'
    | 'badGrade'
    | 'badAnswer'
    | 'badEmail'
    | 'badPhone'
    /** Holds U+FFFD: an earlier program already lost a letter (« Zo� »). */
    | 'damagedText';
  value?: string | undefined;
}
