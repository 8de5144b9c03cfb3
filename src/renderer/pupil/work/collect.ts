import type { Session } from '../state/session';
import type { Draft } from './draft';
import { pack } from './parcel';

/**
 * « Ramasser »: what those who sit here have begun goes to the door as it stands, once, and stays here to be gone on with.
 * Said with the door's own word when everything is there; a line that is lost meanwhile delivers it at its return.
 */
export async function collectUnfinished(
  session: Session,
  word: string,
  wanted: (draft: Draft) => boolean = () => true,
): Promise<void> {
  const { drafts, outbox, state } = session;
  for (const keep of session.keepers) await keep();
  const begun = (await drafts.here(session.who())).filter(
    (draft) =>
      draft.at === undefined &&
      wanted(draft) &&
      state.items.some((item) => item.id === draft.item && item.answer),
  );
  for (const draft of begun) {
    await outbox.add({ item: draft.item, pupils: draft.pupils, unfinished: true, ...(await pack(draft)) });
    await drafts.save({ ...draft, at: 'collected' }).catch(() => undefined);
  }
  if (!(await outbox.flush())) return;
  session.tell((line) => line.request('lesson.collected', { collect: word, works: begun.length }));
}
