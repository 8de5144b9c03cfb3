import { shallowReactive } from 'vue';
import type { ReplyOf } from '../../../../contract/define';
import type { PupilContract } from '../../../../contract/pupil';
import type { ShelfWork } from '../../../../contract/pupil/notes';
import type { Id } from '../../../../domain/id';
import type { Session } from '../../state/session';

export type Found = ReplyOf<PupilContract, 'notes.open'>;

/** « Mes travaux » as it is on the glass. Plain values within: what is gone on with is kept by the browser as it is. */
export const shelf = shallowReactive<{
  open: boolean;
  works: ShelfWork[];
  more: boolean;
  loaded: boolean;
  /** Given back since the shelf was last looked at. */
  news: Id<'handin'>[];
  found: Found | undefined;
}>({ open: false, works: [], more: false, loaded: false, news: [], found: undefined });

export async function loadShelf(session: Session): Promise<void> {
  const { works, more } = await session.line().request('notes.shelf', {});
  Object.assign(shelf, { works, more, loaded: true });
}
export async function loadOlder(session: Session): Promise<void> {
  const before = shelf.works.at(-1)?.receivedAt;
  if (before === undefined) return;
  const { works, more } = await session.line().request('notes.shelf', { before });
  shelf.works = [...shelf.works, ...works];
  shelf.more = more;
}
export async function openWork(session: Session, id: Id<'handin'>): Promise<void> {
  shelf.found = await session.line().request('notes.open', { id });
  shelf.open = true;
  shelf.news = shelf.news.filter((one) => one !== id);
}
/** Somebody else sits here: nothing of the former one stays in memory. */
export function forgetShelf(): void {
  Object.assign(shelf, { open: false, works: [], more: false, loaded: false, news: [], found: undefined });
}
