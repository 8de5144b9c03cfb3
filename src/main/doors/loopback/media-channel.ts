/**
 * Binary frames to staff windows (screens of the wall). A slow window loses frames, it never slows a pupil: what
 * waits beyond the bound is dropped, and the wall asks for a key frame again.
 */
export interface MediaChannel {
  /** Sends to every window of that connection that listens. @returns false when the frame was dropped */
  send(connection: string, frame: Buffer): boolean;
  /** Windows listening now. */
  connections(): Iterable<string>;
}

/** Bytes that may wait for one window before frames are dropped. */
export const MAX_WAITING = 4 * 1024 * 1024;

interface Listener {
  readonly bufferedAmount: number;
  send(frame: Buffer): void;
}

export function createMediaChannel(): MediaChannel & {
  join(connection: string, listener: Listener): () => void;
} {
  const listeners = new Map<string, Set<Listener>>();
  return {
    send(connection, frame) {
      let sent = false;
      for (const listener of listeners.get(connection) ?? []) {
        if (listener.bufferedAmount > MAX_WAITING) continue;
        listener.send(frame);
        sent = true;
      }
      return sent;
    },
    connections: () => listeners.keys(),
    join(connection, listener) {
      const set = listeners.get(connection) ?? new Set();
      listeners.set(connection, set.add(listener));
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(connection) === set) listeners.delete(connection);
      };
    },
  };
}
