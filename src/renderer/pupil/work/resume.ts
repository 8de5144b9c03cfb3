import type { LessonItem } from '../../../contract/pupil/lesson';
import type { ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import { LineLost } from '../net/line';
import { newUpload } from '../state/new-id';
import type { Session } from '../state/session';
import { emptyDraft, isEmpty, MAX_PHOTOS, type Draft, type Photo } from './draft';
import { BLANK, type Sheet } from './strokes';

type Opened = ReplyOf<PupilContract, 'notes.open'>;

/** What a lesson sent, with what was found again from earlier ones. */
export const withOlder = (items: readonly LessonItem[], older: readonly LessonItem[]): LessonItem[] => [
  ...items,
  ...older.filter((one) => !items.some((item) => item.id === one.id)),
];

/**
 * Work found again is open on this device as it was left: words, strokes, photos and voices. What was begun here since is
 * never replaced.
 */
export async function resume(session: Session, found: Opened): Promise<LessonItem | undefined> {
  const { item } = found;
  const { state, drafts } = session;
  if (!item) return undefined;
  const held = await drafts.open(item.id, session.who());
  if (isEmpty(held)) await drafts.save(await draftOf(emptyDraft(item.id, session.who()), found));
  if (!state.items.some((one) => one.id === item.id)) {
    state.older = [...state.older, item];
    state.items = withOlder(state.items, state.older);
  }
  return item;
}

async function draftOf(empty: Draft, { parts, files }: Opened): Promise<Draft> {
  const sheets: Record<number, Sheet> = {};
  const photos: Photo[] = [];
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text') text = part.text;
    else if (part.kind === 'drawing') sheets[part.page] = { ...BLANK, strokes: part.strokes };
    else {
      const file = files[part.upload];
      if (file && photos.length < MAX_PHOTOS) photos.push(await take(file));
    }
  }
  return { ...empty, text, sheets, photos };
}

/** A photo, a voice or a film that is at the door. @throws LineLost */
export async function take({ url, type }: { url: string; type: string }): Promise<Photo> {
  const answer = await fetch(url).catch(() => undefined);
  if (!answer?.ok) throw new LineLost();
  return { upload: newUpload(), bytes: new Blob([await answer.arrayBuffer()], { type }) };
}
