import type { LessonItem } from '../../../../contract/pupil/lesson';
import type { Leftover } from '../../../../domain/lesson/clean';
import type { Shelf } from '../../state/database';
import type { Draft } from '../../work/draft';

/** Caches of the app itself, without anybody's work: they stay. */
const OURS = /^preau-app/;

/** Everything a class left in this app's storage. What was handed in and is not delivered yet stays until it is. */
export async function wipe(shelf: Shelf): Promise<void> {
  const drafts = (await shelf.all('drafts')) as Pick<Draft, 'key'>[];
  await Promise.all(drafts.map(({ key }) => shelf.remove('drafts', key)));
  if (typeof caches === 'undefined') return;
  const names = (await caches.keys()).filter((name) => !OURS.test(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** What a page cannot take off: the camera's own copies, sites that were opened, files that were saved. */
export function leftOn(
  drafts: readonly Pick<Draft, 'photos'>[],
  items: readonly Pick<LessonItem, 'kind'>[],
  touch: boolean,
): Leftover[] {
  return [
    ...(touch && drafts.some((draft) => draft.photos.length > 0) ? (['photos'] as const) : []),
    ...(items.some((item) => item.kind === 'page') ? (['pages'] as const) : []),
    ...(items.some((item) => item.kind === 'file') ? (['downloads'] as const) : []),
  ];
}
