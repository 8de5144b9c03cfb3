import type { EventMessage } from '../../contract/bridge';

/**
 * What a locked window would have heard: kept here and told when it is reopened, so that a page somebody changed reads
 * nothing meanwhile and the one who comes back finds everything as it is now.
 */
export interface HeldEvents {
  /** Between the host's events and a window's door. */
  subscribe(connection: string, listener: Listener): () => void;
  /** After the lock: what was kept, in order; or that too much was, and the page must read anew. */
  release(connection: string): void;
  /** Nothing of it is for whoever comes next. */
  drop(connection: string): void;
  /** The page will have to read anew, e.g. because the screens it watched were stopped. */
  spoil(connection: string): void;
}

type Listener = (event: EventMessage) => void;

/** A lesson moves ten times a second: beyond this, reading anew is less work than hearing it all. */
const MOST = 300;
/** Who one is; and of what goes on being shown, a whole picture, or other screens on the board: they name nobody. */
const ALWAYS = /^(session\.|show\.keyWanted$|project\.wanted$)/;

export function createHeldEvents(
  hub: { subscribe(connection: string, listener: Listener): () => void },
  isLocked: (connection: string) => boolean,
): HeldEvents {
  const listeners = new Map<string, Set<Listener>>();
  const kept = new Map<string, EventMessage[] | 'spoilt'>();

  function keep(connection: string, event: EventMessage): void {
    const before = kept.get(connection) ?? [];
    if (before === 'spoilt') return;
    kept.set(connection, before.length < MOST ? [...before, event] : 'spoilt');
  }
  return {
    subscribe(connection, listener) {
      const set = listeners.get(connection) ?? new Set();
      listeners.set(connection, set.add(listener));
      const end = hub.subscribe(connection, (event) => {
        if (ALWAYS.test(event.name) || !isLocked(connection)) listener(event);
        // Kept once, however many listen at this window.
        else if ([...set][0] === listener) keep(connection, event);
      });
      return () => {
        end();
        set.delete(listener);
        if (set.size === 0 && listeners.get(connection) === set) listeners.delete(connection);
      };
    },
    release(connection) {
      const events = kept.get(connection);
      kept.delete(connection);
      const told: EventMessage[] =
        events === 'spoilt' ? [{ name: 'session.readAnew', payload: {} }] : (events ?? []);
      for (const listener of listeners.get(connection) ?? []) for (const event of told) listener(event);
    },
    drop: (connection) => void kept.delete(connection),
    spoil: (connection) => void kept.set(connection, 'spoilt'),
  };
}
