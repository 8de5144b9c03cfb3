import { isPreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { withOlder } from '../work/resume';
import type { Session } from './session';

/** What stands on the table now; asked after every arrival. */
export async function loadState(session: Session): Promise<void> {
  const { state } = session;
  const now = await session.line().request('lesson.state', {});
  const fresh = state.step !== 'in';
  const known = new Set(state.items.map((item) => item.id));
  state.items = withOlder(now.items, state.older);
  state.attention = now.attention;
  state.watched = now.watched;
  state.handUp = now.handUp;
  state.handedIn = Object.fromEntries(now.handedIn.map((one) => [one.item, one.version]));
  state.cards = [];
  state.chosen = undefined;
  state.adding = false;
  state.step = 'in';
  for (const tool of session.tools) {
    try {
      await tool.load?.();
    } catch (error) {
      // What a tool is refused here (a visitor, a lesson that just closed) takes nothing from the others.
      if (!isPreauError(error)) throw error;
    }
  }
  // Opened at once where it is new here; a cut line does not take a child back to what was left.
  if (now.current && (fresh || !known.has(now.current))) openItem(session, now.current);
}

export function openItem(session: Session, id: Id<'item'>): void {
  session.state.looking = {};
  session.state.view = { at: 'item', id };
}
