import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName, sniff } from './work-files';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((one) => one.charCodeAt(0)) : part)),
  );
const EBML = [0x1a, 0x45, 0xdf, 0xa3];

describe('what a file is, by its bytes', () => {
  it.each([
    [bytes('%PDF-1.7'), 'image.png', 'application/pdf'],
    [bytes([0x89], 'PNG\r\n', [0x1a], '\n'), 'a.pdf', 'image/png'],
    [bytes([0xff, 0xd8, 0xff, 0xe0]), 'a', 'image/jpeg'],
    [bytes('RIFF....WEBPVP8 '), 'a', 'image/webp'],
    [bytes('RIFF....WAVEfmt '), 'a', 'audio/wav'],
    [bytes('ID3', [4, 0]), 'chanson.mp3', 'audio/mpeg'],
    [bytes([0xff, 0xfb, 0x90]), 'chanson', 'audio/mpeg'],
    [bytes('OggS', [0], 'OpusHead'), 'a', 'audio/ogg'],
    [bytes('OggS', [0], 'theora'), 'a', 'video/ogg'],
    [bytes(EBML, 'webm', 'A_OPUS'), 'a', 'audio/webm'],
    [bytes(EBML, 'webm', 'A_OPUS', 'V_VP8'), 'a', 'video/webm'],
    [bytes([0, 0, 0, 24], 'ftypM4A '), 'a', 'audio/mp4'],
    [bytes([0, 0, 0, 24], 'ftypiso5', 'soun'), 'a', 'audio/mp4'],
    [bytes([0, 0, 0, 24], 'ftypisom', 'soun', 'vide'), 'a', 'video/mp4'],
    [bytes('PK\x03\x04'.padEnd(30, '.'), 'mimetypeapplication/vnd.oasis.opendocument.textPK'), 'a.odt', 'application/vnd.oasis.opendocument.text'], // prettier-ignore
    [bytes('PK\x03\x04'.padEnd(30, '.'), '[Content_Types].xml'), 'fiche.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'], // prettier-ignore
    [bytes('Le préau est couvert.\n'), 'poeme.txt', 'text/plain'],
  ])('%# %s', (head, name, type) => {
    expect(sniff(head, name)?.type).toBe(type);
  });

  it.each([
    [bytes('<html><script>alert(1)</script>'), 'page.html'],
    [bytes('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'dessin.svg'],
    [bytes('MZ', [0x90, 0, 3]), 'jeu.exe'],
    [bytes('MZ', [0x90, 0, 3]), 'jeu.txt'],
    [bytes('PK\x03\x04'.padEnd(60, '.')), 'archive.zip'],
    [bytes('PK\x03\x04'.padEnd(60, '.')), 'faux.docx'],
    [bytes([0, 0, 0, 24], 'ftypheic'), 'photo.heic'],
    [bytes(), 'vide.txt'],
  ])('%# refuses %s', (head, name) => {
    expect(sniff(head, name)).toBeUndefined();
  });

  it('never fails, whatever the bytes and the name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (head, name) => {
        const found = sniff(head, name);
        return found === undefined || found.type.includes('/');
      }),
    );
  });
});

describe('a name for a file', () => {
  it.each([
    ['../../etc/passwd', 'etc passwd'],
    ['C:\\Windows\\a.exe', 'C Windows a.exe'],
    ['.bashrc', 'bashrc'],
    ['con.txt', 'travail con.txt'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['', 'travail'],
    ['Léa et Noé', 'Léa et Noé'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });
  it('holds no separator, no control, and does not begin with a dot', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = safeFileName(name);
        return (
          safe.length > 0 && safe.length <= 110 && !/[\p{Cc}/\\:*?"<>|]/u.test(safe) && !/^\./.test(safe)
        );
      }),
    );
  });
});
