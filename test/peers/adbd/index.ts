import { createServer, type AddressInfo, type Server } from 'node:net';
import { TabletDaemon, type DaemonOptions } from '../../../src/demo/tablets/daemon';
import { SyncFailure } from '../../../src/demo/tablets/sync-service';
import { DeviceConnection } from './connection';

export { sha256 } from '../../../src/demo/tablets/sync-service';

/**
 * An Android tablet's side of adb (`adbd`), for tests against the real adb server: no image of Android exists in
 * Debian or npm (reference/real-peers.md 4). It listens on an ephemeral loopback port; `adb connect` reaches it, and as
 * an emulator (`plugInto`) adb takes it for a tablet on a cable.
 *
 * What it is faithful to: the packets and their checks, the AUTH exchange up to the finger on the screen, flow control,
 * `shell:` / `shell,v2:` / `exec:` / `sync:` / `tcpip:`, the words of getprop, dumpsys, pm, am, settings, cmd, wm, and a true H.264
 * stream. What it is not: USB, RSA verification, a package manager that reads binary manifests.
 */
export interface AdbdOptions extends DaemonOptions {
  /** False: the tablet shows « Autoriser le débogage USB ? » and nobody has answered (state `unauthorized`). */
  authorised?: boolean;
  /** Waits as the hardware would: the storage and the hub that bytes of a file pass. */
  pace?: (bytes: number) => Promise<void>;
}

/** As an Android 9 tablet announces itself, less `apex` and `abb`. */
const FEATURES = 'cmd,shell_v2,stat_v2,fixed_push_mkdir';

interface Hold {
  afterBytes: number;
  reached: () => void;
  released: Promise<void>;
}

export class AdbdPeer extends TabletDaemon {
  #server: Server;
  readonly #connections = new Set<DeviceConnection>();
  #port = 0;
  #authorised: boolean;
  #frozen = false;
  #cutAfterBytes = Infinity;
  #cutGivenAfter = Infinity;
  #storageBytes = Infinity;
  #hold: Hold | undefined;
  #release: () => void = () => undefined;

  private constructor(private readonly options: AdbdOptions) {
    super(options);
    this.#authorised = options.authorised ?? true;
    this.#server = this.#newServer();
  }

  /** Starts a tablet on an ephemeral loopback port. */
  static async listen(options: AdbdOptions): Promise<AdbdPeer> {
    const peer = new AdbdPeer(options);
    await peer.#listenOn(0);
    return peer;
  }

  get port(): number {
    return this.#port;
  }

  /** What to give to `adb connect`; also the name adb then knows the tablet by. */
  get address(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  /** The name adb knows it by on its « cable » (see `plugInto`). */
  get wired(): string {
    return `emulator-${String(this.port - 1)}`;
  }

  /** Somebody presses « Autoriser » on the tablet. */
  authorise(): void {
    this.#authorised = true;
    for (const connection of this.#connections) connection.accept();
  }

  /** The cable is pulled once `bytes` bytes of a file have arrived; the tablet does not come back. */
  cutAfter(bytes: number): void {
    this.#cutAfterBytes = bytes;
  }

  /** The cable is pulled once so many bytes of a file were given. */
  cutGivenAfter(bytes: number): void {
    this.#cutGivenAfter = bytes;
  }

  /** The storage is full once `bytes` bytes of a file have arrived. */
  limitStorage(bytes: number): void {
    this.#storageBytes = bytes;
  }

  /** Stops acknowledging after `bytes` bytes of a file; resolves when that point is reached. `release()` goes on. */
  holdAfter(bytes: number): Promise<void> {
    return new Promise((reached) => {
      const released = new Promise<void>((release) => {
        this.#release = release;
      });
      this.#hold = { afterBytes: bytes, reached, released };
    });
  }

  release(): void {
    this.#hold = undefined;
    this.#release();
  }

  /** Pulls the cable now: every connection drops and no new one is taken. */
  unplug(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.socket.destroy();
  }

  /** The cable is back, at the same place. */
  async replug(): Promise<void> {
    this.#cutAfterBytes = Infinity;
    this.#cutGivenAfter = Infinity;
    if (this.#server.listening) return;
    this.#server = this.#newServer();
    await this.#listenOn(this.#port);
  }

  /** Stands still: its line stays, it says nothing. */
  freeze(): void {
    this.#frozen = true;
    for (const connection of this.#connections) connection.freeze();
  }
  thaw(): void {
    this.#frozen = false;
    for (const connection of this.#connections) connection.thaw();
  }

  async close(): Promise<void> {
    this.release();
    this.recorders.close();
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    for (const connection of this.#connections) connection.socket.destroy();
    await closed;
  }

  #newServer(): Server {
    return createServer((socket) => {
      const connection = new DeviceConnection(socket, {
        banner: () => this.#banner(),
        authorised: () => this.#authorised,
        open: (service, stream) => this.openService(service, stream),
      });
      this.#connections.add(connection);
      if (this.#frozen) connection.freeze();
      socket.on('close', () => this.#connections.delete(connection));
    });
  }
  async #listenOn(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #banner(): string {
    const shown = ['ro.product.name', 'ro.product.model', 'ro.product.device'];
    return `${shown.map((key) => `${key}=${this.props[key] ?? ''};`).join('')}features=${FEATURES}`;
  }

  #counted = 0;
  protected override async received(bytes: number): Promise<void> {
    if (bytes >= this.#cutAfterBytes) this.unplug();
    if (bytes > this.#storageBytes) throw new SyncFailure('write failed: No space left on device');
    const { pace } = this.options;
    if (pace) await pace(bytes < this.#counted ? bytes : bytes - this.#counted);
    this.#counted = bytes;
    const hold = this.#hold;
    if (hold && bytes >= hold.afterBytes) {
      hold.reached();
      await hold.released;
    }
  }
  protected override async given(bytes: number): Promise<void> {
    if (bytes > this.#cutGivenAfter) this.unplug();
    await this.options.pace?.(0);
  }
}
