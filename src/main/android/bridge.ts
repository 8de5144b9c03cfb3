import type { AdbServerClient } from '@yume-chan/adb';
import { PreauError } from '../../domain/errors';
import { openAdbServer, type AdbServer, type AdbServerOptions } from './adb-server';
import { parseBattery, type BatteryReading } from './battery';
import { parseDeviceList, type ListedTablet } from './device-list';
import { installOnMany, type InstallOptions } from './install-many';
import type { InstallOutcome } from './install-one';
import { SERIAL, serialKey } from './facts';
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
  /** What each link said of itself, by `#keyOf`. */
  readonly #said = new Map<string, Identity & { readonly asked: boolean }>();
  /** Whose each connection's number was, with the server that counts now. */
  readonly #links = new Map<string, string>();
  #servers = 0;
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
    const listed = parseDeviceList(await this.#ask('host:devices-l'));
    this.#sameServer(listed);
    return toldApart(await Promise.all(listed.map((tablet) => this.#identify(client, tablet))));
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

  async #client(ending?: AbortSignal): Promise<AdbServerClient> {
    this.#ending.signal.throwIfAborted();
    this.#server ??= this.#open();
    const { port } = await this.#server;
    // A hundred modules that only a tablet on a cable needs: not at every start.
    const [{ AdbServerClient }, { EndingConnector }] = await Promise.all([
      import('@yume-chan/adb'),
      import('./connector'),
    ]);
    return new AdbServerClient(new EndingConnector(port, ending));
  }

  async #open(): Promise<AdbServer> {
    const forget = () => {
      this.#server = undefined;
    };
    try {
      const server = await (this.options.open ?? openAdbServer)(this.options);
      // Connections are counted anew.
      this.#anotherServer();
      // A server that died is started again at the next question.
      void server.ended.then(forget);
      return server;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** @throws PreauError `ADB_MISSING` `serverGone`, also for a server that does not answer */
  async #ask(service: string): Promise<string> {
    const ending = new AbortController();
    const client = await this.#client(ending.signal);
    const asked = client.createConnection(service).then((connection) => connection.readString());
    try {
      return await within(asked, 'answerMs', this.#limits.answerMs);
    } catch (error) {
      throw new PreauError('ADB_MISSING', { reason: 'serverGone' }, { cause: error });
    } finally {
      ending.abort();
    }
  }

  #anotherServer(): void {
    this.#said.clear();
    this.#links.clear();
    this.#servers += 1;
  }

  /** Somebody else's server that was replaced does not tell: it gives a number that was one tablet's to another. */
  #sameServer(listed: readonly ListedTablet[]): void {
    const counted = listed.filter(({ connection }) => connection !== '');
    const others = counted.some(({ connection, link }) => (this.#links.get(connection) ?? link) !== link);
    if (others) this.#anotherServer();
    for (const { connection, link } of counted) this.#links.set(connection, link);
  }

  async #identify(client: AdbServerClient, listed: ListedTablet): Promise<Tablet & Identity> {
    const tablet = { ...listed, connection: `${String(this.#servers)}.${listed.connection}` };
    const key = `${tablet.link} ${tablet.connection}`;
    const known = this.#said.get(key);
    /** Over USB adb names the link by the serial number itself. */
    const of = (said: Identity | undefined) => ({
      serial: said?.serial ?? tablet.number,
      start: said?.start,
    });
    if (tablet.state !== 'ready') {
      // adb takes a line through the air up again under its old number, and another tablet may be at its end then.
      if (known) this.#said.set(key, { ...known, asked: false });
      return { ...tablet, ...of(known) };
    }
    if (known?.asked) return { ...tablet, ...of(known) };
    try {
      const said = readIdentity(await runOnTablet(client, tablet.link, WHO, this.#limits));
      // A serial number alone may come later: a tablet that starts is asked again.
      if (said.serial !== undefined) this.#said.set(key, { ...said, asked: true });
      return { ...tablet, ...of(said) };
    } catch {
      return { ...tablet, state: 'offline', ...of(known) };
    }
  }
}

interface Identity {
  readonly serial: string | undefined;
  /** `boot_id` of Linux: the same over every link of a tablet, never that of another one. */
  readonly start: string | undefined;
}
/** A shell may read both from Android 5 on; a tablet that hides the second is one like any other. */
const WHO = 'getprop ro.serialno; cat /proc/sys/kernel/random/boot_id';

function readIdentity(text: string): Identity {
  const [first = '', second = ''] = text.split('\n').map((line) => line.trim());
  return {
    serial: SERIAL.test(first) ? first : undefined,
    start: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(second) ? second : undefined,
  };
}

/** Cheap makers give one serial number to a whole batch. One tablet over two links is one; two of one number are nobody's. */
function toldApart(tablets: readonly (Tablet & Identity)[]): Tablet[] {
  const starts = new Map<string, Set<string>>();
  for (const { state, serial, start } of tablets) {
    if (state !== 'ready' || serial === undefined || start === undefined) continue;
    const key = serialKey(serial);
    starts.set(key, (starts.get(key) ?? new Set()).add(start));
  }
  return tablets.map(({ start: _start, ...tablet }) => {
    const several = tablet.serial !== undefined && (starts.get(serialKey(tablet.serial))?.size ?? 0) > 1;
    return several && tablet.state === 'ready' ? { ...tablet, state: 'twin' } : tablet;
  });
}
