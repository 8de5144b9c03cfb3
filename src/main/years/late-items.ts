import type { Json } from '../../domain/json';
import type { RevisionRecord } from '../../store/port';

/** One document that came too late, as a person may copy it by hand. */
export interface LateItem {
  readonly type: string;
  readonly day?: string;
  readonly text: string;
}

/** Envelope and references: nothing a reader could use. */
const HIDDEN: ReadonlySet<string> = new Set(['_id', 'type', 'v', 'by', 'replaces', 'date', 'at']);

/** The words of each document, whatever its kind: a kind nobody thought of here must not be lost. */
export function lateItems(records: readonly RevisionRecord[]): LateItem[] {
  return records
    .filter(({ deleted }) => !deleted)
    .map(({ body }) => {
      const day = [body['date'], body['dueOn'], body['at']].find((value) => typeof value === 'string');
      const text = Object.entries(body)
        .filter(([name]) => !HIDDEN.has(name))
        .flatMap(([name, value]) => (value === undefined ? [] : [`${name} : ${wordsOf(value)}`]))
        .join('\n');
      return { type: body.type, ...(typeof day === 'string' ? { day: day.slice(0, 10) } : {}), text };
    })
    .sort((a, b) => (a.day ?? '').localeCompare(b.day ?? '') || a.type.localeCompare(b.type));
}

const wordsOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
