/** The charging hubs this computer reads: one driver a hub document that names this poste, started and stopped with it. */
import { CambrionixDriver } from './cambrionix/driver';
import { readingsOf } from './cambrionix/readings';
import { readAll } from './documents';
import type { ChargeReading } from '../../domain/cart/evidence';
import type { HubLink } from '../../domain/cart/hub-link';
import type { Id } from '../../domain/id';
import type { AudienceDatabase } from '../../store/port';
import type { Logger } from '../capability';
import type { OpenStream } from './byte-stream';
import type { HubSnapshot } from './cambrionix/driver';
import type { CartDocument } from './documents';
import type { Timers } from './timers';

export interface HubPoolDeps {
  readonly parc: AudienceDatabase;
  readonly poste: string;
  readonly timers: Timers;
  readonly log: Logger;
  readonly open: (link: HubLink) => OpenStream;
  readonly onChange: (cart: Id<'cart'>) => void;
}

interface Running {
  readonly document: CartDocument<'hub'>;
  readonly driver: CambrionixDriver;
}

export class HubPool {
  readonly #running = new Map<string, Running>();
  readonly #endOfChanges: () => void;

  constructor(private readonly deps: HubPoolDeps) {
    this.#endOfChanges = deps.parc.onChange((change) => {
      if (change.id.startsWith('hub_')) this.#refresh();
    });
    this.#refresh();
  }

  /** Undefined for a hub that another computer reads. */
  snapshot(hub: Id<'hub'>): HubSnapshot | undefined {
    return this.#running.get(hub)?.driver.snapshot;
  }

  /** What the hubs of a cart said, by bay. Where two hubs claim one bay, both are heard. */
  readings(cart: Id<'cart'>): Map<number, ChargeReading[]> {
    const byBay = new Map<number, ChargeReading[]>();
    for (const { document, driver } of this.#running.values()) {
      if (document.cart !== cart) continue;
      for (const [port, reading] of readingsOf(driver.snapshot)) {
        const bay = document.firstBay + port - 1;
        byBay.set(bay, [...(byBay.get(bay) ?? []), reading]);
      }
    }
    return byBay;
  }

  close(): void {
    this.#endOfChanges();
    for (const { driver } of this.#running.values()) driver.stop();
    this.#running.clear();
  }

  #refresh(): void {
    const wanted = new Map(
      readAll(this.deps.parc, 'hub')
        .filter((document) => document.poste === this.deps.poste)
        .map((document) => [document._id as string, document]),
    );
    for (const [hub, running] of this.#running) {
      const now = wanted.get(hub);
      if (now && JSON.stringify(now) === JSON.stringify(running.document)) continue;
      running.driver.stop();
      this.#running.delete(hub);
    }
    for (const [hub, document] of wanted) if (!this.#running.has(hub)) this.#start(hub, document);
  }

  #start(hub: string, document: CartDocument<'hub'>): void {
    let status = '';
    const driver = new CambrionixDriver(this.deps.open(document.link), this.deps.timers, (snapshot) => {
      if (snapshot.status !== status)
        this.deps.log.info('cart.hub', { hub, status: snapshot.status, why: snapshot.why });
      status = snapshot.status;
      this.deps.onChange(document.cart);
    });
    this.#running.set(hub, { document, driver });
    driver.start();
  }
}
