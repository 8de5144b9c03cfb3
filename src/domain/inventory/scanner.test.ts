import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScan } from './scanner';

/** What a French computer receives when a scanner types that serial number on an American keyboard. */
const KEYS: Readonly<Record<string, string>> = {
  '1': '&',
  '2': 'é',
  '3': '"',
  '4': "'",
  '5': '(',
  '6': '-',
  '7': 'è',
  '8': '_',
  '9': 'ç',
  '0': 'à',
  '-': ')',
  A: 'Q',
  Q: 'A',
  Z: 'W',
  W: 'Z',
  M: '?',
};
const throughFrenchKeyboard = (text: string) => [...text].map((char) => KEYS[char] ?? char).join('');

describe('a scan through the wrong keyboard', () => {
  it('is put right', () => {
    expect(readScan(throughFrenchKeyboard('R52N60A1MZ'))).toEqual({ text: 'R52N60A1MZ', corrected: true });
    expect(readScan(' R52N60A1MZ ')).toEqual({ text: 'R52N60A1MZ', corrected: false });
    expect(readScan('Casque de Zoé')).toEqual({ text: 'Casque de Zoé', corrected: false });
  });

  it('gives back any serial number that holds a digit the French keyboard turned into a sign', () => {
    const serial = fc.stringMatching(/^[A-Z0-9]{4,20}$/).filter((text) => /[0-57-9]/.test(text));
    fc.assert(
      fc.property(serial, (text) => {
        expect(readScan(throughFrenchKeyboard(text)).text).toBe(text);
      }),
    );
  });
});
