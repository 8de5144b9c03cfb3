import type { Id } from '../../domain/id';
import type { AudienceDatabase, DocumentBody } from '../../store/port';

/**
 * What a child handed in follows them into another class, so that they and their new teacher find it again: the work as it
 * stands, files included (they are named, and the store gives them in that base from now on), and what it answers. What was
 * shared out is each one's. Comments stay with the class: a teacher wrote them, and nobody writes in a teacher's name.
 */
export type Work = DocumentBody & { readonly pupils: readonly Id<'pupil'>[]; readonly item: string };
type Item = DocumentBody & { readonly item: object };

/** @returns what `into` has not got yet of that child's works in `from`, and whatever they answer, ready to be written */
export function worksToCarry(
  from: AudienceDatabase,
  into: AudienceDatabase,
  pupil: Id<'pupil'>,
  carried: ReadonlySet<string>,
): { readonly works: readonly Work[]; readonly documents: readonly DocumentBody[] } {
  const works = from
    .all<Work>('handIn')
    .map(({ body }) => body)
    .filter(({ _id, pupils }) => pupils.includes(pupil) && !carried.has(_id));
  const items = [...new Set(works.map(({ item }) => item))].flatMap((id) => {
    const held = from.get<Item>(id)?.body;
    // Whom else it was sent to is the old class's.
    return held?.type === 'lessonItem' ? [{ ...held, item: { ...held.item, to: [] } }] : [];
  });
  const documents = [...works, ...items].filter(({ _id }) => !into.get(_id));
  return { works, documents };
}
