import type { Bluetooth, BluetoothState, BluetoothThing, PairingAsk, PairingOutcome } from '../bluetooth';
import { PairingAgent } from './agent';
import { adapterOf, thingsOf, type FoundThing } from './objects';
import { isAlready, PairingFailed, refusalOf } from './refusal';
import { openSystemBus, type ObjectTree, type SystemBus } from './system-bus';

const ADAPTER = 'org.bluez.Adapter1';
const DEVICE = 'org.bluez.Device1';
/** A person reads six digits, compares or types them. BlueZ gives up after about as long. */
const PAIR_MS = 60_000;
/** Connecting to a headset that sleeps takes some seconds. */
const CONNECT_MS = 20_000;

export interface BluezOptions {
  /** Something came, went or changed. */
  readonly changed: () => void;
  /** Six digits for a keyboard that asks for a code of ours. */
  readonly digits: () => string;
  readonly open?: () => Promise<SystemBus>;
}

interface Opened {
  readonly system: SystemBus;
  readonly tree: () => ObjectTree;
  readonly agent: PairingAgent;
}

/** Bluetooth on Linux. Opened at the first question; a service that ends is opened again at the next one. */
export class Bluez implements Bluetooth {
  #opened: Opened | undefined;
  #opening: Promise<Opened | undefined> | undefined;
  #missing: BluetoothState = 'asleep';
  #discovering = false;
  #pairing: string | undefined;
  #closed = false;

  constructor(private readonly options: BluezOptions) {}

  state(): BluetoothState {
    if (!this.#opened) return this.#missing;
    const adapter = adapterOf(this.#opened.tree());
    if (!adapter) return 'noAdapter';
    return adapter.powered ? 'ready' : 'off';
  }

  things(): readonly BluetoothThing[] {
    return this.#found();
  }

  async know(): Promise<void> {
    await this.#open();
  }

  async look(): Promise<void> {
    const opened = await this.#open();
    if (!opened || this.#pairing !== undefined) return;
    await this.#discover(opened);
  }

  async rest(): Promise<void> {
    const adapter = this.#adapter();
    if (!this.#discovering || !adapter) return;
    this.#discovering = false;
    await this.#opened?.system
      .call({ path: adapter.path, interface: ADAPTER, member: 'StopDiscovery' })
      .catch(() => undefined);
  }

  async power(on: boolean): Promise<void> {
    const opened = await this.#open();
    const adapter = this.#adapter();
    if (!opened) throw new PairingFailed('noService');
    if (!adapter) throw new PairingFailed('noAdapter');
    await this.#tried(() => opened.system.set(adapter.path, ADAPTER, 'Powered', 'b', on));
  }

  async pair(address: string, ask: (question: PairingAsk) => void): Promise<PairingOutcome> {
    if (this.#pairing !== undefined) return { outcome: 'refused', why: 'busy' };
    this.#pairing = address;
    try {
      const opened = await this.#open();
      const state = this.state();
      if (!opened || state === 'asleep' || state === 'noService' || state === 'guided')
        return { outcome: 'refused', why: 'noService' };
      if (state === 'noAdapter') return { outcome: 'refused', why: 'noAdapter' };
      if (state === 'off') return { outcome: 'refused', why: 'adapterOff' };
      return await this.#pair(opened, address, ask);
    } catch (error) {
      return { outcome: 'refused', why: refusalOf(error) };
    } finally {
      this.#pairing = undefined;
      this.options.changed();
    }
  }

  answer(yes: boolean): void {
    this.#opened?.agent.answer(yes);
  }

  async cancel(): Promise<void> {
    const thing = this.#found().find((each) => each.address === this.#pairing);
    this.#opened?.agent.answer(false);
    if (!thing) return;
    await this.#opened?.system
      .call({ path: thing.path, interface: DEVICE, member: 'CancelPairing' })
      .catch(() => undefined);
  }

  async forget(address: string): Promise<void> {
    const opened = await this.#open();
    const adapter = this.#adapter();
    const thing = this.#found().find((each) => each.address === address);
    // Nothing to forget is what was asked for.
    if (!opened || !adapter || !thing) return;
    await this.#tried(() =>
      opened.system.call({
        path: adapter.path,
        interface: ADAPTER,
        member: 'RemoveDevice',
        signature: 'o',
        body: [thing.path],
      }),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.rest();
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.system.close();
  }

  async #pair(
    { system, agent }: Opened,
    address: string,
    ask: (question: PairingAsk) => void,
  ): Promise<PairingOutcome> {
    const thing = this.#found().find((each) => each.address === address);
    if (!thing) return { outcome: 'refused', why: 'notThere' };
    const { path } = thing;
    // An adapter that inquires hears badly the one it should talk to.
    await this.rest();
    const { digits } = this.options;
    const done = agent.serve({ path, ask, digits, isKeyboard: thing.icon === 'input-keyboard' });
    try {
      if (!thing.paired)
        await system
          .call({ path, interface: DEVICE, member: 'Pair', timeoutMs: PAIR_MS })
          .catch((error: unknown) => {
            if (!isAlready(error)) throw error;
          });
      // Trusted, it comes back by itself at the next lesson without asking anybody.
      await system.set(path, DEVICE, 'Trusted', 'b', true);
      const connected = await system
        .call({ path, interface: DEVICE, member: 'Connect', timeoutMs: CONNECT_MS })
        .then(
          () => true,
          (error: unknown) => isAlready(error),
        );
      const now = this.#found().find((each) => each.address === address);
      return { outcome: 'paired', connected: connected || now?.connected === true, percent: now?.percent };
    } finally {
      done();
    }
  }

  async #discover({ system }: Opened): Promise<void> {
    const adapter = this.#adapter();
    // An adapter that was switched off and on, by whomever, has forgotten that we looked.
    if (!adapter?.powered || (this.#discovering && adapter.discovering)) return;
    this.#discovering = true;
    const { path } = adapter;
    try {
      await system.call({
        path,
        interface: ADAPTER,
        member: 'SetDiscoveryFilter',
        signature: 'a{sv}',
        body: [[['Transport', ['s', 'auto']]]],
      });
      await system.call({ path, interface: ADAPTER, member: 'StartDiscovery' });
    } catch {
      // Another program may discover already, or the adapter was switched off meanwhile: what is known stays shown.
      this.#discovering = false;
    }
  }

  #adapter() {
    return this.#opened && adapterOf(this.#opened.tree());
  }

  #found(): FoundThing[] {
    const adapter = this.#adapter();
    return this.#opened && adapter ? thingsOf(this.#opened.tree(), adapter.path) : [];
  }

  async #tried(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw new PairingFailed(refusalOf(error), { cause: error });
    }
  }

  #open(): Promise<Opened | undefined> {
    if (this.#opened) return Promise.resolve(this.#opened);
    this.#opening ??= this.#reallyOpen().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #reallyOpen(): Promise<Opened | undefined> {
    let system: SystemBus | undefined;
    try {
      system = await (this.options.open ?? openSystemBus)();
      const held = system;
      const gone = () => {
        if (this.#closed) return;
        this.#opened = undefined;
        this.#discovering = false;
        this.#missing = 'noService';
        // BlueZ went and the bus stayed: the next question opens both anew.
        void held.close();
        this.options.changed();
      };
      const tree = await system.objects(this.options.changed, gone);
      const agent = new PairingAgent();
      // Without an agent what needs no code still pairs.
      await agent.register(system).catch(() => undefined);
      const opened = { system, tree, agent };
      if (this.#closed) throw new PairingFailed('noService');
      this.#opened = opened;
      return opened;
    } catch {
      this.#missing = 'noService';
      await system?.close().catch(() => undefined);
      return undefined;
    }
  }
}
