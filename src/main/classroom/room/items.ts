import { idFrom, type Id } from '../../../domain/id';
import { findItem, sendItem } from '../../../domain/lesson/items';
import type { SeatKey, SentItem } from '../../../domain/lesson/model';
import { seatAt } from '../../../domain/lesson/seats';
import { asJson, type ItemDocument } from '../documents';
import type { LessonStore } from '../lesson-store';
import type { ToolContext } from '../lesson-tool';

/** An item whose recipients moved. */
export async function saveItem(store: LessonStore, item: SentItem): Promise<void> {
  const held = store.database.get<ItemDocument>(item.id);
  if (held) await store.database.put({ ...held.body, item: asJson(item) }, held.rev);
}

/**
 * These devices get that item too, and open it. One that an earlier lesson of the class sent is sent anew.
 *
 * @returns the item's id in this lesson; undefined when it is not there any more
 */
export async function give(
  { deps, live, items }: ToolContext,
  store: LessonStore,
  id: Id<'item'>,
  seats: readonly SeatKey[],
): Promise<Id<'item'> | undefined> {
  const { lesson } = live.required();
  const known = findItem(lesson, id);
  const earlier = store.database.get<ItemDocument>(id)?.body.item as unknown as SentItem | undefined;
  const found = known ?? earlier;
  if (!found) return undefined;
  const missing = seats.filter((key) => found.to !== 'all' && !found.to.includes(key));
  if (known && missing.length === 0) return id;
  const item: SentItem = known
    ? { ...known, to: known.to === 'all' ? 'all' : [...known.to, ...missing] }
    : {
        ...found,
        id: idFrom('item', deps.platform.random(9)),
        sentAt: live.now(),
        to: [...seats],
        closedAt: undefined,
      };
  if (known) await saveItem(store, item);
  else await store.addItem(lesson, item);
  live.update((held) =>
    known
      ? { ...held, items: held.items.map((one) => (one.id === id ? { ...one, to: item.to } : one)) }
      : sendItem(held, item),
  );
  for (const key of known ? missing : seats)
    if (seatAt(live.required().lesson, key)?.joined)
      live.devices.get(key)?.link.send('lesson.item', items.forDevice(item, key));
  return item.id;
}
