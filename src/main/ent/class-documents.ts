import { PreauError } from '../../domain/errors';
import { idFrom, type Id, type IdPrefix } from '../../domain/id';
import type { DocumentBody, Held, Revision } from '../../store/port';
import type { EntDeps } from './deps';

/**
 * Documents that one person edits and that live with the class (homework, lesson plans). What was read is named when it is
 * written: a document that moved on in the meantime is not overwritten.
 */
export interface ClassDocuments<B extends DocumentBody> {
  all(classId: Id<'class'>): Promise<readonly Held<B>[]>;
  save(
    classId: Id<'class'>,
    fields: Omit<B, '_id' | 'type' | 'v'>,
    existing?: { id: string; rev: Revision },
  ): Promise<{ id: string; rev: Revision }>;
  remove(classId: Id<'class'>, id: string, rev: Revision): Promise<void>;
  settle(
    classId: Id<'class'>,
    id: string,
    leaves: readonly Revision[],
    fields: Omit<B, '_id' | 'type' | 'v'>,
  ): Promise<void>;
}

export function classDocuments<B extends DocumentBody>(
  deps: Pick<EntDeps, 'platform' | 'databases'>,
  type: string,
  prefix: IdPrefix,
): ClassDocuments<B> {
  const open = (classId: Id<'class'>) => deps.databases.open('classe', classId);
  return {
    all: async (classId) => (await open(classId)).all<B>(type),
    async save(classId, fields, existing) {
      const db = await open(classId);
      if (!existing) {
        const body = { _id: idFrom(prefix, deps.platform.random(9)), type, v: 1, ...fields } as B;
        return { id: body._id, rev: (await db.put(body)).rev };
      }
      const held = db.get<B>(existing.id);
      if (!held) throw new PreauError('NOT_FOUND', { kind: type });
      return { id: existing.id, rev: (await db.put({ ...held.body, ...fields } as B, existing.rev)).rev };
    },
    async remove(classId, id, rev) {
      await (await open(classId)).remove(id, rev);
    },
    async settle(classId, id, leaves, fields) {
      const db = await open(classId);
      const held = db.get<B>(id);
      if (!held) throw new PreauError('NOT_FOUND', { kind: type });
      await db.resolve({ ...held.body, ...fields } as B, leaves);
    },
  };
}
