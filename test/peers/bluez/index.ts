import { connect } from 'node:net';
import dbus, { type MessageBus } from 'dbus-native';

/** How a thing of this peer answers to `Pair`, as the real ones do. */
export type PairingManner =
  | { readonly kind: 'compare'; readonly code: number }
  /** A keyboard: the code is shown, and typed on it. */
  | { readonly kind: 'type'; readonly code: number }
  /** A keyboard of before 2007: the agent invents the code. */
  | { readonly kind: 'legacy' }
  | { readonly kind: 'just works' }
  | { readonly kind: 'fails'; readonly error: string; readonly words: string }
  /** Nothing comes until it is cancelled. */
  | { readonly kind: 'silent' };

export interface PeerThing {
  readonly address: string;
  readonly name: string;
  readonly icon?: string;
  readonly manner: PairingManner;
  readonly percent?: number;
}

const ADAPTER = '/org/bluez/hci0';
const AGENT = 'org.bluez.Agent1';
const DEVICE = 'org.bluez.Device1';
const ADAPTER_INTERFACE = 'org.bluez.Adapter1';
const pathOf = (address: string): string => `${ADAPTER}/dev_${address.replaceAll(':', '_')}`;

class BluezError extends Error {
  constructor(
    readonly dbusName: string,
    words: string,
  ) {
    super(words);
  }
}

/** Enough of BlueZ 5.66 to be talked to: its object tree, its agents, its refusals. Source: BlueZ doc/*.rst. */
export class BluezPeer {
  readonly #things = new Map<string, PeerThing>();
  readonly #cancel = new Map<string, () => void>();
  #agent: { readonly owner: string; readonly path: string } | undefined;
  #adapter = { powered: true, discovering: false };
  /** What was asked of it, in order. */
  readonly heard: string[] = [];
  /** What the agent answered to `RequestPinCode`. */
  readonly pins: string[] = [];

  private constructor(private readonly bus: MessageBus) {}

  static async open(
    busPath: string,
    options: { powered?: boolean; adapter?: boolean } = {},
  ): Promise<BluezPeer> {
    const bus = dbus.createClient({ stream: connect(busPath), authMethods: ['EXTERNAL'] });
    bus.connection.on('error', () => undefined);
    const peer = new BluezPeer(bus);
    peer.#adapter.powered = options.powered ?? true;
    bus.exportObjectManager('/');
    await peer.#exportManager();
    if (options.adapter ?? true) await peer.#exportAdapter();
    await bus.ownName('org.bluez');
    return peer;
  }

  async show(thing: PeerThing): Promise<void> {
    this.#things.set(pathOf(thing.address), thing);
    await this.#exportThing(thing);
  }

  battery(address: string, percent: number): void {
    this.bus.emitPropertiesChanged(pathOf(address), 'org.bluez.Battery1', { Percentage: percent });
  }

  async close(): Promise<void> {
    await this.bus.close();
  }

  async #exportManager(): Promise<void> {
    await this.bus.export(
      '/org/bluez',
      dbus.defineInterface({
        name: 'org.bluez.AgentManager1',
        methods: {
          RegisterAgent: {
            in: { agent: 'o', capability: 's' },
            handler: ({ agent, capability }, { sender }) => {
              this.heard.push(`RegisterAgent ${String(capability)}`);
              this.#agent = { owner: sender ?? '', path: String(agent) };
              return null;
            },
          },
          RequestDefaultAgent: {
            in: { agent: 'o' },
            handler: () => {
              this.heard.push('RequestDefaultAgent');
              return null;
            },
          },
        },
      }),
    );
  }

  async #exportAdapter(): Promise<void> {
    const adapter = this.#adapter;
    await this.bus.export(
      ADAPTER,
      dbus.defineInterface({
        name: ADAPTER_INTERFACE,
        methods: {
          SetDiscoveryFilter: { in: { filter: 'a{sv}' }, handler: () => null },
          StartDiscovery: {
            handler: () => {
              if (!adapter.powered) throw new BluezError('org.bluez.Error.NotReady', 'Resource Not Ready');
              adapter.discovering = true;
              this.heard.push('StartDiscovery');
              this.bus.emitPropertiesChanged(ADAPTER, ADAPTER_INTERFACE, { Discovering: true });
              return null;
            },
          },
          StopDiscovery: {
            handler: () => {
              adapter.discovering = false;
              this.heard.push('StopDiscovery');
              this.bus.emitPropertiesChanged(ADAPTER, ADAPTER_INTERFACE, { Discovering: false });
              return null;
            },
          },
          RemoveDevice: {
            in: { device: 'o' },
            handler: ({ device }) => {
              this.heard.push('RemoveDevice');
              if (!this.#things.delete(String(device)))
                throw new BluezError('org.bluez.Error.DoesNotExist', 'Does Not Exist');
              this.bus.unexportInterface(String(device));
              return null;
            },
          },
        },
        properties: {
          Address: { type: 's', access: 'read', value: '00:11:22:33:44:55' },
          Powered: {
            type: 'b',
            get: () => adapter.powered,
            set: (value) => {
              adapter.powered = value === true;
              if (!adapter.powered) adapter.discovering = false;
            },
          },
          Discovering: { type: 'b', access: 'read', get: () => adapter.discovering },
        },
      }),
    );
  }

  async #exportThing(thing: PeerThing): Promise<void> {
    const path = pathOf(thing.address);
    const state = { paired: false, connected: false, trusted: false };
    const changed = (values: Record<string, unknown>): void =>
      this.bus.emitPropertiesChanged(path, DEVICE, values);
    await this.bus.export(
      path,
      dbus.defineInterface({
        name: DEVICE,
        methods: {
          Pair: {
            handler: async () => {
              this.heard.push('Pair');
              if (state.paired) throw new BluezError('org.bluez.Error.AlreadyExists', 'Already Exists');
              await this.#agree(path, thing.manner);
              state.paired = true;
              changed({ Paired: true });
              return null;
            },
          },
          CancelPairing: {
            handler: () => {
              this.heard.push('CancelPairing');
              this.#cancel.get(path)?.();
              return null;
            },
          },
          Connect: {
            handler: async () => {
              this.heard.push('Connect');
              state.connected = true;
              if (thing.percent !== undefined)
                await this.bus.export(
                  path,
                  dbus.defineInterface({
                    name: 'org.bluez.Battery1',
                    properties: { Percentage: { type: 'y', access: 'read', value: thing.percent } },
                  }),
                );
              changed({ Connected: true });
              return null;
            },
          },
        },
        properties: {
          Address: { type: 's', access: 'read', value: thing.address },
          Name: { type: 's', access: 'read', value: thing.name },
          Alias: { type: 's', access: 'read', value: thing.name },
          Icon: { type: 's', access: 'read', value: thing.icon ?? 'audio-headset' },
          Paired: { type: 'b', access: 'read', get: () => state.paired },
          Connected: { type: 'b', access: 'read', get: () => state.connected },
          Trusted: { type: 'b', get: () => state.trusted, set: (value) => (state.trusted = value === true) },
        },
      }),
    );
  }

  async #agree(path: string, manner: PairingManner): Promise<void> {
    const ask = (member: string, signature: string, ...body: unknown[]): PromiseLike<unknown> => {
      const agent = this.#agent;
      if (!agent) throw new BluezError('org.bluez.Error.AuthenticationFailed', 'no agent');
      return this.bus.invoke({
        destination: agent.owner,
        path: agent.path,
        interface: AGENT,
        member,
        signature,
        body,
      });
    };
    const rejected = (): never => {
      throw new BluezError('org.bluez.Error.AuthenticationRejected', 'Authentication Rejected');
    };
    switch (manner.kind) {
      case 'compare':
        await Promise.resolve(ask('RequestConfirmation', 'ou', path, manner.code)).catch(rejected);
        return;
      case 'type':
        for (let typed = 0; typed <= 6; typed += 3)
          await ask('DisplayPasskey', 'ouq', path, manner.code, typed);
        return;
      case 'legacy':
        this.pins.push(String(await Promise.resolve(ask('RequestPinCode', 'o', path)).catch(rejected)));
        return;
      case 'just works':
        return;
      case 'fails':
        throw new BluezError(manner.error, manner.words);
      case 'silent':
        await new Promise<void>((resolve) => this.#cancel.set(path, resolve));
        throw new BluezError('org.bluez.Error.AuthenticationCanceled', 'Authentication Canceled');
    }
  }

  /** Asks the agent about another thing than the one that is being paired, as a neighbour's telephone might. */
  stranger(): Promise<unknown> {
    const agent = this.#agent;
    return Promise.resolve(
      this.bus.invoke({
        destination: agent?.owner ?? '',
        path: agent?.path ?? '/',
        interface: AGENT,
        member: 'RequestConfirmation',
        signature: 'ou',
        body: [`${ADAPTER}/dev_99_99_99_99_99_99`, 1],
      }),
    );
  }
}
