import { createHash } from 'node:crypto';
import { idFrom, type IdPrefix } from '../../domain/id';
import { withIds } from '../../domain/people/merge-class';
import type { AudienceDatabase, DocumentBody } from '../../store/port';

/**
 * What is made anew in the other class: a child's secrets there (picture-codes.ts), whom to call (guardians-published.ts), whose
 * picture may be shown (privacy/images-service.ts).
 */
const STAYS: ReadonlySet<string> = new Set(['pictureCode', 'contacts', 'photoConsent']);

async function everything(db: AudienceDatabase): Promise<{ id: string; deleted: boolean }[]> {
  const changes = await db.changesSince(0, Number.MAX_SAFE_INTEGER);
  return changes.map(({ id, deleted }) => ({ id, deleted }));
}

/** Living documents of a base that belong to the life of the class, each version that two postes wrote apart. */
export async function lifeOf(db: AudienceDatabase): Promise<DocumentBody[]> {
  const ids = [...new Set((await everything(db)).map(({ id }) => id))].sort();
  return ids.flatMap((id) => {
    const held = db.get(id);
    if (!held || STAYS.has(held.body.type)) return [];
    const others = held.conflicts.map(({ rev, body }) => ({ ...body, _id: sibling(id, rev) }));
    return [held.body, ...others];
  });
}

/** Revisions do not travel between bases: a version written apart becomes a document beside the other, the same each time. */
function sibling(id: string, rev: string): string {
  const prefix = id.slice(0, id.indexOf('_')) as IdPrefix;
  return idFrom(prefix, createHash('sha256').update(`${id} ${rev}`).digest());
}

/** What is in one base and has never been in the other; a document removed there since is not brought back. */
export async function uncarried(from: AudienceDatabase, into: AudienceDatabase): Promise<DocumentBody[]> {
  const missing = (await lifeOf(from)).filter(({ _id }) => !into.get(_id));
  if (missing.length === 0) return [];
  const known = new Set((await everything(into)).map(({ id }) => id));
  return missing.filter(({ _id }) => !known.has(_id));
}

/**
 * Writes the life of one class into another's base: same ids, other people, in one durable batch. Done again, it writes
 * what is missing. Within one base the documents themselves are put right, one after the other.
 * @returns how many documents were written
 */
export async function carry(
  from: AudienceDatabase,
  into: AudienceDatabase,
  become: ReadonlyMap<string, string>,
): Promise<number> {
  if (from !== into) {
    const bodies = (await uncarried(from, into)).map((body) => renamed(body, become));
    await into.putAll(bodies);
    return bodies.length;
  }
  let written = 0;
  for (const { id } of await everything(from)) {
    const held = from.get(id);
    if (!held || STAYS.has(held.body.type)) continue;
    const next = renamed(held.body, become);
    if (JSON.stringify(next) === JSON.stringify(held.body)) continue;
    await from.put(next, held.rev);
    written += 1;
  }
  return written;
}

/** A document keeps its own id: it may name another of the map only in what it says. */
const renamed = (body: DocumentBody, become: ReadonlyMap<string, string>): DocumentBody => ({
  ...withIds(body, become),
  _id: body._id,
});
