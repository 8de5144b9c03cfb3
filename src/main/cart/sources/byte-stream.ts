/**
 * What a cart driver talks through: a serial port, a TCP socket, a pty in tests. The driver never knows which.
 */
export interface ByteStream {
  /** Never throws: a stream that cannot be written to closes itself. */
  write(bytes: Uint8Array): void;
  onData(listen: (bytes: Uint8Array) => void): void;
  /** Called once at most, however the stream ended; at once when it has ended already. */
  onClose(listen: (why: string) => void): void;
  close(): void;
}

/** Opens a stream; rejects with an Error whose `code` is the system's (`ENOENT`, `ECONNREFUSED`…). */
export type OpenStream = () => Promise<ByteStream>;

/**
 * The closing half of a stream. On a pty the loss of the peer is seen at the next write only, as an EIO error followed
 * by `close` twice (seen with serialport 13 on socat): whoever listens hears one end.
 */
export function endOnce(): { end(why: string): void; onClose(listen: (why: string) => void): void } {
  let ended: string | undefined;
  const listeners: ((why: string) => void)[] = [];
  return {
    end(why) {
      if (ended !== undefined) return;
      ended = why;
      for (const listen of listeners.splice(0)) listen(why);
    },
    onClose(listen) {
      if (ended === undefined) listeners.push(listen);
      else listen(ended);
    },
  };
}
