import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVerdict, refusal } from './refusal';

describe('the verdict of pm install', () => {
  it.each([
    ['Success\n', true, 'other', ''],
    ['\tpkg: /data/local/tmp/a.apk\nSuccess\n', true, 'other', ''],
    [
      'Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n',
      false,
      'noSpace',
      'INSTALL_FAILED_INSUFFICIENT_STORAGE',
    ],
    [
      'Failure [INSTALL_FAILED_UPDATE_INCOMPATIBLE: Existing package fr.x signatures do not match]',
      false,
      'otherSignature',
      'INSTALL_FAILED_UPDATE_INCOMPATIBLE',
    ],
    [
      'Failure [INSTALL_PARSE_FAILED_NOT_APK: Failed to parse]',
      false,
      'brokenPackage',
      'INSTALL_PARSE_FAILED_NOT_APK',
    ],
    [
      "\nException occurred while executing 'install':\nandroid.os.ParcelableException: java.io.IOException: Requested internal only, but not enough space\n\tat android.util.ExceptionUtils.wrap(ExceptionUtils.java:34)\n",
      false,
      'noSpace',
      '',
    ],
    [
      'Error: java.io.IOException: Failed to allocate 25455935 because only 4657152 allocatable\n',
      false,
      'noSpace',
      '',
    ],
    ['Failure', false, 'other', ''],
    ['Error: java.lang.SecurityException', false, 'other', ''],
  ])('%j', (output, ok, reason, code) => {
    expect(readVerdict(output)).toEqual({ ok, reason, code });
  });

  it('has none when the tablet left before answering', () => {
    expect(readVerdict('')).toBeUndefined();
    expect(readVerdict('\n')).toBeUndefined();
  });

  it('keeps only a short code of what a tablet says: it goes to the log', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (words) => {
        expect(refusal(words).code).toMatch(/^$|^[A-Z][A-Z0-9_]{3,63}$/);
      }),
    );
    expect(refusal('write failed: No space left on device').reason).toBe('noSpace');
  });
});
