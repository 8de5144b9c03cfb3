/**
 * The watchman's own plan of one cart: what the poste knew when it was last heard, and since then what the boxes say. Made as the
 * poste makes it, from the same rows by the same rules; without rows of every box there is none, and the last one holds.
 */
import { plan, type Plan } from '../../../domain/cart/plan';
import { COOLS_WITHIN } from '../../../domain/cart/heat';
import { hearRow, portToPlan, type PortWatch } from '../../../domain/cart/port-watch';
import type { ChargeReading } from '../../../domain/cart/evidence';
import type { SourceSnapshot } from '../sources/port';
import type { Order } from './order';
import type { OrderCart } from './order-cart';

/** How often a plan is made. Milliseconds of the plan's clock. */
const LOOK_MS = 60_000;
/** What a box said longer ago says nothing of now. Milliseconds of the line's time. */
const FRESH_MS = 2 * 60_000;

interface Seen {
  watch: PortWatch;
  reading?: ChargeReading;
  /** Milliseconds of the line's time. */
  seenAt: number;
}

export class OwnEyes {
  readonly #seen: ReadonlyMap<OrderCart['places'][number], Seen>;
  readonly #hot = new Set<string>();
  /** Of the plan's clock, and of the line's. */
  #plannedAt = { now: Number.NEGATIVE_INFINITY, line: Number.NEGATIVE_INFINITY };

  /** @param since when the poste made its last plan, milliseconds since the epoch */
  constructor(
    private readonly cart: OrderCart,
    private readonly since: number,
  ) {
    this.#seen = new Map(
      cart.places.map((place) => [place, { watch: place.watch, seenAt: Number.NEGATIVE_INFINITY }]),
    );
  }

  /** @param now of the plan's clock @param line of the line's time, both in milliseconds */
  hear(hub: string, { ports, alerts }: SourceSnapshot, now: number, line: number): void {
    if (alerts.includes('overTemperature')) this.#hot.add(hub);
    else this.#hot.delete(hub);
    for (const [place, seen] of this.#seen) {
      if (place.hub !== hub) continue;
      const reading = ports.find(({ port }) => port === place.port)?.reading;
      if (!reading || reading.at === seen.reading?.at) continue;
      const { watch } = hearRow(seen.watch, reading, now, place.habit);
      Object.assign(seen, { watch, reading, seenAt: line });
    }
  }

  /** The order with this cart planned anew; undefined: it is not time yet, or not everything is seen. */
  plannedAnew(order: Order, now: number, line: number): Order | undefined {
    const { ceilingW, bookings, readyBy, window, spare } = this.cart;
    if (now - this.#plannedAt.now < LOOK_MS || now >= readyBy) return undefined;
    // What the last plan switched must have been seen: a port that was just switched on would be planned with as off.
    const seenSince = Math.max(this.#plannedAt.line, line - FRESH_MS);
    const ports = [...this.#seen].flatMap(([place, { watch, reading, seenAt }]) =>
      reading && seenAt > seenSince
        ? [portToPlan({ ...place, heat: this.#heatOf(place, now) }, watch, reading, now)]
        : [],
    );
    if (ports.length < this.cart.places.length) return undefined;
    this.#plannedAt = { now, line };
    const made = plan({
      now,
      ports,
      bookings,
      readyBy,
      spare,
      ...(ceilingW === undefined ? {} : { ceilingW }),
      ...(window ? { window } : {}),
    });
    return this.#orderOf(order, made, new Map(ports.map(({ bay, on }) => [bay, on])), now);
  }

  #heatOf(
    { hub, celsius }: OrderCart['places'][number],
    now: number,
  ): Parameters<typeof portToPlan>[0]['heat'] {
    if (this.#hot.has(hub)) return { by: 'box' };
    return celsius !== undefined && now - this.since < COOLS_WITHIN ? { by: 'device', celsius } : undefined;
  }

  #orderOf(order: Order, made: Plan, on: ReadonlyMap<number, boolean>, now: number): Order {
    const { places } = this.cart;
    const isMine = (hub: string, port: number): boolean =>
      places.some((place) => place.hub === hub && place.port === port);
    return {
      ...order,
      madeAt: now,
      end: Math.max(
        Math.round(made.end),
        ...order.steps.filter(({ hub, port }) => !isMine(hub, port)).map(({ at }) => at),
      ),
      boxes: order.boxes.map((box) => ({
        ...box,
        ports: box.ports.map(({ port, on: before }) => {
          const place = places.find((each) => each.hub === box.hub && each.port === port);
          return { port, on: (place && on.get(place.bay)) ?? before };
        }),
      })),
      steps: [
        ...order.steps.filter(({ hub, port }) => !isMine(hub, port)),
        ...made.steps.flatMap(({ at, bay, on: wanted }) => {
          const place = places.find((each) => each.bay === bay);
          return place ? [{ at: Math.round(at), hub: place.hub, port: place.port, on: wanted }] : [];
        }),
      ].sort((a, b) => a.at - b.at),
    };
  }
}
