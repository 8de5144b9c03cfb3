import type { AdbServerClient } from '@yume-chan/adb';
import { PreauError } from '../../domain/errors';
import { openAdbServer, type AdbServer, type AdbServerOptions } from './adb-server';
import { parseBattery, type BatteryReading } from './battery';
import { parseDeviceList, type ListedTablet } from './device-list';
import { installOnMany, type InstallOptions } from './install-many';
import type { InstallOutcome } from './install-one';
import { runOnTablet } from './link';
import { ANDROID_LIMITS, within, type AndroidLimits } from './limits';
import { tabletShell, type TabletShell } from './tablet-shell';

/** A tablet as adb knows it, with what it says of itself where it answers. */
export interface Tablet extends ListedTablet {
  /** `ro.serialno`: the number on the tablet's back and in the inventory, the same over USB and Wi-Fi. */
  readonly serial: string | undefined;
}

export interface BridgeOptions extends AdbServerOptions {
  readonly limits?: AndroidLimits;
  /** How a server is had; tests look at the one that was started. */
  readonly open?: typeof openAdbServer;
}

/** Android tablets through the platform-tools' own server; the server is started at the first question. */
export class AndroidBridge {
  readonly #limits: AndroidLimits;
  readonly #serials = new Map<string, string>();
  readonly #ending = new AbortController();
  #server: Promise<AdbServer> | undefined;

  constructor(private readonly options: BridgeOptions = {}) {
    this.#limits = options.limits ?? ANDROID_LIMITS;
  }

  /**
   * Every tablet the server knows, whatever its state. One that is ready and does not answer within `answerMs` is
   * listed as `offline`: to the person it is the same thing.
   * @throws PreauError `ADB_MISSING` (`reason`: `notInstalled`, `doesNotStart`, `serverGone`)
   */
  async tablets(): Promise<Tablet[]> {
    const client = await this.#client();
    const listed = parseDeviceList(await this.#ask(client, 'host:devices-l'));
    return Promise.all(listed.map((tablet) => this.#identify(client, tablet)));
  }

  /** @returns undefined when the tablet says nothing of a battery. @throws PreauError `ADB_MISSING`; Unanswered */
  async battery(link: string): Promise<BatteryReading | undefined> {
    const client = await this.#client();
    return parseBattery(await runOnTablet(client, link, 'dumpsys battery', this.#limits));
  }

  /** The shell of one tablet. @throws PreauError `ADB_MISSING` */
  async shell(link: string, signal?: AbortSignal): Promise<TabletShell> {
    const client = await this.#client();
    const both = signal ? AbortSignal.any([signal, this.#ending.signal]) : this.#ending.signal;
    return tabletShell(client, link, this.#limits, both);
  }

  get limits(): AndroidLimits {
    return this.#limits;
  }

  /** Reaches a tablet over Wi-Fi (debugging over TCP, until its next reboot). `address` is `host:port`. */
  async connect(address: string): Promise<void> {
    const client = await this.#client();
    await client.wireless.connect(address);
  }

  /** Installs a package on each of the tablets; see `installOnMany`. @throws PreauError `ADB_MISSING` */
  async install(options: InstallOptions): Promise<ReadonlyMap<string, InstallOutcome>> {
    const client = await this.#client();
    const closing = this.#ending.signal;
    const signal = AbortSignal.any([options.signal, closing]);
    return installOnMany(client, { limits: this.#limits, ...options, signal, closing });
  }

  /** Ends what is in flight and the server we started; somebody else's goes on. */
  async dispose(): Promise<void> {
    this.#ending.abort();
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    try {
      await (await server).dispose();
    } catch {
      // It never started.
    }
  }

  async #client(): Promise<AdbServerClient> {
    this.#ending.signal.throwIfAborted();
    this.#server ??= this.#open();
    const { port } = await this.#server;
    // A hundred modules that only a tablet on a cable needs: not at every start.
    const [{ AdbServerClient }, { EndingConnector }] = await Promise.all([
      import('@yume-chan/adb'),
      import('./connector'),
    ]);
    return new AdbServerClient(new EndingConnector({ host: '127.0.0.1', port }));
  }

  async #open(): Promise<AdbServer> {
    const forget = () => {
      this.#server = undefined;
    };
    try {
      const server = await (this.options.open ?? openAdbServer)(this.options);
      // A server that died is started again at the next question.
      void server.ended.then(forget);
      return server;
    } catch (error) {
      forget();
      throw error;
    }
  }

  async #ask(client: AdbServerClient, service: string): Promise<string> {
    const connection = await client.createConnection(service).catch((error: unknown) => {
      throw new PreauError('ADB_MISSING', { reason: 'serverGone' }, { cause: error });
    });
    try {
      return await within(Promise.resolve(connection.readString()), 'answerMs', this.#limits.answerMs);
    } finally {
      await connection.dispose();
    }
  }

  async #identify(client: AdbServerClient, tablet: ListedTablet): Promise<Tablet> {
    if (tablet.state !== 'ready') return { ...tablet, serial: this.#known(tablet) };
    const known = this.#serials.get(keyOf(tablet));
    if (known !== undefined) return { ...tablet, serial: known };
    try {
      const serial = (await runOnTablet(client, tablet.link, 'getprop ro.serialno', this.#limits)).trim();
      if (/^[\w.-]{1,64}$/.test(serial)) this.#serials.set(keyOf(tablet), serial);
      return { ...tablet, serial: this.#known(tablet) };
    } catch {
      return { ...tablet, state: 'offline', serial: this.#known(tablet) };
    }
  }

  /** Over USB adb names the link by the serial number itself. */
  #known(tablet: ListedTablet): string | undefined {
    return this.#serials.get(keyOf(tablet)) ?? (tablet.kind === 'usb' ? tablet.link : undefined);
  }
}

/** An address may be another tablet's tomorrow; the number of this connection is never used again. */
const keyOf = (tablet: ListedTablet): string => `${tablet.link} ${tablet.connection}`;
