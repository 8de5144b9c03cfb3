import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AdbServerClient } from '@yume-chan/adb';
import { AdbServerNodeTcpConnector } from '@yume-chan/adb-server-node-tcp';

/**
 * The library's connector, with one correction (seen in 2.5.2): its stream ends on the socket's `end` only, and a connection
 * that is *reset* (the adb server was killed) has none, so that a reader would wait for ever.
 */
export class EndingConnector extends AdbServerNodeTcpConnector {
  /** @param ending what it opened is gone with it: a server may take a question and never answer */
  constructor(
    port: number,
    private readonly ending?: AbortSignal,
  ) {
    super({ host: '127.0.0.1', port });
  }

  override async connect(
    options?: AdbServerClient.ServerConnectionOptions,
  ): Promise<AdbServerClient.ServerConnection> {
    const connection = await super.connect(this.ending ? { ...options, signal: this.ending } : options);
    const reader = connection.readable.getReader();
    const readable = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          // What arrived before the end is still handed over: it is there at the next turn of the loop.
          const ended = connection.closed.then(() => nextTurn(undefined));
          const part = await Promise.race([reader.read(), ended]);
          if (part?.value) controller.enqueue(part.value);
          else controller.close();
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    return {
      // Two declarations of one web stream: Node's `closed` is a Promise<void>, the library's a Promise<undefined>.
      readable: readable as unknown as AdbServerClient.ServerConnection['readable'],
      writable: connection.writable,
      closed: connection.closed,
      close: () => connection.close(),
    };
  }
}
