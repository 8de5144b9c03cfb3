import { describe, expect, it } from 'vitest';
import { searchBytes } from './search';

const TEXT = 'Maëlys Œuvrard-N’Diaye';
const noise = Buffer.from([0, 255, 17, 200, 3, 195]);
const formsIn = (bytes: Buffer): string[] => searchBytes(bytes, [TEXT]).map(({ form }) => form);

describe('the search at rest', () => {
  const utf16be = Buffer.from(TEXT, 'utf16le').swap16();
  const shifted = (before: number): Buffer =>
    Buffer.from(
      Buffer.concat([Buffer.alloc(before, 7), Buffer.from(`${TEXT} et autre chose`)]).toString('base64'),
    );
  it.each([
    ['as it is', Buffer.from(TEXT), 'utf8 plain'],
    ['in capitals', Buffer.from(TEXT.toUpperCase()), 'utf8 plain'],
    ['with decomposed accents', Buffer.from(TEXT.normalize('NFD')), 'utf8 plain'],
    ['in latin1', Buffer.from('Éloïse Lévêque', 'latin1'), 'latin1 plain', 'éloïse lévêque'],
    ['in UTF-16', Buffer.from(TEXT, 'utf16le'), 'utf16le+0 plain'],
    [
      'in UTF-16 at an odd place',
      Buffer.concat([Buffer.of(9), Buffer.from(TEXT.toLowerCase(), 'utf16le')]),
      'utf16le+1 plain',
    ],
    ['in UTF-16, big end first', utf16be, 'utf16be+0 plain'],
    ['in UTF-16, big end first, at an odd place', Buffer.concat([Buffer.of(9), utf16be]), 'utf16be+1 plain'],
    ['in base64', shifted(0), 'base64+0'],
    ['in base64, one byte on', shifted(1), 'base64+1'],
    ['in base64, two bytes on', shifted(2), 'base64+2'],
    ['in base64url', Buffer.from(Buffer.from(`${TEXT}??>>`).toString('base64url')), 'base64url+0'],
    ['in an address', Buffer.from(`https://ecole.fr/?q=${encodeURIComponent(TEXT)}`), 'utf8 percent'],
    ['escaped in JSON', Buffer.from('"Ma\\u00eblys \\u0152uvrard-N\\u2019Diaye"'), 'utf8 escaped'],
    ['in hexadecimal', Buffer.from(Buffer.from(TEXT).toString('hex').toUpperCase()), 'utf8 hex'],
  ])('finds a text %s', (_, bytes, form, text = TEXT) => {
    const found = searchBytes(Buffer.concat([noise.subarray(0, 4), bytes, noise.subarray(0, 4)]), [text]);
    expect(found.map((one) => one.form)).toContain(form);
  });

  it('finds nothing where there is nothing', () => {
    expect(formsIn(Buffer.concat([noise, Buffer.from('Maëlys Œuvrard N’Diaye')]))).toEqual([]);
    expect(formsIn(Buffer.alloc(0))).toEqual([]);
  });
});
