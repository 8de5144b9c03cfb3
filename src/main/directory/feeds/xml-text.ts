import { FeedRefused } from './problem';

type Encoding = 'utf-8' | 'iso-8859-15' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/** The encodings that feeds were seen in. ISO-8859-1 is read as windows-1252, as every browser does. */
const KNOWN: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'iso-8859-15': 'iso-8859-15',
  'latin-9': 'iso-8859-15',
  'iso-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
  'us-ascii': 'utf-8',
};

/** Bytes in which a declaration ends. */
const DECLARATION = 200;

/**
 * The encoding that the first bytes say: a mark, else the XML declaration, else UTF-8 (XML 1.0, appendix F).
 * @throws FeedRefused `badEncoding`
 */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const declaration = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']{1,40})["']/.exec(
    Buffer.from(head.subarray(0, DECLARATION)).toString('latin1'),
  );
  const name = declaration?.[1]?.toLowerCase() ?? 'utf-8';
  const found = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
  if (!found) throw new FeedRefused({ code: 'badEncoding', encoding: name });
  return found;
}

/**
 * Bytes as text, piece by piece. Never guesses: bytes that are not what the file says of itself refuse it, since every
 * name of the school would be damaged.
 */
export async function* xmlText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let head = Buffer.alloc(0);
  let decoder: ReturnType<typeof strict> | undefined;
  for await (const piece of bytes) {
    if (decoder) {
      yield decoder(piece);
      continue;
    }
    // The declaration may come in pieces.
    head = Buffer.concat([head, piece]);
    if (head.length < DECLARATION) continue;
    decoder = strict(encodingOf(head));
    yield decoder(head);
  }
  if (!decoder) {
    decoder = strict(encodingOf(head));
    yield decoder(head);
  }
  yield decoder();
}

function strict(encoding: Encoding): (piece?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (piece) => {
    try {
      return piece ? decoder.decode(piece, { stream: true }) : decoder.decode();
    } catch (error) {
      if (error instanceof TypeError) throw new FeedRefused({ code: 'badEncoding', encoding });
      throw error;
    }
  };
}
