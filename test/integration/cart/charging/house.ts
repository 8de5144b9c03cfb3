/** A house with a cart that is charged: the product's pool, history, conductor and room over a simulated hub, moved time. */
import { chargingSubject } from '../../../../src/contract/staff/charging';
import { SimulatedHub } from '../../../../src/demo/hub/hub';
import { placesOfBoxes } from '../../../../src/main/cart/charging/boxes';
import { createConductor } from '../../../../src/main/cart/charging/conductor';
import { createHistory } from '../../../../src/main/cart/charging/history-service';
import { keyOf, type OffNote, type OffPort } from '../../../../src/main/cart/charging/off-note';
import { chargingRoutes } from '../../../../src/main/cart/charging/routes';
import { createChargingService } from '../../../../src/main/cart/charging/service';
import { openSource } from '../../../../src/main/cart/sources/open-source';
import { HubPool } from '../../../../src/main/cart/sources/pool';
import { nodeUsb } from '../../../../src/main/cart/usb/node-usb';
import { createDispatcher } from '../../../../src/main/dispatch';
import { Cable } from '../../../peers/cambrionix/cable';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import { HUB_IDS, type SimulatedBus } from '../../../peers/usb';
import { memoryDatabase } from '../memory-database';
import type { ChargingView } from '../../../../src/contract/staff/charging';
import type { Id } from '../../../../src/domain/id';
import type { Actor } from '../../../../src/domain/rights/actor';
import type { AudienceDatabase } from '../../../../src/store/port';
import type { Order } from '../../../../src/main/cart/charging/order';
import type { TonightPlace } from '../../../../src/main/cart/charging/tonight';

export const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [] }],
};
export const CART = 'cart_aaaaaaaaaaaaa';
export const HUB = 'hub_aaaaaaaaaaaaa';
export const HERE = 'poste_aaaaaaaaaaaaa';
export const MINUTE = 60_000;
export const deviceId = (number: number): Id<'device'> =>
  `device_${'abcdefghijklmnopqrstuvwxyz'.charAt(number).repeat(13)}`;

/** The note of what may be off without its disk: a write that takes real time would be overtaken by moved time. */
function memoryNote(): OffNote {
  const ports = new Map<string, OffPort>();
  return {
    all: () => [...ports.values()],
    add(more) {
      for (const one of more) ports.set(keyOf(one), one);
      return Promise.resolve();
    },
    remove(port) {
      ports.delete(keyOf(port));
      return Promise.resolve();
    },
  };
}

interface Left {
  readonly timers: ManualTimers;
  readonly parc: AudienceDatabase;
  readonly hub: SimulatedHub;
  readonly cable: Cable;
  readonly note: OffNote;
}
export type House = Awaited<ReturnType<typeof house>>;

export async function house(
  options: {
    guarded?: boolean;
    speed?: number;
    level?: number;
    booked?: readonly { readonly at: number; readonly bays: readonly number[] }[];
    /** A USB hub that reads the same places as the charging hub, declared before it. */
    usb?: SimulatedBus;
    /** What an earlier run left: its school, its boxes, its clock. */
    before?: Left;
  } = {},
) {
  const { before } = options;
  const timers = before?.timers ?? new ManualTimers();
  const parc = before?.parc ?? memoryDatabase();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const hub = before?.hub ?? new SimulatedHub({ timers, seed: 9, speed: options.speed ?? 1 });
  const cable = before?.cable ?? new Cable(hub, timers);
  if (!before) {
    for (const port of hub.ports)
      if (port.number !== 7) port.plug({ capacityWh: 19, fullCurrentMa: 1_900, level: 0.4 });
    await parc.put({
      _id: CART,
      type: 'cart',
      v: 1,
      name: 'Chariot bleu',
      bays: 15,
      kept: 'by another version',
    });
    if (options.usb)
      await parc.put({
        _id: 'hub_22222222222aa',
        type: 'hub',
        v: 1,
        cart: CART,
        poste: HERE,
        firstBay: 1,
        link: { kind: 'usb', path: options.usb.path, ...HUB_IDS },
      });
    await parc.put({
      _id: HUB,
      type: 'hub',
      v: 1,
      cart: CART,
      poste: HERE,
      firstBay: 1,
      link: { kind: 'tcp', host: '127.0.0.1', port: 4000 },
    });
  }
  const pool = new HubPool({
    parc,
    poste: HERE,
    timers,
    log,
    open: () => cable.open,
    listSerialPorts: () => Promise.resolve([]),
    usb: options.usb ?? nodeUsb(),
    secrets: {
      of: () => Promise.resolve(undefined),
      keep: () => Promise.resolve(),
      forget: () => Promise.resolve(),
    },
    onSeen: () => undefined,
  });
  const devices = {
    inCart: () =>
      Array.from({ length: 15 }, (_, at) => ({ device: deviceId(at), number: at + 1, bay: at + 1 })),
  };
  const note = before?.note ?? memoryNote();
  const places = new Map<number, Partial<TonightPlace>>();
  const orders: Order[] = [];
  /** Where the last plan was when the first port went off. */
  const offAtHand: number[] = [];
  const history = createHistory({ parc, poste: HERE, timers, log, pool, devices, model: () => 'M' });
  const conductor = createConductor({
    pool,
    timers,
    log,
    guard: {
      pid: 1,
      hand: (order) => {
        orders.push(order);
        offAtHand.push(hub.ports.filter(({ mode }) => mode === 'o').length);
        return Promise.resolve(options.guarded ?? true);
      },
      close: () => undefined,
    },
    conducted: () => service.conducted(),
    secret: () => Promise.resolve(undefined),
    onPlan: () => undefined,
    note,
    ...placesOfBoxes(parc, HERE),
    openBox: ({ link, serial }) =>
      openSource(link, { timers, hear: () => undefined, serial, open: () => cable.open }),
  });
  const service = createChargingService({
    platform: {
      dataFolder: '',
      clock: () => timers.now(),
      random: () => Buffer.alloc(9),
      log,
      tracer: { trace: () => undefined },
      publish: () => undefined,
    },
    parc,
    poste: HERE,
    timeZone: () => 'Europe/Paris',
    devices,
    pool,
    history,
    conductor: () => conductor,
    booked: () => options.booked ?? [],
    places: () =>
      devices.inCart().map((one) => ({
        ...one,
        state: 'waiting' as const,
        hint: null,
        rest: null,
        ...places.get(one.bay),
      })),
  });
  const dispatch = createDispatcher(
    { charging: chargingSubject },
    { charging: chargingRoutes(service) },
    { log, random: () => Buffer.alloc(9) },
  );
  const ask = async <T>(method: string, input: unknown, actor: Actor = TEACHER): Promise<T> => {
    const reply = await dispatch({ actor, connection: 'c' }, `charging.${method}`, input);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as T;
  };
  if (options.level !== undefined) history.heard(deviceId(0), options.level);
  await timers.advance(5_000);
  return {
    timers,
    hub,
    parc,
    note,
    cable,
    history,
    conductor,
    places,
    orders,
    offAtHand,
    view: () => ask<ChargingView>('view', { cart: CART }),
    ask,
    off: () => hub.ports.filter(({ mode }) => mode === 'o').length,
    async close() {
      conductor.close();
      await history.close();
      pool.close();
    },
  };
}
