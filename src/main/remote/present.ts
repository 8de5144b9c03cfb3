import type { Actor } from '../../domain/rights/actor';
import type { Sessions } from '../session/sessions';

export type Staff = Extract<Actor, { kind: 'staff' }>;

/** Who sits at this poste's windows, each once; a screen that hides is a window still, a sign-out is not. */
export function staffPresent(sessions: Pick<Sessions, 'connections' | 'welcomed'>): Staff[] {
  const found = new Map<string, Staff>();
  const take = (actor: Actor): void => {
    if (actor.kind === 'staff') found.set(actor.personId, actor);
  };
  take(sessions.welcomed());
  for (const [, actor] of sessions.connections()) take(actor);
  return [...found.values()];
}
