import type { Json } from '../../domain/json';
import type { DocumentBody } from '../../store/port';

/** Between two texts that both stay: a line a person recognises and can take away. */
export const BETWEEN = '\n\n— — —\n\n';

/** Short words (a title) are put side by side; a text keeps its paragraphs. */
const SHORT = 80;

/**
 * One document with the words of all: each text that differs keeps every version, in the order of their revisions, so
 * that two postes that merge apart write the same document. What is not text is the first one's.
 */
export function mergeTexts(
  versions: readonly { readonly rev: string; readonly body: DocumentBody }[],
): DocumentBody {
  const ordered = [...versions].sort((a, b) => (a.rev < b.rev ? 1 : -1)).map(({ body }) => body);
  const names = new Set(ordered.flatMap((body) => Object.keys(body)));
  const merged: Record<string, Json | undefined> = {};
  for (const name of names) {
    const values = ordered.map((body) => body[name]).filter((value) => value !== undefined);
    merged[name] = name === '_id' || name === 'type' ? values[0] : mergeValues(values);
  }
  return merged as unknown as DocumentBody;
}

function mergeValues(values: readonly Json[]): Json | undefined {
  const texts = [...new Set(values.filter((value) => typeof value === 'string' && value.trim() !== ''))];
  if (texts.length < 2) return texts[0] ?? values[0];
  // Dates and ids are not prose: joining them would break what reads them.
  if (texts.some((text) => /^(\d{4}-\d\d-\d\d\S*|[a-z]+_[a-z2-7]{13})$/.test(String(text)))) return texts[0];
  const long = texts.some((text) => String(text).length > SHORT || String(text).includes('\n'));
  return texts.join(long ? BETWEEN : ' / ');
}
