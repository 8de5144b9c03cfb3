import { createServer, type AddressInfo, type Server } from 'node:net';
import { DeviceConnection, type ServiceHandler, type ServiceStream } from './connection';
import { ScreenRecorders, type ScreenSource } from './screenrecord';
import { installPackage, runCommand, type BatteryState } from './shell';
import { openSync, SyncFailure, type ListedEntry } from './sync-service';
import { TabletState } from './tablet';
import { tokens } from './words';

export { sha256 } from './sync-service';

/**
 * An Android tablet's side of adb (`adbd`), for tests against the real adb server: no image of Android exists in
 * Debian or npm (reference/real-peers.md 4). It listens on an ephemeral loopback port; `adb connect` reaches it, and as
 * an emulator (`plugInto`) adb takes it for a tablet on a cable.
 *
 * What it is faithful to: the packets and their checks, the AUTH exchange up to the finger on the screen, flow control,
 * `shell:` / `shell,v2:` / `exec:` / `sync:` / `tcpip:`, the words of getprop, dumpsys, pm, am, settings, cmd, wm, and a true H.264
 * stream. What it is not: USB, RSA verification, a package manager that reads binary manifests.
 */
export interface AdbdOptions {
  serial: string;
  model: string;
  battery?: Partial<BatteryState>;
  /** API level; 28 is Android 9. */
  sdk?: number;
  /** False: the tablet shows « Autoriser le débogage USB ? » and nobody has answered (state `unauthorized`). */
  authorised?: boolean;
  installFailure?: string;
  /** Waits as the hardware would: the storage and the hub that bytes of a file pass. */
  pace?: (bytes: number) => Promise<void>;
  /** What the package manager's own work takes. */
  installMs?: number;
  /** Bytes kept of each file received. */
  keep?: number;
  screen?: ScreenSource;
}

/** As an Android 9 tablet announces itself, less `apex` and `abb`. */
const FEATURES = 'cmd,shell_v2,stat_v2,fixed_push_mkdir';

interface Hold {
  afterBytes: number;
  reached: () => void;
  released: Promise<void>;
}

export class AdbdPeer extends TabletState {
  readonly recorders: ScreenRecorders;
  /** Folders as a tablet that lies lists them. */
  readonly lists = new Map<string, readonly ListedEntry[]>();
  /** Commands, by their beginning, whose output has no end. */
  readonly endless = new Set<string>();
  /** Loops that were left behind on it. */
  readonly guards: string[] = [];
  /** Where it was told to listen through the air. */
  tcpip: number | undefined;

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
    this.installFailure = options.installFailure;
    this.recorders = new ScreenRecorders(() => options.screen);
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
        open: (service, stream) => this.#open(service, stream),
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

  #open(service: string, stream: ServiceStream): ServiceHandler | undefined {
    const colon = service.indexOf(':');
    const kind = service.slice(0, colon);
    const rest = service.slice(colon + 1);
    if (kind === 'sync')
      return openSync(stream, {
        files: this.files,
        lists: this.lists,
        keep: this.options.keep ?? Infinity,
        received: (bytes) => this.#received(bytes),
        given: async (bytes) => {
          if (bytes > this.#cutGivenAfter) this.unplug();
          await this.options.pace?.(0);
        },
      });
    if (kind === 'tcpip') {
      this.tcpip = Number(rest);
      this.props['service.adb.tcp.port'] = rest;
      void Promise.resolve()
        .then(() => stream.write(Buffer.from(`restarting in TCP mode port: ${rest}\n`)))
        .then(() => stream.close());
      return {};
    }
    if (kind === 'exec') return this.#exec(rest, stream);
    if (kind === 'shell' || kind.startsWith('shell,')) {
      void this.#shell(rest, stream, kind.split(',').includes('v2'));
      return {};
    }
    return undefined;
  }

  #counted = 0;
  async #received(bytes: number): Promise<void> {
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

  async #shell(line: string, stream: ServiceStream, v2: boolean): Promise<void> {
    // The OKAY that opens the stream goes first.
    await Promise.resolve();
    if ([...this.endless].some((begins) => line.startsWith(begins))) {
      for (let open = true; open;) open = await stream.write(Buffer.alloc(65_536, 'A'));
      return;
    }
    if (/\bpm install\b/.test(line)) await this.#atWork();
    const result = runCommand(this, line);
    if (v2) {
      await stream.write(
        Buffer.concat([
          shellPacket(1, Buffer.from(result.stdout)),
          shellPacket(2, Buffer.from(result.stderr)),
          shellPacket(3, Buffer.from([result.exitCode])),
        ]),
      );
    } else {
      await stream.write(Buffer.from(result.stdout + result.stderr));
    }
    stream.close();
  }
  #atWork(): Promise<unknown> {
    const { installMs = 0 } = this.options;
    return installMs > 0 ? new Promise((resolve) => setTimeout(resolve, installMs)) : Promise.resolve();
  }

  #exec(line: string, stream: ServiceStream): ServiceHandler {
    const words = tokens(line).flatMap((token) => ('word' in token ? [token.word] : []));
    if (line.startsWith('echo $$; exec screenrecord ')) return this.recorders.open(words.slice(4), stream);
    if (words[0] === 'kill') this.recorders.kill(words.at(-1) ?? '');
    if (words[0] === 'setsid') {
      // A loop that stays behind: kept as it was said, run by the test that is about it.
      this.guards.push(line);
      void Promise.resolve().then(() => stream.close());
      return {};
    }
    if (line.startsWith('settings put global preau_until ')) {
      this.settings.set('global preau_until', String(Math.floor(Date.now() / 1000) + this.ahead + 240));
      void Promise.resolve().then(() => stream.close());
      return {};
    }
    if (words[0] === 'tail') {
      void this.#tail(words, stream);
      return {};
    }
    const sizeAt = words.indexOf('-S');
    if (!words.includes('install') || sizeAt < 0) {
      void this.#shell(line, stream, false);
      return {};
    }
    // `cmd package install -S <size>`: the package follows on the same stream (adb's streamed install).
    const size = Number(words[sizeAt + 1]);
    const keep = this.options.keep ?? Infinity;
    const parts: Buffer[] = [];
    let bytes = 0;
    return {
      data: async (chunk) => {
        if (bytes < keep) parts.push(Buffer.from(chunk));
        bytes += chunk.length;
        await this.#received(bytes);
        if (bytes < size) return;
        void this.#atWork()
          .then(() => stream.write(Buffer.from(installPackage(this, Buffer.concat(parts)).stdout)))
          .then(() => stream.close());
      },
    };
  }

  /** `tail -c +N file`: the bytes of a file from the Nth on. */
  async #tail(words: readonly string[], stream: ServiceStream): Promise<void> {
    await Promise.resolve();
    this.ran.push([...words]);
    const bytes = this.files.get(words.at(-1) ?? '')?.bytes.subarray(Number(words[2]) - 1) ?? Buffer.alloc(0);
    await stream.write(bytes);
    stream.close();
  }
}

/** shell_v2: one byte of id (1 stdout, 2 stderr, 3 exit), a little-endian length, the bytes (AOSP shell_protocol.h). */
function shellPacket(id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(id, 0);
  head.writeUInt32LE(body.length, 1);
  return Buffer.concat([head, body]);
}
