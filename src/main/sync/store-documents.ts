import type { Audience } from '../../domain/audience';
import { isPreauError } from '../../domain/errors';
import { OF_POSTE, type DocumentSide, type OwnChange } from '../../exchange';
import type { DocumentBody, RevisionRecord, Store } from '../../store/port';

/** Changes read at a time: bodies of a page are in memory together. */
const PAGE = 500;
/** Own changes packed in one go; the rest waits for the next call, which follows at once. */
const PACK_LIMIT = 5000;

/**
 * The engine's documents are those of the store.
 * @param former postes that this folder was before: what it said for them then, they alone may say, and have said
 */
export function storeDocuments(store: Store, former: ReadonlySet<unknown> = new Set()): DocumentSide {
  const isFormers = ({ type, poste }: DocumentBody): boolean =>
    (type === 'posteBox' || OF_POSTE.includes(type)) && former.has(poste);
  return {
    async apply(audience, records) {
      const database = await store.open(audience);
      try {
        await database.apply(records);
        return [];
      } catch (error) {
        if (!isPreauError(error) || error.code !== 'DOCUMENT_TAMPERED') throw error;
        // The others of the batch are written; these wait until the damaged document is restored.
        return String(error.params['id'])
          .split(',')
          .map((id) => ({ id, reason: 'REVISION_WRONG' as const }));
      }
    },
    async ownChanges(audience: Audience, after: number): Promise<readonly OwnChange[]> {
      const database = await store.open(audience);
      const own: OwnChange[] = [];
      for (let seq = after; own.length < PACK_LIMIT;) {
        const page = await database.changesSince(seq, PAGE);
        own.push(
          ...page
            .filter((change) => !change.foreign && !isFormers(change.record.body))
            .map(({ seq: at, record }) => ({ seq: at, record })),
        );
        const last = page.at(-1);
        if (!last || page.length < PAGE) break;
        seq = last.seq;
      }
      return own;
    },
    async *leaves(audience: Audience): AsyncGenerator<RevisionRecord> {
      const database = await store.open(audience);
      for (let seq = 0; ;) {
        const page = await database.changesSince(seq, PAGE);
        for (const { record } of page) yield record;
        const last = page.at(-1);
        if (!last || page.length < PAGE) return;
        seq = last.seq;
      }
    },
  };
}
