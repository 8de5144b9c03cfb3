import { isPreauError } from '../../../domain/errors';

import { forgetPeople } from './model';
import type { Session } from './session';
import { loadState } from './table';

/** A device comes in: put out for a spare, greeted by the name of who sat here last, or asked. */
export async function arrive(session: Session): Promise<void> {
  const { state } = session;
  if (state.visitor) return joinAnyway(session);
  const { pupils, replacedBy } = await session.line().request('room.greeting', {});
  if (replacedBy !== undefined) putAside(session, replacedBy);
  else if (pupils.length > 0 && state.mode === 'personal') {
    state.greeted = pupils;
    state.step = 'greet';
  } else await joinAnyway(session);
}

/** First names in a personal lesson; elsewhere, and for a visitor, the number is enough. */
export async function joinAnyway(session: Session): Promise<void> {
  const { state } = session;
  state.replacedBy = undefined;
  if (state.mode !== 'personal' || state.visitor) {
    forgetPeople(state);
    const { number } = await session.line().request('join.takeSeat', {});
    state.number = number;
    await loadState(session);
  } else await showNames(session);
}

export async function showNames(session: Session): Promise<void> {
  const { state } = session;
  state.greeted = [];
  state.toCome = [];
  state.adding = state.pupils.length > 0;
  try {
    const { pupils } = await session.line().request('join.pupils', {});
    state.cards = pupils;
    state.step = 'names';
  } catch (error) {
    if (!isPreauError(error) || (error.code !== 'VISITOR_ONLY' && error.code !== 'FORBIDDEN')) throw error;
    state.step = 'visit';
  }
}

/** The spare goes on: nobody sits here any more. */
export function putAside(session: Session, by: string): void {
  const { state } = session;
  forgetPeople(state);
  state.view = { at: 'home' };
  state.handUp = false;
  state.replacedBy = by;
  state.step = 'spare';
}
