import type { Refusal } from '../../contract/staff/android';

/**
 * What a tablet says when it refuses, and what that means for a person. Its own code goes with it, for the technician.
 * Sources: AOSP PackageManager.java (INSTALL_FAILED_*, INSTALL_PARSE_FAILED_*),
 * file_sync_service.cpp for what comes while the file is being sent.
 */
const BY_CODE: readonly (readonly [RegExp, Refusal])[] = [
  // From Android 8 on the installer's own words come instead of a code.
  [
    /INSUFFICIENT_STORAGE|MEDIA_UNAVAILABLE|No space left on device|not enough space|only \d+ allocatable/i,
    'noSpace',
  ],
  [/UPDATE_INCOMPATIBLE|INCONSISTENT_CERTIFICATES|SHARED_USER_INCOMPATIBLE/, 'otherSignature'],
  [/VERSION_DOWNGRADE|PERMISSION_MODEL_DOWNGRADE/, 'newerInstalled'],
  [/OLDER_SDK|DEPRECATED_SDK_VERSION/, 'androidTooOld'],
  [/NO_MATCHING_ABIS|CPU_ABI_INCOMPATIBLE/, 'otherProcessor'],
  [/USER_RESTRICTED|VERIFICATION_FAILURE|ABORTED|REJECTED|DISALLOWED/, 'forbiddenHere'],
  [/PARSE_FAILED|INVALID_APK|DEXOPT|MISSING_SPLIT/, 'brokenPackage'],
];

export interface PackageVerdict {
  readonly ok: boolean;
  readonly reason: Refusal;
  /** The code the tablet gave, cut to what may stand in a log: capitals, digits and underscores. */
  readonly code: string;
}

/** Reads what `pm install` printed. `undefined`: it printed no verdict, the tablet left in the middle. */
export function readVerdict(output: string): PackageVerdict | undefined {
  if (/^[ \t]{0,8}Success\b/m.test(output)) return { ok: true, reason: 'other', code: '' };
  const failure = /Failure(?: \[(?<code>[^\]\n]*)\]?)?/.exec(output);
  if (failure) return refusal(failure.groups?.['code'] ?? '');
  const text = output.trim();
  return text === '' ? undefined : refusal(text);
}

/** A refusal from the words of the tablet: `INSTALL_FAILED_…`, or a message of its file service. */
export function refusal(words: string): PackageVerdict {
  const found = BY_CODE.find(([pattern]) => pattern.test(words));
  const code = /[A-Z][A-Z0-9_]{3,63}/.exec(words)?.[0] ?? '';
  return { ok: false, reason: found?.[1] ?? 'other', code };
}
