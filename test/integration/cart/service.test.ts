import { describe, expect, it } from 'vitest';
import { cartSubject } from '../../../src/contract/staff/cart';
import { ANONYMOUS, POSTE } from '../../../src/domain/rights/actor';
import { SimulatedHub } from '../../../src/demo/hub/hub';
import { seeded } from '../../../src/demo/hub/random';
import { cartRoutes } from '../../../src/main/cart/routes';
import { createCartService } from '../../../src/main/cart/service';
import { createDispatcher } from '../../../src/main/dispatch';
import { Cable } from '../../peers/cambrionix/cable';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';
import { memoryDatabase } from './memory-database';
import type { CartPanelView } from '../../../src/contract/staff/cart';
import type { Id } from '../../../src/domain/id';
import type { Actor } from '../../../src/domain/rights/actor';

const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [] }],
};
const deviceId = (number: number): Id<'device'> =>
  `device_${'abcdefghijklmnopqrstuvwxyz'.charAt(number).repeat(13)}`;

function house(poste = 'poste_aaaaaaaaaaaaa', parc = memoryDatabase()) {
  const timers = new ManualTimers();
  const random = seeded(poste.length);
  const bytes = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const hub = new SimulatedHub({ timers, seed: 9 }).fill([7]);
  const cable = new Cable(hub, timers);
  const events: string[] = [];
  const service = createCartService({
    platform: {
      dataFolder: '',
      clock: () => timers.now(),
      random: bytes,
      log: silent,
      tracer: { trace: () => undefined },
      publish: (name) => events.push(name),
    },
    parc,
    devices: {
      inCart: () =>
        Array.from({ length: 15 }, (_, i) => ({ device: deviceId(i), number: i + 1, bay: i + 1 })),
    },
    poste,
    timers,
    timeZone: () => 'Europe/Paris',
    open: () => cable.open,
    listSerialPorts: () => Promise.resolve([{ path: '/dev/ttyUSB0', label: 'FTDI', hubLike: true }]),
  });
  const dispatch = createDispatcher(
    { cart: cartSubject },
    { cart: cartRoutes(service) },
    { log: silent, random: bytes },
  );
  const ask = async <T>(method: string, input: unknown = {}, actor: Actor = TEACHER): Promise<T> => {
    const reply = await dispatch({ actor, connection: 'c' }, `cart.${method}`, input);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as T;
  };
  return { timers, hub, cable, parc, service, ask, events };
}

const VALISE: Id<'cart'> = 'cart_vvvvvvvvvvvvv';
async function cartIn(of: ReturnType<typeof house>, bays = 15): Promise<Id<'cart'>> {
  await of.ask('create', { cart: VALISE, name: 'Valise bleue', bays });
  return VALISE;
}

describe('a cart without any hub', () => {
  it('says what is probable, then what is true, and undoes', async () => {
    const one = house();
    const cart = await cartIn(one);
    const panel = () => one.ask<CartPanelView>('panel', { cart });
    expect(await panel()).toMatchObject({ summary: { total: 15, unknown: 15 }, hubs: [], putAway: null });

    const { event } = await one.ask<{ event: string }>('putAway', { cart, unplugged: [3], missing: [7] });
    await one.timers.advance(15 * 3_600_000);
    const morning = await panel();
    expect(morning).toMatchObject({
      summary: { probable: 13, missing: 1, unknown: 1 },
      probable: [{ count: 13, basis: 'putAwayPlugged' }],
      putAway: { event },
    });
    const listed = await one.ask<{ carts: { name: string; summary: object }[] }>('list');
    expect(listed.carts).toMatchObject([{ name: 'Valise bleue', summary: { probable: 13 } }]);

    one.service.hear(POSTE, deviceId(0), cart, { source: 'device', value: { percent: 91 } });
    one.service.hear(POSTE, deviceId(1), cart, { source: 'device', value: { percent: 9 } });
    expect(await panel()).toMatchObject({
      summary: { ready: 1, low: 1, probable: 11 },
      probable: [{ count: 11 }],
    });

    await one.ask('note', { cart, bay: 3, power: 'full' });
    expect((await panel()).bays[2]).toMatchObject({
      power: { value: 'full', source: 'person' },
      readiness: { readiness: 'ready' },
    });
    await one.timers.advance(1);
    await one.ask('note', { cart, bay: 3 });
    expect((await panel()).bays[2]?.power).toBeNull();

    await one.ask('undo', { cart, event });
    expect(await panel()).toMatchObject({ summary: { probable: 0 }, putAway: null, probable: [] });
    await one.service.close();
  });

  it('lets nobody in who is not of the staff', async () => {
    const one = house();
    const cart = await cartIn(one);
    const link = { kind: 'tcp', host: '127.0.0.1', port: 4000 };
    const every: [string, object][] = [
      ['list', {}],
      ['create', { cart, name: 'x', bays: 1 }],
      ['panel', { cart }],
      ['putAway', { cart, unplugged: [], missing: [] }],
      ['takeOut', { cart }],
      ['undo', { cart, event: 'event_aaaaaaaaaaaaa' }],
      ['note', { cart, bay: 1 }],
      ['findHubs', {}],
      ['tryHub', { link }],
      ['restartHub', { hub: 'hub_aaaaaaaaaaaaa' }],
      ['addHub', { cart, link, firstBay: 1 }],
      ['removeHub', { hub: 'hub_aaaaaaaaaaaaa' }],
    ];
    expect(every.map(([name]) => name).sort()).toEqual(Object.keys(cartSubject.requests).sort());
    for (const [method, input] of every)
      await expect(one.ask(method, input, ANONYMOUS), method).rejects.toThrow('NOT_SIGNED_IN');
    const pupil: Actor = {
      kind: 'pupil',
      personId: 'pupil_aaaaaaaaaaaaa',
      lessonId: 'lesson_aaaaaaaaaaaaa',
      classId: 'class_aaaaaaaaaaaaa',
    };
    for (const [method, input] of every)
      await expect(one.ask(method, input, pupil), method).rejects.toThrow('FORBIDDEN');
  });

  it('refuses what is no cart, no bay, no address of the building', async () => {
    const one = house();
    const cart = await cartIn(one);
    await expect(one.ask('panel', { cart: 'cart_aaaaaaaaaaaaa' })).rejects.toThrow('NOT_FOUND');
    await expect(one.ask('note', { cart, bay: 16 })).rejects.toThrow('NOT_FOUND');
    await expect(one.ask('note', { cart, bay: 31 })).rejects.toThrow('BAD_INPUT');
    await expect(one.ask('undo', { cart, event: 'event_aaaaaaaaaaaaa' })).rejects.toThrow('NOT_FOUND');
    for (const link of [
      { kind: 'tcp', host: '8.8.8.8', port: 4000 },
      { kind: 'tcp', host: 'example.org', port: 4000 },
      { kind: 'serial', path: '/etc/shadow' },
    ])
      await expect(one.ask('addHub', { cart, link, firstBay: 1 })).rejects.toThrow('BAD_INPUT');
  });

  it('skips a document that it does not understand', async () => {
    const one = house();
    const cart = await cartIn(one);
    await one.parc.put({ _id: 'event_bbbbbbbbbbbbb', type: 'cartFact', v: 2, cart, entries: 'later' });
    await one.parc.put({
      _id: 'hub_bbbbbbbbbbbbb',
      type: 'hub',
      v: 1,
      cart,
      link: { kind: 'tcp', host: '8.8.8.8' },
    });
    expect(await one.ask<CartPanelView>('panel', { cart })).toMatchObject({ hubs: [] });
  });
});

describe('a cart with a hub', () => {
  const link = { kind: 'serial', path: '/dev/ttyUSB0' };

  it('shows fifteen bays with source and age, goes stale when unplugged, and recovers', async () => {
    const one = house();
    const cart = await cartIn(one);
    await one.ask('addHub', { cart, link, firstBay: 1 });
    await one.timers.advance(6_000);
    const panel = () => one.ask<CartPanelView>('panel', { cart });
    const first = await panel();
    expect(first.hubs).toMatchObject([{ here: true, status: 'answering', hardware: 'PP15S', alerts: [] }]);
    expect(first.bays).toHaveLength(15);
    expect(first.bays[6]).toMatchObject({
      power: { value: 'empty', source: 'hub' },
      readiness: { readiness: 'missing', because: 'bayEmpty' },
    });
    expect(first.bays[0]?.currentMa?.stale).toBe(false);
    expect(one.events).toContain('cart.changed');

    one.cable.pull();
    await one.timers.advance(20_000);
    const stale = await panel();
    expect(stale.hubs).toMatchObject([{ status: 'lost', why: 'ENOENT' }]);
    expect(stale.bays[0]).toMatchObject({ stale: true, power: { stale: true } });

    one.cable.putBack();
    await one.timers.advance(15_000);
    const back = await panel();
    expect(back.hubs).toMatchObject([{ status: 'answering' }]);
    expect(back.bays[0]?.stale).toBe(false);

    const hub = (await panel()).hubs[0]?.id;
    await one.ask('removeHub', { hub });
    expect((await panel()).hubs).toEqual([]);
    await one.service.close();
    expect(one.timers.pending).toBe(0);
  });

  it('shows both when somebody sees something else than the hub', async () => {
    const one = house();
    const cart = await cartIn(one);
    await one.ask('addHub', { cart, link, firstBay: 1 });
    await one.timers.advance(6_000);
    await one.ask('note', { cart, bay: 7, power: 'charging' });
    const bay = (await one.ask<CartPanelView>('panel', { cart })).bays[6];
    expect(bay?.conflicts).toMatchObject([{ about: 'power' }]);
    expect(bay?.conflicts[0]?.values.map((value) => value.source).sort()).toEqual(['hub', 'person']);
    await one.service.close();
  });

  it('does not open the serial port of another computer', async () => {
    const one = house();
    const cart = await cartIn(one);
    await one.ask('addHub', { cart, link, firstBay: 1 });
    await one.timers.advance(6_000);
    const other = house('poste_bbbbbbbbbbbbb', one.parc);
    await other.timers.advance(6_000);
    expect(other.cable.opened).toBe(0);
    expect((await other.ask<CartPanelView>('panel', { cart })).hubs).toMatchObject([
      { here: false, status: 'stopped' },
    ]);
    await one.service.close();
    await other.service.close();
  });

  it('adds one cart and one hub when a request is repeated after a cut', async () => {
    const one = house();
    const cart = await cartIn(one);
    await cartIn(one);
    const first = await one.ask('addHub', { cart, link, firstBay: 1 });
    expect(await one.ask('addHub', { cart, link, firstBay: 1 })).toEqual(first);
    expect((await one.ask<{ carts: unknown[] }>('list')).carts).toHaveLength(1);
    await expect(one.ask('create', { cart, name: 'Autre', bays: 3 })).rejects.toThrow('CONFLICT');
    await one.service.close();
  });

  it('one wire has one reader: declared again it moves within its cart, and is no other cart’s until it is removed', async () => {
    const one = house();
    const cart = await cartIn(one, 30);
    const hub = await one.ask('addHub', { cart, link, firstBay: 1 });
    await one.timers.advance(6_000);
    expect(await one.ask('addHub', { cart, link, firstBay: 16 })).toEqual(hub);
    await one.timers.advance(6_000);
    const { bays, hubs } = await one.ask<CartPanelView>('panel', { cart });
    expect(hubs).toMatchObject([{ firstBay: 16, status: 'answering' }]);
    expect(bays.filter(({ power }) => power !== null).map(({ bay }) => bay)).toEqual(
      Array.from({ length: 15 }, (_, at) => at + 16),
    );
    const other = 'cart_ccccccccccccc';
    await one.ask('create', { cart: other, name: 'Autre', bays: 15 });
    await expect(one.ask('addHub', { cart: other, link, firstBay: 1 })).rejects.toThrow('HUB_TAKEN');
    await one.ask('removeHub', hub);
    await one.ask('addHub', { cart: other, link, firstBay: 1 });
    await one.timers.advance(6_000);
    expect((await one.ask<CartPanelView>('panel', { cart: other })).hubs).toMatchObject([
      { status: 'answering' },
    ]);
    await one.service.close();
  });

  it('reads two hubs on one cart', async () => {
    const one = house();
    const cart = await cartIn(one, 30);
    await one.ask('addHub', { cart, link, firstBay: 1 });
    await one.ask('addHub', { cart, link: { kind: 'tcp', host: '127.0.0.1', port: 4000 }, firstBay: 16 });
    await one.timers.advance(6_000);
    const { bays } = await one.ask<CartPanelView>('panel', { cart });
    expect(bays.filter((bay) => bay.power !== null)).toHaveLength(30);
    await one.service.close();
  });
});
