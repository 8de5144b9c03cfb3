/**
 * Errors cross boundaries as a code and parameters; sentences live in the locale files (`errors.json`), one for each
 * code. A code never changes its meaning: it is part of the protocol.
 */
export const ERROR_CODES = [
  // of every subject
  'BAD_INPUT', // params: path
  'FORBIDDEN', // params: action
  'NOT_SIGNED_IN',
  'NOT_FOUND', // params: kind
  'UNKNOWN_METHOD',
  'INTERNAL', // params: reference (a log line's id)
  'STOPPING',
  'NEWER_DATA', // params: found, known
  'DISK_FULL',
  'TOO_LARGE', // params: limit
  'BUSY',
  // store and keys
  'STORE_LOCKED', // another process holds the folder
  'KEY_MISSING', // params: audience
  'KEY_WRONG',
  'DOCUMENT_TAMPERED', // params: id
  'CONFLICT', // params: id
  // session and accounts
  'SIGN_IN_WRONG',
  'SIGN_IN_DELAYED', // params: seconds
  'PASSWORD_WEAK', // params: reason
  'RECOVERY_WRONG',
  'RIGHTS_REFUSED', // params: reason
  'RIGHTS_NONE', // nothing is held at this instant
  'CODE_USED',
  'SCREEN_LOCKED', // the window is hidden: unlock first
  'PASSWORD_FIRST', // the first password is changed before anything else
  'CHARTER_FIRST', // the charter is read before anything else
  'PIN_WEAK', // params: reason
  'PIN_WRONG', // params: left (tries)
  'PIN_ENDED', // none is set, it is another day, or too many tries: the password is asked
  'PIN_SET', // one was chosen today already
  'DAY_CODE_MISHEARD', // its check digit is wrong: no try was counted
  'DAY_CODE_WRONG', // params: left (tries of this code)
  'DAY_CODE_SPENT', // used, or its tries are over: the head gives another one
  'DAY_CODE_IMPOSSIBLE', // params: reason
  'ACCOUNT_ENDED',
  'ACCOUNT_MISSING', // this computer does not know this person's password
  // school and people
  'SCHOOL_EXISTS',
  'SCHOOL_MISSING',
  'LAST_HEAD',
  'UAI_WRONG',
  'IMPORT_UNREADABLE', // params: reason
  'IMPORT_STALE', // the plan was made on other data
  'IMPORT_DROP', // the school or a class shrinks by more than a tenth and nobody said that this is right
  'IMPORT_CHANGED_SINCE', // params: count (people changed or used since the import)
  'PORTAL_ADDRESS_MISSING',
  'DISPATCH_REFUSED', // params: reason
  'DISPATCH_NO_HOST', // no other class can take anybody
  // LAN door and lesson
  'PROTOCOL_TOO_OLD', // params: ours, theirs
  'DEVICE_UNKNOWN',
  'VEYON_KEY_BROKEN',
  'DEVICE_REVOKED',
  'ENROLMENT_WRONG',
  'LESSON_NONE',
  'POLL_CLOSED', // the question is not asked any more
  'LESSON_FULL', // params: limit
  'LESSON_CODE_WRONG',
  'LESSON_OPEN_ALREADY',
  'PICTURE_CODE_WRONG',
  'TRY_LATER', // params: seconds
  'PUPIL_ELSEWHERE', // the pupil is in on another device: the teacher's click is asked
  'VISITOR_ONLY',
  'UPLOAD_BROKEN',
  'FILE_REFUSED', // params: reason
  'IMAGE_REFUSED', // params: names, count (children whose family has not agreed)
  'SITE_UNKNOWN', // params: site
  'REMOTE_CLOSED', // params: reason: head (not allowed here), away (its owner is not at this computer)
  'REMOTE_CODE_WRONG',
  'REMOTE_LOCKED', // its own code is asked
  'PROJECT_NO_WINDOW', // nobody draws the board: Préau is open at no window of that person
  'PROJECT_BLOCKED', // the browser opens no second window by itself
  'PROJECT_HIDDEN', // the computer's screen is behind its lock, and no board was open
  'DEVICE_SHARED', // params: limit (pupils on one device)
  // cart and devices
  'HUB_UNREACHABLE',
  'HUB_REFUSED', // params: code
  'HUB_TAKEN', // another cart has that box
  'ADB_MISSING',
  'PACKAGE_WRONG',
  'BLUETOOTH_FAILED', // params: why
  // synchronisation
  'NO_LINE',
  'GATEWAY_REFUSED', // params: reason
  'INTRODUCTION_WRONG',
  'PARCEL_REFUSED', // params: reason
  // school years
  'YEAR_CLOSED', // params: year
  'YEAR_TOO_EARLY', // params: from (the first day a year may be closed)
  'YEAR_PLAN_WRONG', // params: reason
  'SCHOOL_UNNAMED',
  'YEAR_CONFIRMED', // params: year
  'YEAR_NOT_CONFIRMED',
  'DATE_FAR', // params: days since the last confirmed date
  'DATE_PAST', // params: day (the last confirmed date)
  'HEAD_POSTE_ONLY',
  'REGISTER_MISSING', // params: class
  // privacy
  'IDENTITY_UNCHECKED', // nothing is handed out before it is known who asks
  // copy on a USB key
  'BACKUP_NO_ROOM', // params: needed, free (bytes)
  'BACKUP_CUT', // the key went away: the former copy is what it was
  'BACKUP_DAMAGED', // params: reason
  'BACKUP_NEWER', // params: found, known
  'BACKUP_OTHER_SCHOOL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];
export type ErrorParams = Record<string, string | number | boolean>;

/** A failure somebody can act on: what happened (`code`), about what (`params`). */
export class PreauError extends Error {
  override readonly name = 'PreauError';
  constructor(
    readonly code: ErrorCode,
    readonly params: ErrorParams = {},
    options?: { cause?: unknown },
  ) {
    super(`${code} ${JSON.stringify(params)}`, options);
  }
}

export function isPreauError(error: unknown): error is PreauError {
  return error instanceof PreauError;
}
