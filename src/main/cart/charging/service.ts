/** How a cart is charged: what is set, what is planned and why, how its batteries age. */
import { PreauError } from '../../../domain/errors';
import { plan as makePlan, portWatts, type Plan, type PlanPort } from '../../../domain/cart/plan';
import { planPort } from '../../../domain/cart/plan-port';
import { asNewOf, wearOf } from '../../../domain/cart/wear';
import { demand } from '../../../domain/rights/authorize';
import { addDays } from '../../../domain/cart/booking';
import { instant, instantAt, localDate } from '../../../domain/time';
import { readAll } from '../documents';
import { readCartCharging, settingsOf, type CartCharging } from './documents';
import type { ChargingView } from '../../../contract/staff/charging';
import type { PlacedDevice } from '../../../domain/cart/panel';
import type { Id } from '../../../domain/id';
import type { Json } from '../../../domain/json';
import type { Actor } from '../../../domain/rights/actor';
import type { AudienceDatabase } from '../../../store/port';
import type { Platform } from '../../capability';
import type { SourcePool } from '../sources/port';
import type { Conducted, Conductor } from './conductor';
import type { ChargingHistory } from './history-service';

export interface ChargingDeps {
  readonly platform: Platform;
  readonly parc: AudienceDatabase;
  readonly poste: string;
  readonly timeZone: () => string;
  readonly devices: { inCart(cart: Id<'cart'>): readonly PlacedDevice[] };
  readonly pool: SourcePool;
  readonly history: ChargingHistory;
  readonly conductor: () => Conductor;
  /** Start of the next booking, milliseconds since the epoch. */
  readonly booked: (
    cart: Id<'cart'>,
  ) => { readonly at: number; readonly bays?: readonly number[] | undefined } | undefined;
}

export interface ChargingService {
  /** @throws PreauError `NOT_FOUND` */
  view(actor: Actor, cart: Id<'cart'>): ChargingView;
  set(actor: Actor, cart: Id<'cart'>, settings: ChargingView['settings']): Promise<void>;
  stays(actor: Actor, cart: Id<'cart'>, here: boolean): Promise<void>;
  /** Carts whose ports this computer may switch. */
  conducted(): readonly Conducted[];
}

/** Watts that a port gives at most: 2.4 A at 5 V; a port of 20 V; a brick on a power strip. */
const RATING_W = { usb: 12.5, powerDelivery: 65, brick: 75 } as const;
const HIGH_MV = 9_000;

export function createChargingService(deps: ChargingDeps): ChargingService {
  const { platform, parc, poste, pool, history } = deps;

  const known = (cart: Id<'cart'>) => {
    const found = readCartCharging(parc, cart);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'cart' });
    return found;
  };
  const boxesOf = (cart: Id<'cart'>) =>
    readAll(parc, 'hub').filter((hub) => hub.cart === cart && hub.poste === poste);

  const portsOf = (cart: Id<'cart'>, boxes: ReturnType<typeof boxesOf>): PlanPort[] => {
    const now = platform.clock();
    const placed = new Map(deps.devices.inCart(cart).map((one) => [one.bay, one.device]));
    const seen = new Set<number>();
    return boxes.flatMap((hub) => {
      const snapshot = pool.snapshot(hub._id);
      if (snapshot?.switching !== 'perPort') return [];
      const hot = snapshot.alerts.includes('overTemperature');
      return snapshot.ports.flatMap(({ port, reading: { value, source } }): PlanPort[] => {
        const bay = hub.firstBay + port - 1;
        const device = placed.get(bay);
        // What hangs on a port that no device has its place at (a Wi-Fi point) is not ours to switch.
        if (!device || seen.has(bay)) return [];
        seen.add(bay);
        const on = !(value.portOff || value.power === 'off');
        const away = value.power === 'empty' && on;
        const rating =
          source === 'strip'
            ? RATING_W.brick
            : (value.voltageMv ?? 0) > HIGH_MV
              ? RATING_W.powerDelivery
              : RATING_W.usb;
        const level = history.lastLevel(device);
        return [
          planPort(
            { bay, on, state: hot ? 'hot' : value.power === 'fault' ? 'fault' : away ? 'away' : 'plugged' },
            history.habit(device),
            {
              underWay: history.underWay(device),
              percent: level?.percent,
              idleMinutes: level ? (now - level.at) / 60_000 : 0,
              fullSince: value.power === 'full' ? now : history.fullSince(device),
            },
            rating,
            now,
          ),
        ];
      });
    });
  };

  const askOf = (cart: Id<'cart'>, charging: CartCharging): Conducted['ask'] => {
    const now = platform.clock();
    const zone = deps.timeZone();
    const { readyBy, window, spare } = settingsOf(charging);
    const today = localDate(now, zone);
    const at = (minutes: number, after: number): number => {
      const first = instantAt(today, minutes, zone);
      return first > after ? first : instantAt(addDays(today, 1), minutes, zone);
    };
    const booking = deps.booked(cart);
    const ready = at(readyBy, now);
    return {
      bookings: booking ? [{ at: booking.at, ...(booking.bays ? { bays: booking.bays } : {}) }] : [],
      readyBy: ready,
      spare,
      ...(window ? { window: { from: at(window.from, now), to: ready } } : {}),
    };
  };

  const conductedOf = (charging: CartCharging): Conducted => {
    const boxes = boxesOf(charging._id);
    const { ceilingMa } = settingsOf(charging);
    return {
      cart: charging._id,
      boxes: boxes.map(({ _id, firstBay, link, serial }) => ({ hub: _id, firstBay, link, serial })),
      ...(ceilingMa === undefined ? {} : { ceilingMa }),
      supply: boxes.some(({ link }) => link.kind === 'snmp') ? 'bricks' : 'hub',
      ports: portsOf(charging._id, boxes),
      ask: askOf(charging._id, charging),
    };
  };

  const change = async (
    cart: Id<'cart'>,
    part: Readonly<Record<string, Json | undefined>>,
  ): Promise<void> => {
    const { rev, body, cart: before } = known(cart);
    const charging = Object.fromEntries(
      Object.entries({ ...before.charging, ...part }).filter(([, value]) => value !== undefined),
    ) as Record<string, Json>;
    await parc.put({ ...body, charging }, rev);
    deps.conductor().hurry();
    platform.publish('charging.changed', { cart });
  };

  const placesOf = (made: Plan, placed: readonly PlacedDevice[]) =>
    made.ports.map(({ bay, wantedAt, fullAt, on, words }) => ({
      bay,
      number: placed.find((one) => one.bay === bay)?.number ?? null,
      wantedAt,
      fullAt,
      on: on.map((span) => ({ ...span })),
      words: words.map((word) => ({ ...word })),
    }));

  return {
    view(actor, wanted) {
      demand(actor, 'cart.read');
      const { cart } = known(wanted);
      const settings = settingsOf(cart);
      const stays = cart.charging?.stays;
      const one = conductedOf(cart);
      const placed = deps.devices.inCart(wanted);
      const mine = stays === poste;
      const mode: ChargingView['mode'] =
        stays !== undefined && !mine
          ? 'elsewhere'
          : one.ports.length === 0
            ? 'blind'
            : mine
              ? 'plan'
              : 'advice';
      const now = platform.clock();
      const made =
        mode === 'plan'
          ? deps.conductor().plan(wanted)
          : mode === 'advice'
            ? makePlan({
                now,
                ports: one.ports,
                ...one.ask,
                // Nothing is switched: nobody is spared either.
                spare: false,
                ...(one.ceilingMa === undefined ? {} : { ceilingW: portWatts(one.ceilingMa, one.supply) }),
              })
            : undefined;
      const asNew = new Map<string, number | undefined>();
      return {
        cart: { id: wanted, name: cart.name },
        now: instant(now),
        settings,
        stays: stays === undefined ? 'none' : mine ? 'here' : 'elsewhere',
        mode,
        plan: made
          ? {
              madeAt: made.madeAt,
              end: made.end,
              mostMa: Math.round((made.mostW / portWatts(1_000, one.supply)) * 1_000),
              places: placesOf(made, placed),
            }
          : null,
        troubles:
          mode === 'plan'
            ? deps
                .conductor()
                .troubles(wanted)
                .map((trouble) => ({ ...trouble }))
            : [],
        wear: placed.flatMap(({ device, number, bay }) => {
          const of = history.of(device);
          if (!of) return [];
          const model = of.model ?? '';
          if (!asNew.has(model))
            asNew.set(
              model,
              model === '' ? undefined : asNewOf(history.all().filter((each) => each.model === model)),
            );
          const { advice, health, points } = wearOf(of, asNew.get(model));
          return [
            { bay, number, advice, health: health ?? null, points: points.map((point) => ({ ...point })) },
          ];
        }),
      };
    },

    async set(actor, cart, settings) {
      demand(actor, 'cart.manage');
      await change(cart, {
        readyBy: settings.readyBy,
        spare: settings.spare,
        ceilingMa: settings.ceilingMa,
        window: settings.window === undefined ? undefined : { ...settings.window },
      });
    },

    async stays(actor, cart, here) {
      demand(actor, 'cart.manage');
      await change(cart, { stays: here ? poste : undefined });
    },

    conducted: () =>
      readAll(parc, 'cart').flatMap(({ _id }) => {
        const found = readCartCharging(parc, _id);
        return found?.cart.charging?.stays === poste ? [conductedOf(found.cart)] : [];
      }),
  };
}
