import { FEED_LIMITS } from './limits';

/** A file that may be read from its beginning as often as it takes, piece by piece. */
export interface FeedSource {
  readonly name: string;
  /** bytes */
  readonly size: number;
  /** Bytes from `start` up to and without `end`. */
  open(range?: { readonly start: number; readonly end: number }): FeedBytes | Promise<FeedBytes>;
}
export type FeedBytes = AsyncIterable<Uint8Array>;

export type FeedForm = 'archive' | 'xml' | 'table';

/** The first bytes of a file, and no more are read. */
export async function headOf(source: FeedSource, limit: number = FEED_LIMITS.sniff): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of await source.open()) {
    pieces.push(piece);
    length += piece.length;
    if (length >= limit) break;
  }
  return Buffer.concat(pieces).subarray(0, limit);
}

/** What the first bytes are, whatever the name says. */
export function formOf(head: Buffer): FeedForm {
  if (
    head.subarray(0, 4).equals(Buffer.of(0x50, 0x4b, 3, 4)) ||
    head.subarray(0, 4).equals(Buffer.of(0x50, 0x4b, 5, 6))
  )
    return 'archive';
  // UTF-16 shows itself by a mark; `<` is the first letter of any XML, and of no extraction.
  const text = head
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '');
  return /^\s*</.test(text) ? 'xml' : 'table';
}

/** A spreadsheet is a ZIP too: its own files say so. */
export const looksLikeSpreadsheet = (names: readonly string[]): boolean =>
  names.some((name) => /^(\[Content_Types\]\.xml|mimetype|workbook\.xml)$/.test(name));
