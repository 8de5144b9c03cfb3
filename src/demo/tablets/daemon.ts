import { ScreenRecorders, type ScreenSource } from './screenrecord';
import { installPackage, runCommand } from './shell';
import type { ServiceHandler, ServiceStream } from './stream';
import { openSync, type ListedEntry } from './sync-service';
import { TabletState, type TabletMake } from './tablet-state';
import { tokens } from './words';

export interface DaemonOptions extends TabletMake {
  installFailure?: string;
  /** What the package manager's own work takes. */
  installMs?: number;
  /** Bytes kept of each file received. */
  keep?: number;
  screen?: ScreenSource;
}

/**
 * An Android tablet's side of adb (`adbd`): the services it opens for a host, `shell:` / `shell,v2:` / `exec:` / `sync:` / `tcpip:`, with
 * the words of getprop, dumpsys, pm, am, settings, cmd, wm, and a true H.264 stream. Who carries them (packets to a real adb server, or
 * the invented server of the demonstration) is another's affair. What it is not: a package manager that reads binary manifests.
 */
export class TabletDaemon extends TabletState {
  readonly recorders: ScreenRecorders;
  /** Folders as a tablet that lies lists them. */
  readonly lists = new Map<string, readonly ListedEntry[]>();
  /** Commands, by their beginning, whose output has no end. */
  readonly endless = new Set<string>();
  /** Loops that were left behind on it. */
  readonly guards: string[] = [];
  /** Where it was told to listen through the air. */
  tcpip: number | undefined;
  readonly #keep: number;
  readonly #installMs: number;

  constructor(options: DaemonOptions) {
    super(options);
    this.installFailure = options.installFailure;
    this.#keep = options.keep ?? Infinity;
    this.#installMs = options.installMs ?? 0;
    this.recorders = new ScreenRecorders(() => options.screen);
  }

  /** Called for each piece of a file received, with what came of it so far; may wait, or throw `SyncFailure`. */
  protected received(_bytes: number): Promise<void> {
    return Promise.resolve();
  }
  /** Called before each piece of a file given. */
  protected given(_bytes: number): Promise<void> {
    return Promise.resolve();
  }

  openService(service: string, stream: ServiceStream): ServiceHandler | undefined {
    const colon = service.indexOf(':');
    const kind = service.slice(0, colon);
    const rest = service.slice(colon + 1);
    if (kind === 'sync')
      return openSync(stream, {
        files: this.files,
        lists: this.lists,
        keep: this.#keep,
        received: (bytes) => this.received(bytes),
        given: (bytes) => this.given(bytes),
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
    const wait = this.#installMs;
    return wait > 0 ? new Promise((resolve) => setTimeout(resolve, wait)) : Promise.resolve();
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
    const keep = this.#keep;
    const parts: Buffer[] = [];
    let bytes = 0;
    return {
      data: async (chunk) => {
        if (bytes < keep) parts.push(Buffer.from(chunk));
        bytes += chunk.length;
        await this.received(bytes);
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
