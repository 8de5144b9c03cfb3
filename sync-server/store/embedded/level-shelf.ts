import type { Operation } from 'abstract-leveldown';
import type { Shelf, ShelfDocument } from '../shelf';
import type { Level } from './level';

/** Keys of small documents; databases of documents have their own prefixes (part-of-level.ts). */
const PREFIX = 's!';
const FLUSHED = 'f!';

/** The shelf of a school on its LevelDB: a document is JSON under its id, its `_rev` a counter. */
export function levelShelf(use: <T>(work: (level: Level) => Promise<T>) => Promise<T>): Shelf {
  const read = async (level: Level, id: string): Promise<ShelfDocument | undefined> => {
    const text = await level.get(PREFIX + id);
    // Written by this file alone.
    return text === undefined ? undefined : (JSON.parse(text) as ShelfDocument);
  };

  const putAll = (documents: readonly ShelfDocument[]): Promise<(string | undefined)[]> =>
    use((level) =>
      level.inTurn(async () => {
        const operations: Operation[] = [];
        const answers: (string | undefined)[] = [];
        for (const document of documents) {
          const held = await read(level, document._id);
          if (held?._rev !== document._rev) {
            answers.push(undefined);
            continue;
          }
          const _rev = String(Number(held?._rev ?? 0) + 1);
          operations.push({
            type: 'put',
            key: PREFIX + document._id,
            value: JSON.stringify({ ...document, _rev }),
          });
          answers.push(_rev);
        }
        if (operations.length > 0) await level.batch(operations);
        level.wrote(operations.map((one) => String(one.key).slice(PREFIX.length)));
        return answers;
      }),
    );

  return {
    get: (id) => use((level) => read(level, id)),
    getAll: (ids) => use((level) => Promise.all(ids.map((id) => read(level, id)))),
    put: async (document) => (await putAll([document]))[0],
    putAll,
    removeAll: (documents) =>
      use((level) =>
        level.inTurn(async () => {
          const ids: string[] = [];
          for (const { _id, _rev } of documents) if ((await read(level, _id))?._rev === _rev) ids.push(_id);
          await level.batch(ids.map((id) => ({ type: 'del', key: PREFIX + id })));
          level.wrote(ids);
        }),
      ),
    range: (from, to, limit) =>
      use(async (level) =>
        (await level.values(PREFIX + from, PREFIX + to, limit)).map(
          (text) => JSON.parse(text) as ShelfDocument,
        ),
      ),
    changed: (mark) => use((level) => Promise.resolve(level.writtenSince(mark))),
    compact: () => use((level) => level.compact()),
    // LevelDB writes one log: what came before a durable write is durable with it.
    flush: () => use((level) => level.batch([{ type: 'put', key: FLUSHED, value: '1' }], true)),
  };
}
