/** How a cart is charged: what is set, what is planned and why, how its batteries age. */
import { PreauError } from '../../../domain/errors';
import { plan as makePlan, portWatts, type Plan, type PlanHeat } from '../../../domain/cart/plan';
import { portToPlan } from '../../../domain/cart/port-watch';
import { asNewOf, wearOf } from '../../../domain/cart/wear';
import { demand } from '../../../domain/rights/authorize';
import { addDays, instant, instantAt, localDate } from '../../../domain/time';
import { readAll } from '../documents';
import { readPoints } from '../wifi-point/documents';
import { readCartCharging, settingsOf, type CartCharging } from './documents';
import { tonightDevices, type TonightPlace } from './tonight';
import type { ChargingView, TonightView } from '../../../contract/staff/charging';
import type { PlacedDevice } from '../../../domain/cart/panel';
import type { Id } from '../../../domain/id';
import type { Json } from '../../../domain/json';
import type { Actor } from '../../../domain/rights/actor';
import type { AudienceDatabase } from '../../../store/port';
import type { Platform } from '../../capability';
import type { SourcePool } from '../sources/port';
import type { Conducted, ConductedPort, Conductor } from './conductor';
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
  /** Starts of the bookings of the hours to come, milliseconds since the epoch. */
  readonly booked: (
    cart: Id<'cart'>,
  ) => readonly { readonly at: number; readonly bays?: readonly number[] | undefined }[];
  /** The places as putting away sees them. */
  readonly places: (cart: Id<'cart'>) => readonly TonightPlace[];
}

export interface ChargingService {
  /** @throws PreauError `NOT_FOUND` */
  view(actor: Actor, cart: Id<'cart'>): ChargingView;
  set(actor: Actor, cart: Id<'cart'>, settings: ChargingView['settings']): Promise<void>;
  stays(actor: Actor, cart: Id<'cart'>, here: boolean): Promise<void>;
  /** What this night will bring, for who puts the cart away. @throws PreauError `NOT_FOUND` */
  tonight(actor: Actor, cart: Id<'cart'>): TonightView;
  /** @param minutes since local midnight; null: as every day */
  wantAt(actor: Actor, cart: Id<'cart'>, minutes: number | null): Promise<TonightView>;
  /** Carts whose ports this computer may switch. */
  conducted(): readonly Conducted[];
}

/** Where two boxes could switch one place: the one that measures it best. */
const SWITCHES_BEST = ['serial', 'tcp', 'snmp', 'usb'] as const;
/** An hour on the clock is never further away. Milliseconds. */
const ONCE_WITHIN = 25 * 3_600_000;

export function createChargingService(deps: ChargingDeps): ChargingService {
  const { platform, parc, poste, pool, history } = deps;

  const known = (cart: Id<'cart'>) => {
    const found = readCartCharging(parc, cart);
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'cart' });
    return found;
  };
  const boxesOf = (cart: Id<'cart'>) =>
    readAll(parc, 'hub').filter((hub) => hub.cart === cart && hub.poste === poste);

  /** Ports that feed a Wi-Fi point: theirs to switch, whatever the inventory places there (docs/wifi-point.md). */
  const pointsOf = (hub: Id<'hub'>) =>
    new Map(
      readPoints(parc).flatMap(({ drive, name }) =>
        drive.kind === 'port' && drive.hub === hub ? [[drive.port, name] as const] : [],
      ),
    );
  const misplaced = (cart: Id<'cart'>, boxes: ReturnType<typeof boxesOf>): ChargingView['troubles'] => {
    const bays = new Set(deps.devices.inCart(cart).map(({ bay }) => bay));
    return boxes.flatMap(({ _id, firstBay }) =>
      [...pointsOf(_id)].flatMap(([port, name]) =>
        bays.has(firstBay + port - 1)
          ? [{ code: 'wifiPoint' as const, bay: firstBay + port - 1, detail: name }]
          : [],
      ),
    );
  };

  const portsOf = (cart: Id<'cart'>, boxes: ReturnType<typeof boxesOf>): ConductedPort[] => {
    const now = platform.clock();
    const placed = new Map(deps.devices.inCart(cart).map((one) => [one.bay, one.device]));
    const seen = new Set<number>();
    const best = [...boxes].sort(
      (a, b) => SWITCHES_BEST.indexOf(a.link.kind) - SWITCHES_BEST.indexOf(b.link.kind),
    );
    return best.flatMap((hub) => {
      const snapshot = pool.snapshot(hub._id);
      if (snapshot?.switching !== 'perPort') return [];
      const hot = snapshot.alerts.includes('overTemperature');
      const points = pointsOf(hub._id);
      return snapshot.ports.flatMap(({ port, reading }): ConductedPort[] => {
        const bay = hub.firstBay + port - 1;
        const device = placed.get(bay);
        // What hangs on a port that no device has its place at is not ours to switch.
        if (!device || seen.has(bay) || points.has(port)) return [];
        seen.add(bay);
        const own = history.tooHot(device);
        const heat: PlanHeat | undefined = hot
          ? { by: 'box' }
          : own && { by: 'device', celsius: own.celsius };
        const known = { bay, habit: history.habit(device), ...(heat ? { heat } : {}) };
        const watch = history.watch(device);
        const planned = portToPlan(known, watch, reading, now);
        return [{ ...planned, hub: hub._id, port, habit: known.habit, watch }];
      });
    });
  };

  /** The next time a clock on the wall shows it. */
  const nextAt = (minutes: number): number => {
    const [now, zone] = [platform.clock(), deps.timeZone()];
    const today = localDate(now, zone);
    const first = instantAt(today, minutes, zone);
    return first > now ? first : instantAt(addDays(today, 1), minutes, zone);
  };
  /** The last time before `end`: cheap hours that have begun have begun. */
  const lastAt = (minutes: number, end: number): number => {
    const zone = deps.timeZone();
    const day = localDate(end, zone);
    const same = instantAt(day, minutes, zone);
    return same < end ? same : instantAt(addDays(day, -1), minutes, zone);
  };
  /** Asked for the next time only, and not over. */
  const onceOf = ({ charging }: CartCharging): number | undefined => {
    const at = charging?.once === undefined ? NaN : Date.parse(charging.once);
    const ahead = at - platform.clock();
    return ahead > 0 && ahead <= ONCE_WITHIN ? at : undefined;
  };
  const askOf = (cart: Id<'cart'>, charging: CartCharging): Conducted['ask'] => {
    const { readyBy, window, spare } = settingsOf(charging);
    const ready = onceOf(charging) ?? nextAt(readyBy);
    return {
      bookings: deps.booked(cart).map(({ at, bays }) => ({ at, ...(bays ? { bays } : {}) })),
      readyBy: ready,
      spare,
      ...(window ? { window: { from: lastAt(window.from, ready), to: ready } } : {}),
    };
  };

  const conductedOf = (charging: CartCharging): Conducted => {
    const all = boxesOf(charging._id);
    const ports = portsOf(charging._id, all);
    const boxes = all.filter(({ _id }) => ports.some(({ hub }) => hub === _id));
    const { ceilingMa } = settingsOf(charging);
    return {
      cart: charging._id,
      boxes: boxes.map(({ _id, link, serial }) => ({ hub: _id, link, serial })),
      ...(ceilingMa === undefined ? {} : { ceilingMa }),
      supply: boxes.some(({ link }) => link.kind === 'snmp') ? 'bricks' : 'hub',
      ports,
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

  const modeOf = ({ charging }: CartCharging, { ports }: Conducted): ChargingView['mode'] => {
    const stays = charging?.stays;
    if (stays !== undefined && stays !== poste) return 'elsewhere';
    return ports.length === 0 ? 'blind' : stays === poste ? 'plan' : 'advice';
  };

  const tonightOf = (wanted: Id<'cart'>): TonightView => {
    const { cart } = known(wanted);
    const now = platform.clock();
    const one = conductedOf(cart);
    const mode = modeOf(cart, one);
    const { bookings, readyBy } = one.ask;
    const wantedAt = Math.min(readyBy, ...bookings.map(({ at }) => at).filter((at) => at > now));
    const ceilingW = one.ceilingMa === undefined ? undefined : portWatts(one.ceilingMa, one.supply);
    const devices = tonightDevices({
      now,
      places: deps.places(wanted),
      // Who does not switch them does not know what they are about to do.
      measured: { ask: one.ask, ceilingW, ports: mode === 'elsewhere' ? [] : one.ports },
      conducted: mode === 'plan',
      history,
    });
    const ready = devices.flatMap(({ readyAt }) => readyAt ?? []);
    return {
      cart: wanted,
      now: instant(now),
      mode,
      wantedAt,
      why: wantedAt < readyBy ? 'booking' : onceOf(cart) === undefined ? 'setting' : 'once',
      readyBy: settingsOf(cart).readyBy,
      devices,
      allReadyAt: ready.length > 0 ? Math.max(...ready) : null,
    };
  };

  return {
    tonight(actor, cart) {
      demand(actor, 'cart.read');
      return tonightOf(cart);
    },

    async wantAt(actor, cart, minutes) {
      demand(actor, 'cart.manage');
      await change(cart, { once: minutes === null ? undefined : instant(nextAt(minutes)) });
      return tonightOf(cart);
    },

    view(actor, wanted) {
      demand(actor, 'cart.read');
      const { cart } = known(wanted);
      const settings = settingsOf(cart);
      const stays = cart.charging?.stays;
      const one = conductedOf(cart);
      const placed = deps.devices.inCart(wanted);
      const mode = modeOf(cart, one);
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
        stays: stays === undefined ? 'none' : stays === poste ? 'here' : 'elsewhere',
        mode,
        plan: made
          ? {
              madeAt: made.madeAt,
              end: made.end,
              mostMa: Math.round((made.mostW / portWatts(1_000, one.supply)) * 1_000),
              places: placesOf(made, placed),
            }
          : null,
        troubles: [
          ...misplaced(wanted, boxesOf(wanted)),
          ...(mode === 'plan' ? deps.conductor().troubles(wanted) : []).map((trouble) => ({ ...trouble })),
        ],
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
      const { cart: before } = known(cart);
      await change(cart, {
        // Another hour for every day holds from now on.
        once: settings.readyBy === settingsOf(before).readyBy ? before.charging?.once : undefined,
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
