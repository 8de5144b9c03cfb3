import { PreauError } from '../../../src/domain/errors';
import type { AudienceDatabase, Change, DocumentBody, Held, Revision } from '../../../src/store/port';

const notOffered = (): never => {
  throw new Error('not offered by this test database');
};

/** The part of a database that the cart uses, in memory. What it does not offer throws. */
export function memoryDatabase(): AudienceDatabase {
  const held = new Map<string, Held>();
  const listeners = new Set<(change: Change) => void>();
  let seq = 0;
  const tell = (id: string, rev: Revision, deleted: boolean): void => {
    seq += 1;
    for (const listen of listeners) listen({ seq, id, rev, deleted, foreign: false });
  };
  return {
    audience: 'parc',
    get: <B extends DocumentBody>(id: string) => held.get(id) as Held<B> | undefined,
    all: <B extends DocumentBody>(type: string) =>
      [...held.values()].filter((one) => one.body.type === type) as unknown as Held<B>[],
    put: <B extends DocumentBody>(body: B, parent?: Revision) => {
      const before = held.get(body._id);
      if (before?.rev !== parent) return Promise.reject(new PreauError('CONFLICT', { id: body._id }));
      const written = { rev: `${String(seq + 1)}-0`, body, conflicts: [] };
      held.set(body._id, written);
      tell(body._id, written.rev, false);
      return Promise.resolve(written);
    },
    remove: (id, parent) => {
      held.delete(id);
      tell(id, parent, true);
      return Promise.resolve();
    },
    putAll: notOffered,
    resolve: notOffered,
    apply: notOffered,
    changesSince: notOffered,
    expire: notOffered,
    compact: notOffered,
    get lastSeq() {
      return seq;
    },
    onChange: (listen) => {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
  };
}
