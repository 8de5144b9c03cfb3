import type { AudienceDatabase, DocumentBody } from '../../store/port';

/** Writes a document behind the one that is held; nothing where it is the same. Leaves written apart are closed. */
export async function upsert(db: AudienceDatabase, body: DocumentBody): Promise<boolean> {
  const held = db.get(body._id);
  if (!held) {
    await db.put(body);
    return true;
  }
  if (held.conflicts.length > 0) {
    await db.resolve(body, [held.rev, ...held.conflicts.map(({ rev }) => rev)]);
    return true;
  }
  if (JSON.stringify(held.body) === JSON.stringify(body)) return false;
  await db.put(body, held.rev);
  return true;
}
