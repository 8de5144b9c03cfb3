/** From the bytes of a file to its text. */
import { ONDE_LIMITS } from './limits';
import type { OndeProblem } from './problems';

export type OndeEncoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'windows-1252';

export type Decoded =
  { ok: true; text: string; encoding: OndeEncoding } | { ok: false; problem: OndeProblem };

/**
 * Decodes an extraction. ONDE and BE1D wrote ISO-8859-1, recent tools write UTF-8 with or without a mark, and
 * Excel's « Texte Unicode » is UTF-16. Strict UTF-8 is tried first: French text in ISO-8859-1 is practically never
 * valid UTF-8. windows-1252 is the superset of ISO-8859-1 that browsers use under both names (it adds œ and Œ).
 * Never throws: whatever is not text is a typed problem.
 */
export function decodeOnde(bytes: Uint8Array): Decoded {
  if (bytes.length === 0) return refused({ code: 'empty' });
  if (bytes.length > ONDE_LIMITS.fileBytes) {
    return refused({ code: 'tooLarge', bytes: bytes.length, limit: ONDE_LIMITS.fileBytes });
  }
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    return refused({ code: 'notText', looksLike: 'spreadsheet' });
  }
  if (startsWith(bytes, [0x25, 0x50, 0x44, 0x46])) return refused({ code: 'notText', looksLike: 'pdf' });
  const encoding = encodingOf(bytes);
  const label = encoding === 'utf-8-bom' ? 'utf-8' : encoding;
  const text = new TextDecoder(label).decode(bytes);
  if (text.includes('\0')) return refused({ code: 'notText', looksLike: 'other' });
  return { ok: true, text, encoding };
}

function encodingOf(bytes: Uint8Array): OndeEncoding {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(bytes, [0xef, 0xbb, 0xbf])) return 'utf-8-bom';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    // The decoder's only way to say "not UTF-8".
    return 'windows-1252';
  }
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

function refused(problem: OndeProblem): Decoded {
  return { ok: false, problem };
}
