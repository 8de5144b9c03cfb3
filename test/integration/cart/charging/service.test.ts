/** The room of charging over the product's own pool and driver, a simulated hub and moved time. */
import { describe, expect, it } from 'vitest';
import { chargingSubject } from '../../../../src/contract/staff/charging';
import { SimulatedHub } from '../../../../src/demo/hub/hub';
import { POSTE } from '../../../../src/domain/rights/actor';
import { createConductor } from '../../../../src/main/cart/charging/conductor';
import { historyId, readHistories } from '../../../../src/main/cart/charging/documents';
import { createHistory } from '../../../../src/main/cart/charging/history-service';
import { chargingRoutes } from '../../../../src/main/cart/charging/routes';
import { createChargingService } from '../../../../src/main/cart/charging/service';
import { HubPool } from '../../../../src/main/cart/sources/pool';
import { nodeUsb } from '../../../../src/main/cart/usb/node-usb';
import { createDispatcher } from '../../../../src/main/dispatch';
import { Cable } from '../../../peers/cambrionix/cable';
import { ManualTimers } from '../../../peers/cambrionix/manual-timers';
import { memoryDatabase } from '../memory-database';
import type { ChargingView } from '../../../../src/contract/staff/charging';
import type { Id } from '../../../../src/domain/id';
import type { Actor } from '../../../../src/domain/rights/actor';
import type { Order } from '../../../../src/main/cart/charging/order';

const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [] }],
};
const LIBRARIAN: Actor = {
  kind: 'staff',
  personId: 'staff_bbbbbbbbbbbbb',
  grants: [{ role: 'librarian', classIds: [] }],
};
const CART = 'cart_aaaaaaaaaaaaa';
const HERE = 'poste_aaaaaaaaaaaaa';
const MINUTE = 60_000;
const deviceId = (number: number): Id<'device'> =>
  `device_${'abcdefghijklmnopqrstuvwxyz'.charAt(number).repeat(13)}`;

async function house(options: { guarded?: boolean; speed?: number; level?: number } = {}) {
  const timers = new ManualTimers();
  const parc = memoryDatabase();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const hub = new SimulatedHub({ timers, seed: 9, speed: options.speed ?? 1 });
  for (const port of hub.ports)
    if (port.number !== 7) port.plug({ capacityWh: 19, fullCurrentMa: 1_900, level: 0.4 });
  const cable = new Cable(hub, timers);
  await parc.put({
    _id: CART,
    type: 'cart',
    v: 1,
    name: 'Chariot bleu',
    bays: 15,
    kept: 'by another version',
  });
  await parc.put({
    _id: 'hub_aaaaaaaaaaaaa',
    type: 'hub',
    v: 1,
    cart: CART,
    poste: HERE,
    firstBay: 1,
    link: { kind: 'tcp', host: '127.0.0.1', port: 4000 },
  });
  const pool = new HubPool({
    parc,
    poste: HERE,
    timers,
    log,
    open: () => cable.open,
    listSerialPorts: () => Promise.resolve([]),
    usb: nodeUsb(),
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
    booked: () => undefined,
    places: () => [],
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
const settings = { ceilingMa: 500, readyBy: 480, spare: false };

describe('charging', () => {
  it('switches nothing, and advises, until a computer stays with the cart', async () => {
    const one = await house();
    await one.ask('set', { cart: CART, settings });
    await one.timers.advance(5 * MINUTE);
    const view = await one.view();
    expect(view).toMatchObject({ mode: 'advice', stays: 'none', settings });
    expect(view.plan?.places).toHaveLength(15);
    expect(one.off()).toBe(0);
    expect(one.orders.flatMap(({ steps }) => steps)).toEqual([]);
    await one.close();
  });

  it('hands the plan over before the first port goes off, keeps the ceiling, and says why', async () => {
    const one = await house();
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toBeGreaterThan(5);
    const first = one.orders.findIndex(({ steps }) => steps.length > 0);
    expect(one.offAtHand[first]).toBe(0);
    const view = await one.view();
    expect(view).toMatchObject({ mode: 'plan', stays: 'here', troubles: [] });
    expect(view.plan?.mostMa).toBeLessThanOrEqual(500);
    expect(view.plan?.places.some(({ words }) => words.some(({ code }) => code === 'turn'))).toBe(true);
    expect(view.plan?.places.find(({ bay }) => bay === 7)?.words).toEqual([{ code: 'away' }]);
    // Ports of the plan's end: everything on.
    const last = one.orders.at(-1);
    expect(
      last?.steps
        .filter(({ on }) => !on)
        .every((step) => last.steps.some((each) => each.on && each.port === step.port && each.at >= step.at)),
    ).toBe(true);
    await one.close();
  });

  it('leaves everything on where no watchman holds the plan', async () => {
    const one = await house({ guarded: false });
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(3 * MINUTE);
    expect(one.off()).toBe(0);
    expect((await one.view()).troubles).toContainEqual({ code: 'unguarded' });
    await one.close();
  });

  it('switches everything on again when the computer no longer stays', async () => {
    const one = await house();
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toBeGreaterThan(0);
    await one.ask('stays', { cart: CART, here: false });
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toBe(0);
    expect((await one.view()).stays).toBe('none');
    await one.close();
  });

  it('says that a hub refuses, and goes on', async () => {
    const one = await house();
    one.hub.dipVoltage();
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(2 * MINUTE);
    expect((await one.view()).troubles).toContainEqual(
      expect.objectContaining({ code: 'refused', detail: 'E422' }),
    );
    expect(one.off()).toBe(0);
    await one.close();
  });

  it('writes one line a charge, in one document a device, without a word of who used it', async () => {
    const one = await house({ speed: 60, level: 40 });
    await one.timers.advance(6 * MINUTE);
    const written = readHistories(one.parc);
    expect(written).toHaveLength(14);
    const first = written.find(({ device }) => device === deviceId(0));
    expect(first?._id).toBe(historyId(deviceId(0), HERE));
    expect(first?.charges).toHaveLength(1);
    expect(first?.charges[0]).toMatchObject({ from: 40, to: 100, full: true });
    expect(Object.keys(first ?? {}).sort()).toEqual([
      '_id',
      'charges',
      'device',
      'fall',
      'poste',
      'type',
      'uses',
      'v',
    ]);
    await one.close();
  });

  it('keeps in the cart what another version wrote there, and refuses who may not', async () => {
    const one = await house();
    await one.ask('set', { cart: CART, settings });
    expect(one.parc.get(CART)?.body).toMatchObject({ kept: 'by another version', charging: settings });
    await expect(one.ask('set', { cart: CART, settings }, LIBRARIAN)).rejects.toThrow('FORBIDDEN');
    await expect(one.ask('stays', { cart: CART, here: true }, POSTE)).rejects.toThrow();
    await expect(one.ask('set', { cart: CART, settings: { ...settings, ceilingMa: 40 } })).rejects.toThrow();
    await one.close();
  });
});
