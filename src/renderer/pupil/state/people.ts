import type { Picture } from '../../../domain/people/pictures';
import { isPreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import type { PupilCard } from '../../../contract/pupil/join';
import { isEmpty, type Draft } from '../work/draft';
import { pack } from '../work/parcel';
import { joinAnyway, showNames } from './greeting';
import type { Session } from './session';
import { loadState } from './table';

/** A name was touched: the pictures next, where the class uses them. */
export async function choose(session: Session, card: PupilCard): Promise<void> {
  session.state.chosen = card;
  session.state.problem = undefined;
  if (session.state.pictureCode) session.state.step = 'code';
  else await signIn(session, card);
}

/** « Oui »: one after the other where two or three are greeted, each with their pictures. */
export async function itIsMe(session: Session, cards: readonly PupilCard[]): Promise<void> {
  const [first, ...others] = cards;
  if (!first) return;
  session.state.toCome = others;
  await choose(session, first);
}

export async function signIn(session: Session, card: PupilCard, code?: Picture[]): Promise<void> {
  const { state } = session;
  await session.attempt(async () => {
    try {
      const reply = await session.line().request('join.signIn', { pupil: card.id, ...(code && { code }) });
      if (reply.outcome === 'waiting') {
        state.toCome = [];
        state.step = 'asking';
        return;
      }
      state.pupils = reply.pupils;
      const [next, ...others] = state.toCome;
      state.toCome = others;
      if (next) await choose(session, next);
      else await loadState(session);
    } catch (error) {
      if (!isPreauError(error) || error.code !== 'PUPIL_ELSEWHERE') throw error;
      state.step = 'asking';
    }
  });
}

/** Back to the names, or to the table when somebody already sits here. */
export async function stopChoosing(session: Session): Promise<void> {
  const { state } = session;
  const { chosen, step } = state;
  if (step === 'asking' && chosen) session.tell((line) => line.request('join.leave', { pupil: chosen.id }));
  state.chosen = undefined;
  if (step === 'names' && state.pupils.length > 0) {
    state.adding = false;
    state.cards = [];
    state.step = 'in';
  } else await session.attempt(() => showNames(session));
}

/**
 * « Au suivant » where two or three share: the table is the next one's, with what that one has begun and handed in.
 * Without a turn, they work together again.
 */
export async function takeTurn(session: Session, of: number, turn: number | undefined): Promise<void> {
  const { state } = session;
  await session.attempt(async () => {
    const order = { of: turn === undefined ? 1 : of, turn: turn ?? 1 };
    const { handedIn } = await session.line().request('room.share', order);
    state.handedIn = Object.fromEntries(handedIn.map((one) => [one.item, one.version]));
    state.turns = turn === undefined ? undefined : { of, turn };
    state.view = { at: 'home' };
    state.handUp = false;
    session.tell((line) => line.request('lesson.handUp', { up: false }));
  });
}
function endTurns(session: Session): void {
  if (!session.state.turns) return;
  session.state.turns = undefined;
  session.tell((line) => line.request('room.share', { of: 1, turn: 1 }));
}

/** « Nous sommes deux ». */
export async function addSomebody(session: Session): Promise<void> {
  session.state.adding = true;
  await session.attempt(() => showNames(session));
}

/** Work of those who leave that was not handed in: asked about, never thrown away in silence. */
export async function unfinished(session: Session, leaving: readonly Id<'pupil'>[]): Promise<Draft[]> {
  const drafts = await session.drafts.of(leaving);
  return drafts.filter(
    (draft) =>
      !isEmpty(draft) &&
      session.state.handedIn[draft.item] === undefined &&
      !session.state.posting.includes(draft.item) &&
      session.state.items.some((item) => item.id === draft.item && item.answer),
  );
}

/** One leaves, or everybody (« Au suivant »). What waits for the door is delivered; the rest of theirs is wiped. */
export async function leave(
  session: Session,
  leaving: readonly Id<'pupil'>[],
  handInFirst: readonly Draft[],
  unfinished = false,
): Promise<void> {
  const { state, drafts, outbox } = session;
  await session.attempt(async () => {
    for (const draft of handInFirst) {
      const { item, pupils } = draft;
      await outbox.add({ item, pupils, ...(unfinished && { unfinished }), ...(await pack(draft)) });
    }
    await outbox.flush();
    const everybody = leaving.length >= state.pupils.length;
    const only = everybody ? undefined : leaving[0];
    await session.line().request('join.leave', only ? { pupil: only } : {});
    for (const draft of await drafts.of(leaving)) await drafts.wipe(draft);
    state.pupils = state.pupils.filter((card) => !leaving.includes(card.id));
    endTurns(session);
    if (state.pupils.length > 0) return;
    state.view = { at: 'home' };
    state.handUp = false;
    await joinAnyway(session);
  });
}
