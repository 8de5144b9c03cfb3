import { ANONYMOUS, type Actor } from '../../domain/rights/actor';

/** Which person sits behind which window. Kept in memory only: a restarted poste asks who is there. */
export interface Sessions {
  actorOf(connection: string): Actor;
  signIn(connection: string, actor: Actor): void;
  signOut(connection: string): void;
  forget(connection: string): void;
  /** Who every window is until somebody signs in there. */
  welcome(actor: Actor): void;
  welcomed(): Actor;
  connections(): Iterable<readonly [string, Actor]>;
}

export function createSessions(): Sessions {
  const actors = new Map<string, Actor>();
  let welcomed: Actor = ANONYMOUS;
  return {
    actorOf: (connection) => actors.get(connection) ?? welcomed,
    welcomed: () => welcomed,
    welcome: (actor) => void (welcomed = actor),
    signIn: (connection, actor) => void actors.set(connection, actor),
    // Explicitly nobody: who signs out of a welcoming poste is out, until the window is closed.
    signOut: (connection) => void actors.set(connection, ANONYMOUS),
    forget: (connection) => void actors.delete(connection),
    connections: () => actors.entries(),
  };
}
