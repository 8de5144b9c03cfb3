/** The boxes this computer reads: one source a hub document that names this poste, started and stopped with it. */
import { isDeepStrictEqual } from 'node:util';
import { tellsApart } from '../../../domain/cart/hub-link';
import { readAll, readHub } from '../documents';
import { openSource } from './open-source';
import { Whereabouts } from './route';
import type { ChargeReading } from '../../../domain/cart/evidence';
import type { Id } from '../../../domain/id';
import type { AudienceDatabase } from '../../../store/port';
import type { Logger } from '../../capability';
import type { CartDocument } from '../documents';
import type { Timers } from '../timers';
import type { UsbBus } from '../usb/bus';
import type { OpenStream } from './byte-stream';
import type { ByteLink } from './open-link';
import type { AttachedDevice, ChargeSource, SourcePool, SourceSnapshot, SwitchOutcome } from './port';
import type { SerialPlace } from './route';
import type { StripSecrets } from './strip-secrets';

export interface PoolDeps {
  readonly parc: AudienceDatabase;
  readonly poste: string;
  readonly timers: Timers;
  readonly log: Logger;
  readonly open: (link: ByteLink) => OpenStream;
  readonly listSerialPorts: () => Promise<readonly SerialPlace[]>;
  readonly usb: UsbBus;
  readonly secrets: StripSecrets;
  /** What a glance at the cart shows changed. */
  readonly onSeen: (cart: Id<'cart'>) => void;
}

interface Running {
  document: CartDocument<'hub'>;
  readonly source: ChargeSource;
}
type Listener = Parameters<SourcePool['onSnapshot']>[0];

const ELSEWHERE: SwitchOutcome = { outcome: 'impossible', why: 'elsewhere' };

export class HubPool implements SourcePool {
  readonly whereabouts: Whereabouts;
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<Listener>();
  readonly #endOfChanges: () => void;

  constructor(private readonly deps: PoolDeps) {
    this.whereabouts = new Whereabouts(deps.listSerialPorts, (path) => deps.open({ kind: 'serial', path }));
    this.#endOfChanges = deps.parc.onChange((change) => {
      if (change.id.startsWith('hub_')) this.#refresh();
    });
    this.#refresh();
  }

  snapshot(hub: Id<'hub'>): SourceSnapshot | undefined {
    return this.#running.get(hub)?.source.snapshot;
  }

  readings(cart: Id<'cart'>): Map<number, ChargeReading[]> {
    const byBay = new Map<number, ChargeReading[]>();
    this.#eachPort(cart, (bay, { reading }) => {
      const said = byBay.get(bay);
      if (said) said.push(reading);
      else byBay.set(bay, [reading]);
    });
    return byBay;
  }

  attached(cart: Id<'cart'>): Map<number, AttachedDevice> {
    const byBay = new Map<number, AttachedDevice>();
    this.#eachPort(cart, (bay, { device }) => {
      if (device) byBay.set(bay, device);
    });
    return byBay;
  }

  switchPort(hub: Id<'hub'>, port: number, on: boolean): Promise<SwitchOutcome> {
    return this.#running.get(hub)?.source.switchPort(port, on) ?? Promise.resolve(ELSEWHERE);
  }

  restart(hub: Id<'hub'>): Promise<SwitchOutcome> {
    return this.#running.get(hub)?.source.restart() ?? Promise.resolve(ELSEWHERE);
  }

  onSnapshot(listen: Listener): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  close(): void {
    this.#endOfChanges();
    for (const { source } of this.#running.values()) source.stop();
    this.#running.clear();
    this.#listeners.clear();
  }

  #eachPort(cart: Id<'cart'>, tell: (bay: number, port: SourceSnapshot['ports'][number]) => void): void {
    for (const { document, source } of this.#running.values()) {
      if (document.cart !== cart) continue;
      for (const port of source.snapshot.ports) tell(document.firstBay + port.port - 1, port);
    }
  }

  #refresh(): void {
    const wanted = new Map(
      readAll(this.deps.parc, 'hub')
        .filter((document) => document.poste === this.deps.poste)
        .map((document) => [document._id as string, document]),
    );
    for (const [hub, running] of this.#running) {
      const now = wanted.get(hub);
      // The box is read on while only its place in the cart changes.
      if (now && isDeepStrictEqual(now.link, running.document.link)) running.document = now;
      else {
        this.#running.delete(hub);
        running.source.stop();
      }
    }
    for (const [hub, document] of wanted) if (!this.#running.has(hub)) this.#start(hub, document);
  }

  #start(hub: string, document: CartDocument<'hub'>): void {
    const { deps } = this;
    let status = '';
    const source = openSource(document.link, {
      ...deps,
      serial: document.serial,
      whereabouts: this.whereabouts,
      secret: () => deps.secrets.of(document._id),
      hear: (snapshot, news) => {
        if (snapshot.status !== status)
          deps.log.info('cart.hub', { hub, status: snapshot.status, why: snapshot.why });
        status = snapshot.status;
        const running = this.#running.get(hub);
        if (running?.source !== source) return;
        const { cart, firstBay } = running.document;
        if (snapshot.status === 'answering') this.#learn(running, snapshot);
        if (news === 'seen') deps.onSeen(cart);
        for (const listen of this.#listeners)
          listen({ hub: running.document._id, cart, firstBay, snapshot, news });
      },
    });
    this.#running.set(hub, { document, source });
    source.start();
  }

  /** The serial number a box told first is written down once: by it the box is found again wherever it is plugged. */
  #learn(running: Running, { hardware }: SourceSnapshot): void {
    const { document } = running;
    if (document.serial !== undefined || document.link.kind === 'snmp' || !tellsApart(hardware?.serial))
      return;
    const held = this.deps.parc.get(document._id);
    const stored = readHub(this.deps.parc, document._id);
    if (!held || !stored || stored.serial !== undefined) return;
    running.document = { ...document, serial: hardware.serial };
    // Another poste may have removed it at this moment; then there is nothing to remember.
    this.deps.parc.put({ ...held.body, serial: hardware.serial }, held.rev).catch(() => undefined);
  }
}
