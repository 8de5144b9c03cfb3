import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import { accessoriesSubject } from '../../../src/contract/staff/accessories';
import { inventorySubject } from '../../../src/contract/staff/inventory';
import { audience } from '../../../src/domain/audience';
import type { Nearby } from '../../../src/domain/accessories/recognise';
import type { Id } from '../../../src/domain/id';
import type { Actor } from '../../../src/domain/rights/actor';
import {
  guidedBluetooth,
  type Bluetooth,
  type BluetoothThing,
} from '../../../src/main/accessories/bluetooth';
import { LOOK_MS } from '../../../src/main/accessories/look';
import { accessoriesRoutes } from '../../../src/main/accessories/routes';
import { createAccessoriesService } from '../../../src/main/accessories/service';
import type { BondedLists } from '../../../src/main/accessories/types';
import { createDispatcher } from '../../../src/main/dispatch';
import { inventoryRoutes } from '../../../src/main/inventory/routes';
import { createInventoryService } from '../../../src/main/inventory/service';
import { needs } from '../../needs';
import { AdbdPeer } from '../../peers/adbd';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';
import { openAdbRoom, skipReason, type AdbRoom } from '../android/adb';
import { openStore, temporaryFolder } from '../store/support';

const registry = { inventory: inventorySubject, accessories: accessoriesSubject };
type Contract = typeof registry;
const HEAD: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'head', classIds: [] }],
};
const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_bbbbbbbbbbbbb',
  grants: [{ role: 'teacher', classIds: [] }],
};
const CART = 'cart_aaaaaaaaaaaaa' as const;
const CLASS = 'class_aaaaaaaaaaaaa' as const;
const NO_TABLET: BondedLists = {
  tablets: () => Promise.resolve([]),
  bluetoothText: () => Promise.resolve(''),
};

interface World {
  plugged: Nearby[];
  radio: BluetoothThing[];
  watching: number;
  looked: number;
  rested: number;
  pairing?: string | undefined;
  settle: (yes: boolean) => void;
}

async function house(tablets: BondedLists = NO_TABLET) {
  const store = await openStore(await temporaryFolder());
  const parc = await store.open(audience('parc'));
  if (!parc.get(CART)) await parc.put({ _id: CART, type: 'cart', v: 1, name: 'Valise du cycle 3', bays: 15 });
  const world: World = { plugged: [], radio: [], watching: 0, looked: 0, rested: 0, settle: () => undefined };
  const events: string[] = [];
  const timers = new ManualTimers();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  let now = Date.UTC(2026, 10, 23, 8, 0);
  const platform = {
    dataFolder: '',
    clock: () => (now += 1_000),
    random: randomBytes,
    log,
    tracer: { trace: () => undefined },
    publish: (name: string) => void events.push(name),
  };
  const inventory = createInventoryService({ platform, parc });
  const bluetooth: Bluetooth = {
    ...guidedBluetooth,
    state: () => 'ready',
    things: () => world.radio,
    look: () => Promise.resolve(void (world.looked += 1)),
    rest: () => Promise.resolve(void (world.rested += 1)),
    // As BlueZ goes: it asks, and waits for a person or for the end of the pairing.
    pair: (address, askPerson) =>
      new Promise((resolve) => {
        world.pairing = address;
        world.settle = (yes) => {
          world.pairing = undefined;
          resolve(yes ? { outcome: 'paired', connected: true } : { outcome: 'refused', why: 'cancelled' });
        };
        askPerson({ kind: 'compare', code: '123456' });
      }),
    answer: (yes) => world.settle(yes),
    cancel: () => Promise.resolve(world.settle(false)),
  };
  const service = createAccessoriesService({
    platform,
    timers,
    inventory,
    poste: 'poste_aaaaaaaaaaaaa',
    usb: {
      list: () => Promise.resolve({ state: 'looking', things: world.plugged }),
      watch: () => {
        world.watching += 1;
        return Promise.resolve(() => (world.watching -= 1));
      },
    },
    bluetooth: () => bluetooth,
    tablets,
  });
  onTestFinished(() => service.close());
  const routes = {
    inventory: inventoryRoutes(inventory, {
      clock: () => now,
      timeZone: () => 'Europe/Paris',
      offer: () => '',
    }),
    accessories: accessoriesRoutes(service),
  };
  const dispatch = createDispatcher(registry, routes, { log, random: randomBytes });
  async function ask<M extends MethodOf<Contract>>(
    method: M,
    input: InputOf<Contract, M>,
    actor: Actor = TEACHER,
  ): Promise<ReplyOf<Contract, M>> {
    const reply = await dispatch({ actor, connection: 'w' }, method, input);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as ReplyOf<Contract, M>;
  }
  const devices: Id<'device'>[] = [];
  for (let bay = 1; bay <= 15; bay += 1) {
    const label = `Tablette ${String(bay)}`;
    const serial = `R52N60A00${String(bay).padStart(2, '0')}`;
    const made = await ask('inventory.addDevice', { label, kind: 'tablet', serial, cart: CART, bay }, HEAD);
    devices.push(made.device);
  }
  const series = (label: string, kind: 'headset' | 'keyboard' | 'splitter' = 'headset', count = 15) =>
    ask('accessories.addSeries', { kind, label, count, with: CART, link: 'bluetooth' }, HEAD);
  return { ask, world, events, timers, devices, series, parc };
}

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index];
  if (found === undefined) throw new Error(`nothing at ${String(index)}`);
  return found;
};

describe('fifteen headsets', () => {
  it('are recorded in one gesture, each with the tablet of its place and a label to print', async () => {
    const { ask, series, events } = await house();
    const { added, taken } = await series('Casque 01');
    expect(added).toHaveLength(15);
    expect(taken).toEqual([]);
    const { places } = await ask('accessories.overview', { cart: CART });
    expect(
      places.map(({ bay, device, accessories }) => [
        bay,
        device?.label,
        accessories.map((each) => each.label),
      ]),
    ).toEqual(
      Array.from({ length: 15 }, (_, n) => [
        n + 1,
        `Tablette ${String(n + 1)}`,
        [`Casque ${String(n + 1).padStart(2, '0')}`],
      ]),
    );
    expect(at(at(places, 6).accessories, 0).code).toMatch(/^[BCDFGHJKNPRSTVXY]{8}$/);
    expect(events).toContain('accessories.changed');
    // Twice is once: the names are taken, nothing is doubled.
    expect(await series('Casque 14', 'headset', 3)).toMatchObject({ taken: ['Casque 14', 'Casque 15'] });
    await expect(
      ask('accessories.addSeries', { kind: 'headset', label: 'Casque 90', count: 1 }, TEACHER),
    ).rejects.toThrow('FORBIDDEN');
  });
});

describe('the end of a lesson', () => {
  it('says that headset 07 is missing, since when and in whose hands last, until it is scanned again', async () => {
    const { ask, series } = await house();
    const { added } = await series('Casque 01');
    const lost = at(added, 6);
    expect(await ask('accessories.count', { cart: CART, absent: [lost], class: CLASS })).toEqual({
      missing: [lost],
      back: [],
    });
    const read = await ask('accessories.read', { accessory: lost });
    expect(read).toMatchObject({ label: 'Casque 07', state: 'missing', class: CLASS });
    expect(read.goesWith).toMatchObject({ kind: 'device', label: 'Tablette 7' });
    const { since } = read;
    // The next lesson counts the same: it is missing since the first time, in the hands of the first class.
    await ask('accessories.count', { cart: CART, absent: [lost], class: 'class_bbbbbbbbbbbbb' });
    expect(await ask('accessories.read', { accessory: lost })).toMatchObject({ since, class: CLASS });
    // Found in a drawer: one gesture; the following count has nothing to say.
    await ask('accessories.say', { accessory: lost, state: 'inService' });
    expect(await ask('accessories.read', { accessory: lost })).toMatchObject({
      state: 'inService',
      class: undefined,
    });
    expect(await ask('accessories.count', { cart: CART, absent: [] })).toEqual({ missing: [], back: [] });
    // Or simply ticked at the next count.
    await ask('accessories.say', { accessory: lost, state: 'missing' });
    expect(await ask('accessories.count', { cart: CART, absent: [] })).toEqual({ missing: [], back: [lost] });
  });

  it('is counted twice at once without a double', async () => {
    const { ask, series } = await house();
    const { added } = await series('Casque 01');
    const absent = [at(added, 0), at(added, 1)];
    await Promise.all([1, 2].map(() => ask('accessories.count', { cart: CART, absent, class: CLASS })));
    for (const accessory of absent) {
      expect(await ask('accessories.read', { accessory })).toMatchObject({
        state: 'missing',
        disputed: false,
      });
      await ask('accessories.say', { accessory, state: 'inService' });
      expect((await ask('accessories.read', { accessory })).state).toBe('inService');
    }
  });

  it('is of the cart’s own accessories, whatever somebody names', async () => {
    const { ask, series } = await house();
    await series('Casque 01', 'headset', 2);
    const { accessory } = await ask(
      'inventory.addAccessory',
      { label: 'Visualiseur', kind: 'visualiser' },
      HEAD,
    );
    expect(await ask('accessories.count', { cart: CART, absent: [accessory] })).toEqual({
      missing: [],
      back: [],
    });
    await expect(ask('accessories.overview', { cart: 'cart_zzzzzzzzzzzzz' })).rejects.toThrow('NOT_FOUND');
  });
});

describe('binding an accessory', () => {
  it('to a device, to a place or to this computer is written with how it was checked', async () => {
    const { ask, series, devices } = await house();
    const { added } = await series('Doubleur 1', 'splitter', 3);
    const [first, second, third] = [at(added, 0), at(added, 1), at(added, 2)];
    await ask('accessories.bind', {
      accessory: first,
      to: { kind: 'device', device: at(devices, 4) },
      check: { how: 'sound', works: true },
    });
    await ask('accessories.bind', { accessory: second, to: { kind: 'bay', cart: CART, bay: 9 } });
    await ask('accessories.bind', {
      accessory: third,
      to: { kind: 'here' },
      check: { how: 'picture', works: false },
    });
    const read = (accessory: Id<'accessory'>) => ask('accessories.read', { accessory });
    expect(await read(first)).toMatchObject({
      goesWith: { kind: 'device', label: 'Tablette 5' },
      check: { how: 'sound', works: true },
    });
    expect(await read(second)).toMatchObject({ goesWith: { kind: 'bay', bay: 9 }, check: undefined });
    expect(await read(third)).toMatchObject({
      goesWith: { kind: 'poste', here: true },
      check: { how: 'picture', works: false },
    });
    const { places, others } = await ask('accessories.overview', { cart: CART });
    expect(at(places, 8).accessories.map(({ id }) => id)).toEqual([second]);
    expect(others.map(({ id }) => id)).toEqual([third]);
    // A version of Préau that knows devices only reads « with none » there.
    expect((await ask('inventory.list', {})).accessories.find(({ id }) => id === second)?.device).toBeNull();
    const { entries } = await ask('inventory.history', { of: second });
    expect(entries[0]).toMatchObject({ kind: 'pairing', device: null, place: { cart: CART, bay: 9 } });
    await ask('accessories.bind', { accessory: second, to: null });
    expect((await read(second)).goesWith).toBeNull();
  });

  it('what went with a tablet that was retired, or with a place that is no more, is not forgotten', async () => {
    const { ask, series, devices, parc } = await house();
    const { added } = await series('Casque 01', 'headset', 3);
    await ask('accessories.bind', { accessory: at(added, 1), to: { kind: 'bay', cart: CART, bay: 15 } });
    await ask('inventory.setState', { of: at(devices, 0), state: 'retired' }, HEAD);
    const others = async () => (await ask('accessories.overview', { cart: CART })).others.map(({ id }) => id);
    expect(await others()).toEqual([at(added, 0)]);
    await ask('inventory.setState', { of: at(devices, 0), state: 'inService' }, HEAD);
    expect(await others()).toEqual([]);
    const cart = parc.get(CART);
    if (!cart) throw new Error('no cart');
    await parc.put({ ...cart.body, bays: 10 }, cart.rev);
    expect(await others()).toEqual([at(added, 1)]);
  });

  it('refuses what is not there: a device, a cart, a place that it does not have', async () => {
    const { ask, series } = await house();
    const accessory = at((await series('Casque 01', 'headset', 1)).added, 0);
    for (const to of [
      { kind: 'device', device: 'device_zzzzzzzzzzzzz' },
      { kind: 'bay', cart: 'cart_zzzzzzzzzzzzz', bay: 1 },
      { kind: 'bay', cart: CART, bay: 16 },
    ] as const)
      await expect(ask('accessories.bind', { accessory, to })).rejects.toThrow('NOT_FOUND');
    await expect(ask('accessories.bind', { accessory: 'accessory_zzzzzzzzzzzzz', to: null })).rejects.toThrow(
      'NOT_FOUND',
    );
  });
});

describe('what this computer sees', () => {
  it('is matched with the inventory, once each, and radios rest when nobody asks any more', async () => {
    const { ask, series, world, timers } = await house();
    const { added } = await series('Casque 01', 'headset', 2);
    const [first, second] = [at(added, 0), at(added, 1)];
    await ask('accessories.remember', { accessory: first, address: 'AA:BB:CC:DD:EE:01' });
    await ask('accessories.remember', { accessory: second, usb: { vendor: 0x046d, product: 0x0a38 } });
    world.plugged = [
      { key: 'usb 1-1', by: 'usb', usb: { vendor: 0x046d, product: 0x0a38 } },
      { key: 'input x', by: 'input', address: 'AA:BB:CC:DD:EE:01', name: 'Casque' },
    ];
    world.radio = [
      {
        address: 'AA:BB:CC:DD:EE:01',
        name: 'Casque',
        icon: 'audio-headset',
        paired: true,
        connected: true,
        percent: 17,
      },
    ];
    const without = await ask('accessories.nearby', { bluetooth: false });
    expect(without.bluetooth).toBe('asleep');
    expect(world.looked).toBe(0);
    const { things } = await ask('accessories.nearby', { bluetooth: true });
    expect(things.map(({ key, accessory, maybe }) => [key, accessory, maybe])).toEqual([
      ['usb 1-1', undefined, [second]],
      ['bt AA:BB:CC:DD:EE:01', first, []],
    ]);
    // Its battery was heard on the way: value, source, age, and that it is to be charged.
    expect((await ask('accessories.read', { accessory: first })).battery).toMatchObject({
      percent: 17,
      source: 'bluetooth',
      toCharge: true,
      stale: false,
    });
    expect(world.watching).toBe(1);
    await timers.advance(LOOK_MS + 1);
    expect(world.watching).toBe(0);
    expect(world.rested).toBeGreaterThan(0);
  });

  it('two headsets in the air that call themselves the same are two: a person says which', async () => {
    const { ask, series, world } = await house();
    const [first] = (await series('Casque 01', 'headset', 1)).added;
    const heard = (address: string): BluetoothThing => ({
      address,
      name: 'casque 1',
      icon: 'audio-headset',
      paired: false,
      connected: false,
      percent: undefined,
    });
    world.radio = [heard('AA:BB:CC:DD:EE:01')];
    const alone = await ask('accessories.nearby', { bluetooth: true });
    expect(alone.things.map(({ accessory }) => accessory)).toEqual([first]);
    world.radio = [heard('AA:BB:CC:DD:EE:01'), heard('AA:BB:CC:DD:EE:02')];
    const both = await ask('accessories.nearby', { bluetooth: true });
    expect(both.things.map(({ accessory, maybe }) => [accessory, maybe])).toEqual([
      [undefined, [first]],
      [undefined, [first]],
    ]);
  });

  it('pairs for the one who began: another’s answer or stop is not taken, and who closed the window begins again', async () => {
    const { ask, world } = await house();
    const [one, two] = ['AA:BB:CC:DD:EE:01', 'AA:BB:CC:DD:EE:02'];
    const first = ask('accessories.pairHere', { address: one });
    await expect.poll(() => world.pairing).toBe(one);
    expect(await ask('accessories.pairHere', { address: two }, HEAD)).toEqual({
      outcome: 'refused',
      why: 'busy',
    });
    await ask('accessories.answer', { yes: true }, HEAD);
    await ask('accessories.cancelPairing', {}, HEAD);
    expect(world.pairing).toBe(one);
    // The same person, whose window is gone: the one that hangs ends, the new one goes on.
    const again = ask('accessories.pairHere', { address: two });
    expect(await first).toMatchObject({ outcome: 'refused' });
    await expect.poll(() => world.pairing).toBe(two);
    await ask('accessories.answer', { yes: true });
    expect(await again).toMatchObject({ outcome: 'paired' });
  });

  it('a person’s word on a battery stands until something newer is heard', async () => {
    const { ask, series } = await house();
    const accessory = at((await series('Clavier 1', 'keyboard', 1)).added, 0);
    expect(await ask('accessories.read', { accessory })).toMatchObject({
      hasBattery: true,
      battery: undefined,
    });
    await ask('accessories.sayBattery', { accessory, level: 'low' });
    expect((await ask('accessories.read', { accessory })).battery).toMatchObject({
      level: 'low',
      source: 'person',
      toCharge: true,
    });
    await ask('accessories.sayBattery', { accessory, level: 'charged' });
    expect((await ask('accessories.read', { accessory })).battery).toMatchObject({
      level: 'charged',
      toCharge: false,
    });
    expect((await ask('inventory.history', { of: accessory })).entries.map(({ kind }) => kind)).toContain(
      'battery',
    );
  });
});

describe('a tablet’s own list, through the real adb', needs(skipReason === '', skipReason), () => {
  let room: AdbRoom;
  let tablet: AdbdPeer;
  beforeAll(async () => {
    room = await openAdbRoom();
    tablet = await AdbdPeer.listen({ serial: 'R52N60A0007', model: 'Tab A7' });
    await room.plug(tablet);
  });
  afterAll(async () => {
    await tablet.close();
    await room.close();
  });

  it('says whether the headset that was paired by hand is in it, and why it cannot be read', async () => {
    const bridge = room.bridge();
    onTestFinished(() => bridge.dispose());
    const { ask, series, devices } = await house({
      tablets: () => bridge.tablets(),
      bluetoothText: async (link) => (await bridge.shell(link)).run(['dumpsys', 'bluetooth_manager']),
    });
    const seven = at(devices, 6);
    const accessory = at((await series('Casque 01')).added, 6);
    await ask('accessories.remember', { accessory, address: 'AA:BB:CC:DD:EE:07' });
    const read = (device = seven) => ask('accessories.bonded', { device, accessory });

    // The peer's Android tells no Bluetooth at all.
    expect(await read()).toEqual({ state: 'unread', why: 'notTold' });
    const words = 'AdapterProperties\n  Bonded devices:\n    XX:XX:XX:XX:EE:07 [BR/EDR][ 0x240404 ] \n\n';
    tablet.lies.set('dumpsys bluetooth_manager', words);
    expect(await read()).toMatchObject({ state: 'read', found: 'endOfAddress' });
    tablet.lies.set('dumpsys bluetooth_manager', '  Bonded devices: 0\n\n');
    expect(await read()).toMatchObject({ state: 'read', list: [], found: 'no' });
    expect(await read(at(devices, 0))).toEqual({ state: 'unread', why: 'notPlugged' });
    const { device } = await ask('inventory.addDevice', { label: 'Ordinateur 1', kind: 'computer' }, HEAD);
    expect(await read(device)).toEqual({ state: 'unread', why: 'notATablet' });
  });
});
