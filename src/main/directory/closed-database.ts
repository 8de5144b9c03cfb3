import { PreauError } from '../../domain/errors';
import type { AudienceDatabase, DocumentBody } from '../../store/port';

/**
 * A base of a year that is closed: read as ever, written by nobody here. Parcels of other postes go past this, straight
 * to the store: what was written elsewhere before the news came is taken.
 */
export function closedDatabase(db: AudienceDatabase, year: number): AudienceDatabase {
  const refuse = (): Promise<never> => Promise.reject(new PreauError('YEAR_CLOSED', { year }));
  return {
    audience: db.audience,
    get: <B extends DocumentBody>(id: string) => db.get<B>(id),
    all: <B extends DocumentBody>(type: string) => db.all<B>(type),
    put: refuse,
    putAll: refuse,
    remove: refuse,
    resolve: refuse,
    apply: (records) => db.apply(records),
    changesSince: (seq, limit) => db.changesSince(seq, limit),
    get lastSeq() {
      return db.lastSeq;
    },
    expire: (day) => db.expire(day),
    compact: () => db.compact(),
    onChange: (listener) => db.onChange(listener),
  };
}
