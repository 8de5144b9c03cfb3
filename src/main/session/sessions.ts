import { ANONYMOUS, type Actor } from '../../domain/rights/actor';

/** Which person sits behind which window. Kept in memory only: a restarted poste asks who is there. */
export interface Sessions {
  actorOf(connection: string): Actor;
  signIn(connection: string, actor: Actor): void;
  signOut(connection: string): void;
  connections(): Iterable<readonly [string, Actor]>;
}

export function createSessions(): Sessions {
  const actors = new Map<string, Actor>();
  return {
    actorOf: (connection) => actors.get(connection) ?? ANONYMOUS,
    signIn: (connection, actor) => void actors.set(connection, actor),
    signOut: (connection) => void actors.delete(connection),
    connections: () => actors.entries(),
  };
}
