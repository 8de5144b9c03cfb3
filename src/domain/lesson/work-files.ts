/** What a file can be on a child's screen: shown or played in the pupil app, or (`file`) opened elsewhere. */
export const FILE_KINDS = ['pdf', 'image', 'audio', 'video', 'text', 'file'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export interface Sniffed {
  readonly kind: FileKind;
  readonly type: string;
  /** With its dot: what a saved copy is called by. */
  readonly extension: string;
}

/** Bytes looked at: the tables of a container stand in the first of them. */
export const SNIFFED_BYTES = 64 * 1024;

const as = (kind: FileKind, type: string, extension: string): Sniffed => ({ kind, type, extension });

/**
 * What a file is by its first bytes; what its sender calls it counts only where bytes say nothing (a text, an office
 * document in a ZIP). Pages and drawings that carry scripts (HTML, SVG) are none of these.
 * @returns undefined for anything a class has no use for
 */
export function sniff(head: Uint8Array, name: string): Sniffed | undefined {
  const ascii = (from: number, length: number): string =>
    String.fromCharCode(...head.subarray(from, from + length));
  const starts = (...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  const holds = (word: string): boolean => contains(head, word);
  if (ascii(0, 5) === '%PDF-') return as('pdf', 'application/pdf', '.pdf');
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a)) return as('image', 'image/png', '.png');
  if (starts(0xff, 0xd8, 0xff)) return as('image', 'image/jpeg', '.jpg');
  if (/^GIF8[79]a$/.test(ascii(0, 6))) return as('image', 'image/gif', '.gif');
  if (ascii(0, 4) === 'RIFF') {
    if (ascii(8, 4) === 'WEBP') return as('image', 'image/webp', '.webp');
    if (ascii(8, 4) === 'WAVE') return as('audio', 'audio/wav', '.wav');
    return ascii(8, 4) === 'AVI ' ? as('video', 'video/x-msvideo', '.avi') : undefined;
  }
  if (ascii(0, 4) === 'OggS')
    return holds('theora') ? as('video', 'video/ogg', '.ogv') : as('audio', 'audio/ogg', '.ogg');
  if (ascii(0, 4) === 'fLaC') return as('audio', 'audio/flac', '.flac');
  if (starts(0x1a, 0x45, 0xdf, 0xa3)) return matroska(holds);
  if (ascii(4, 4) === 'ftyp') return isoMedia(ascii(8, 4), name, holds);
  if (ascii(0, 3) === 'ID3' || (head[0] === 0xff && [0xfb, 0xfa, 0xf3, 0xf2].includes(head[1] ?? 0)))
    return as('audio', 'audio/mpeg', '.mp3');
  if (head[0] === 0xff && (head[1] === 0xf1 || head[1] === 0xf9)) return as('audio', 'audio/aac', '.aac');
  return office(ascii, starts, holds, name) ?? plainText(head, name);
}

type Holds = (word: string) => boolean;

function matroska(holds: Holds): Sniffed | undefined {
  const video = ['V_VP', 'V_AV1', 'V_MPEG'].some(holds);
  if (!holds('webm')) return holds('matroska') ? as('video', 'video/x-matroska', '.mkv') : undefined;
  return video ? as('video', 'video/webm', '.webm') : as('audio', 'audio/webm', '.weba');
}

function isoMedia(brand: string, name: string, holds: Holds): Sniffed | undefined {
  if (/^(heic|heix|mif1|msf1|avif|avis)$/.test(brand)) return undefined;
  const sound = brand.startsWith('M4A') || brand.startsWith('M4B') || (holds('soun') && !holds('vide'));
  if (sound || (/\.(m4a|m4b)$/i.test(name) && !holds('vide'))) return as('audio', 'audio/mp4', '.m4a');
  if (brand.startsWith('qt')) return as('video', 'video/quicktime', '.mov');
  return brand.startsWith('3g') ? as('video', 'video/3gpp', '.3gp') : as('video', 'video/mp4', '.mp4');
}

const OFFICE: Readonly<Record<string, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
};
const OPEN_DOCUMENT: Readonly<Record<string, string>> = {
  text: 'odt',
  spreadsheet: 'ods',
  presentation: 'odp',
  graphics: 'odg',
};

function office(
  ascii: (from: number, length: number) => string,
  starts: (...bytes: number[]) => boolean,
  holds: Holds,
  name: string,
): Sniffed | undefined {
  const extension = /\.([a-z]{3,4})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const type = OFFICE[extension];
  if (ascii(0, 4) === 'PK\x03\x04') {
    const said = /^mimetypeapplication\/(epub\+zip|vnd\.oasis\.opendocument\.([a-z]+))/.exec(ascii(30, 80));
    if (said?.[1] === 'epub+zip') return as('file', 'application/epub+zip', '.epub');
    // The type runs into the next entry's head, `PK`, in small letters only by chance: known ones are looked for.
    const open = Object.keys(OPEN_DOCUMENT).find((one) => said?.[2]?.startsWith(one));
    if (open)
      return as('file', `application/vnd.oasis.opendocument.${open}`, `.${OPEN_DOCUMENT[open] ?? ''}`);
    return type && extension.endsWith('x') && holds('[Content_Types].xml')
      ? as('file', type, `.${extension}`)
      : undefined;
  }
  if (starts(0xd0, 0xcf, 0x11, 0xe0) && type && !extension.endsWith('x'))
    return as('file', type, `.${extension}`);
  return ascii(0, 5) === '{\\rtf' ? as('file', 'application/rtf', '.rtf') : undefined;
}

/** Control characters that no text holds: all but tab, line feed, form feed, carriage return and escape. */
const NOT_TEXT = (byte: number): boolean => byte < 0x20 && ![9, 10, 12, 13, 27].includes(byte);

function plainText(head: Uint8Array, name: string): Sniffed | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  if (head.length === 0 || !['txt', 'md', 'csv', 'text', undefined].includes(extension)) return undefined;
  return head.some(NOT_TEXT) ? undefined : as('text', 'text/plain', '.txt');
}

function contains(head: Uint8Array, word: string): boolean {
  const codes = [...word].map((letter) => letter.charCodeAt(0));
  const [first = 0] = codes;
  for (let at = head.indexOf(first); at >= 0; at = head.indexOf(first, at + 1))
    if (codes.every((code, n) => head[at + n] === code)) return true;
  return false;
}

/** A name for a file on a disk: no path, no letter that a system refuses, never hidden, never empty. */
export function safeFileName(name: string, fallback = 'travail'): string {
  const clean = name
    .normalize('NFC')
    // Controls, separators, what Windows refuses, and the marks that turn a line of text round.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 100)
    .trim();
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(clean);
  return clean === '' ? fallback : reserved ? `${fallback} ${clean}` : clean;
}
