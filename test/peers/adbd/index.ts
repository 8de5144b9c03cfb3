import { createServer, type AddressInfo, type Server } from 'node:net';
import { DeviceConnection, type ServiceHandler, type ServiceStream } from './connection';
import { installPackage, runCommand, splitWords, type BatteryState, type ShellDevice } from './shell';
import { openSync, SyncFailure, type DeviceFile } from './sync-service';

export { sha256 } from './sync-service';

/**
 * An Android tablet's side of adb (`adbd`), for tests against the real adb server: no image of Android exists in
 * Debian or npm (reference/real-peers.md 4). It listens on an ephemeral loopback port; `adb connect` reaches it.
 *
 * What it is faithful to: the packets and their checks, the AUTH exchange up to the finger on the screen, flow control,
 * `shell:` / `shell,v2:` / `exec:` / `sync:`, and the words of getprop, dumpsys, pm, am.
 * What it is not: USB, RSA verification, a package manager that reads binary manifests.
 */
export interface AdbdOptions {
  serial: string;
  model: string;
  battery?: Partial<BatteryState>;
  /** False: the tablet shows « Autoriser le débogage USB ? » and nobody has answered (state `unauthorized`). */
  authorised?: boolean;
  installFailure?: string;
}

/** As an Android 9 tablet announces itself, less `apex` and `abb`. */
const FEATURES = 'cmd,shell_v2,stat_v2,fixed_push_mkdir';

interface Hold {
  afterBytes: number;
  reached: () => void;
  released: Promise<void>;
}

export class AdbdPeer implements ShellDevice {
  readonly props: Record<string, string>;
  readonly battery: BatteryState;
  readonly files = new Map<string, DeviceFile>();
  readonly installed = new Map<string, Buffer>();
  readonly started: string[] = [];
  installFailure: string | undefined;

  readonly #server: Server;
  readonly #connections = new Set<DeviceConnection>();
  #port = 0;
  #authorised: boolean;
  #cutAfterBytes = Infinity;
  #storageBytes = Infinity;
  #hold: Hold | undefined;
  #release: () => void = () => undefined;

  private constructor(options: AdbdOptions) {
    this.props = {
      'ro.serialno': options.serial,
      'ro.product.model': options.model,
      'ro.product.manufacturer': 'Préau',
      'ro.product.name': 'peer',
      'ro.product.device': 'peer',
      'ro.build.version.release': '9',
      'ro.build.version.sdk': '28',
    };
    this.battery = {
      level: 80,
      status: 2,
      usbPowered: true,
      acPowered: false,
      temperature: 281,
      voltage: 4012,
      ...options.battery,
    };
    this.#authorised = options.authorised ?? true;
    this.installFailure = options.installFailure;
    this.#server = createServer((socket) => {
      const connection = new DeviceConnection(socket, {
        banner: () => this.#banner(),
        authorised: () => this.#authorised,
        open: (service, stream) => this.#open(service, stream),
      });
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
  }

  /** Starts a tablet on an ephemeral loopback port. */
  static async listen(options: AdbdOptions): Promise<AdbdPeer> {
    const peer = new AdbdPeer(options);
    await new Promise<void>((resolve, reject) => {
      peer.#server.once('error', reject);
      peer.#server.listen(0, '127.0.0.1', resolve);
    });
    peer.#port = (peer.#server.address() as AddressInfo).port;
    return peer;
  }

  get port(): number {
    return this.#port;
  }

  /** What to give to `adb connect`; also the name adb then knows the tablet by. */
  get address(): string {
    return `127.0.0.1:${String(this.port)}`;
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

  async close(): Promise<void> {
    this.release();
    const closed = new Promise<void>((resolve) => {
      if (this.#server.listening) this.#server.close(() => resolve());
      else resolve();
    });
    for (const connection of this.#connections) connection.socket.destroy();
    await closed;
  }

  #banner(): string {
    const shown = ['ro.product.name', 'ro.product.model', 'ro.product.device'];
    return `${shown.map((key) => `${key}=${this.props[key] ?? ''};`).join('')}features=${FEATURES}`;
  }

  #open(service: string, stream: ServiceStream): ServiceHandler | undefined {
    const colon = service.indexOf(':');
    const kind = service.slice(0, colon);
    const rest = service.slice(colon + 1);
    if (kind === 'sync') {
      return openSync(stream, { files: this.files, received: (bytes) => this.#received(bytes) });
    }
    if (kind === 'exec') return this.#exec(rest, stream);
    if (kind === 'shell' || kind.startsWith('shell,')) {
      void this.#shell(rest, stream, kind.split(',').includes('v2'));
      return {};
    }
    return undefined;
  }

  async #received(bytes: number): Promise<void> {
    if (bytes >= this.#cutAfterBytes) this.unplug();
    if (bytes > this.#storageBytes) throw new SyncFailure('write failed: No space left on device');
    const hold = this.#hold;
    if (hold && bytes >= hold.afterBytes) {
      hold.reached();
      await hold.released;
    }
  }

  async #shell(line: string, stream: ServiceStream, v2: boolean): Promise<void> {
    // The OKAY that opens the stream goes first.
    await Promise.resolve();
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

  #exec(line: string, stream: ServiceStream): ServiceHandler {
    const words = splitWords(line);
    const sizeAt = words.indexOf('-S');
    if (!words.includes('install') || sizeAt < 0) {
      void this.#shell(line, stream, false);
      return {};
    }
    // `cmd package install -S <size>`: the package follows on the same stream (adb's streamed install).
    const size = Number(words[sizeAt + 1]);
    const parts: Buffer[] = [];
    let bytes = 0;
    return {
      data: async (chunk) => {
        parts.push(Buffer.from(chunk));
        bytes += chunk.length;
        await this.#received(bytes);
        if (bytes < size) return;
        void stream
          .write(Buffer.from(installPackage(this, Buffer.concat(parts)).stdout))
          .then(() => stream.close());
      },
    };
  }
}

/** shell_v2: one byte of id (1 stdout, 2 stderr, 3 exit), a little-endian length, the bytes (AOSP shell_protocol.h). */
function shellPacket(id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(id, 0);
  head.writeUInt32LE(body.length, 1);
  return Buffer.concat([head, body]);
}
