import type { EventMessage, StaffBridge } from '../../contract/bridge';

type Listener = (payload: unknown) => void;

export interface BridgeEvents {
  /** @returns the end of it */
  on(name: string, listener: Listener): () => void;
}

/**
 * The host's events within this page: one subscription at the bridge, however many components listen. Whatever crosses the bridge
 * is copied at each crossing, and a function that crossed is held by the other side for as long as the window lives, with
 * everything it knows (seen: each opening of a wall of thirty kept the one before, 45 MB).
 *
 * @param parse an event's payload as the contract types it; undefined for an event it does not know
 */
export function createBridgeEvents(
  bridge: Pick<StaffBridge, 'subscribe'>,
  parse: (message: EventMessage) => { readonly payload: unknown } | undefined,
): BridgeEvents {
  const listeners = new Map<string, Set<Listener>>();
  let subscribed = false;

  function hear(message: EventMessage): void {
    const here = listeners.get(message.name);
    const parsed = here && here.size > 0 ? parse(message) : undefined;
    if (!here || !parsed) return;
    let failed: { readonly cause: unknown } | undefined;
    for (const listener of [...here]) {
      // One that ended while another heard is told nothing more.
      if (!here.has(listener)) continue;
      try {
        listener(parsed.payload);
      } catch (cause) {
        failed ??= { cause };
      }
    }
    if (failed) throw new Error(`somebody who listens to ${message.name} failed`, failed);
  }
  return {
    on(name, listener) {
      if (!subscribed) bridge.subscribe(hear);
      subscribed = true;
      const here = listeners.get(name) ?? new Set();
      listeners.set(name, here);
      // Each call is a listener of its own, also of the same function.
      const own: Listener = (payload) => listener(payload);
      here.add(own);
      return () => void here.delete(own);
    },
  };
}
