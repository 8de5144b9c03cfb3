import { HubTerminal } from '../../../src/demo/hub/terminal';
import { endOnce } from '../../../src/main/cart/sources/byte-stream';
import type { HubTimers, SimulatedHub } from '../../../src/demo/hub/hub';
import type { ByteStream, OpenStream } from '../../../src/main/cart/sources/byte-stream';

/** A cable in memory between the driver and a simulated hub: it can be pulled, put back, and filled with noise. */
export class Cable {
  plugged = true;
  opened = 0;
  #streams = new Set<(why: string) => void>();
  #inject: ((bytes: Uint8Array) => void) | undefined;

  constructor(
    private readonly hub: SimulatedHub,
    private readonly timers: HubTimers,
  ) {}

  readonly open: OpenStream = () => {
    if (!this.plugged) return Promise.reject(Object.assign(new Error('no such port'), { code: 'ENOENT' }));
    this.opened += 1;
    const closing = endOnce();
    let listen: (bytes: Uint8Array) => void = () => undefined;
    const deliver = (bytes: Uint8Array): void => {
      // As on a real line: never within the call that wrote.
      queueMicrotask(() => {
        listen(bytes);
      });
    };
    const terminal = new HubTerminal(this.hub, this.timers, deliver);
    const end = (why: string): void => {
      terminal.close();
      closing.end(why);
      closing.end(why);
      this.#streams.delete(end);
    };
    this.#streams.add(end);
    this.#inject = deliver;
    const stream: ByteStream = {
      write: (bytes) => {
        terminal.receive(bytes);
      },
      onData: (hear) => {
        listen = hear;
      },
      onClose: (hear) => {
        closing.onClose(hear);
      },
      close: () => {
        end('closed');
      },
    };
    return Promise.resolve(stream);
  };

  noise(bytes: Uint8Array): void {
    this.#inject?.(bytes);
  }

  pull(): void {
    this.plugged = false;
    for (const end of this.#streams) end('EIO');
  }

  putBack(): void {
    this.plugged = true;
  }
}
