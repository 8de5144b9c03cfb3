import type { EventMessage } from '../contract/bridge';
import type { Publish } from './capability';
import type { Sessions } from './session/sessions';

/** Events to staff windows: each window hears what its person may know. */
export interface EventHub {
  readonly publish: Publish;
  subscribe(connection: string, listener: (event: EventMessage) => void): () => void;
}

export function createEventHub(sessions: Sessions): EventHub {
  const listeners = new Map<string, Set<(event: EventMessage) => void>>();
  return {
    publish(name, payload, to = (actor) => actor.kind === 'staff') {
      for (const [connection, set] of listeners) {
        if (!to(sessions.actorOf(connection))) continue;
        for (const listener of set) listener({ name, payload });
      }
    },
    subscribe(connection, listener) {
      const set = listeners.get(connection) ?? new Set();
      listeners.set(connection, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(connection) === set) listeners.delete(connection);
      };
    },
  };
}
