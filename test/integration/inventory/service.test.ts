import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import { inventorySubject } from '../../../src/contract/staff/inventory';
import { audience } from '../../../src/domain/audience';
import { ANONYMOUS, type Actor } from '../../../src/domain/rights/actor';
import { createDispatcher } from '../../../src/main/dispatch';
import { inventoryRoutes } from '../../../src/main/inventory/routes';
import { createInventoryService } from '../../../src/main/inventory/service';
import { openStore, temporaryFolder } from '../store/support';

const registry = { inventory: inventorySubject };
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

/** The service over the real store, asked as a window asks. */
async function house(folder?: string) {
  const store = await openStore(folder ?? (await temporaryFolder()));
  const parc = await store.open(audience('parc'));
  if (!parc.get(CART)) await parc.put({ _id: CART, type: 'cart', v: 1, name: 'Valise du cycle 3', bays: 15 });
  const events: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  let now = Date.UTC(2026, 10, 23, 8, 0);
  const service = createInventoryService({
    platform: {
      dataFolder: '',
      clock: () => (now += 60_000),
      random: randomBytes,
      log,
      tracer: { trace: () => undefined },
      publish: (name) => events.push(name),
    },
    parc,
  });
  let offered: { name: string; open: () => Readable } | undefined;
  const routes = inventoryRoutes(service, {
    clock: () => now,
    timeZone: () => 'Europe/Paris',
    offer: (_connection, file) => {
      offered = file;
      return '/download/x';
    },
  });
  const dispatch = createDispatcher(registry, { inventory: routes }, { log, random: randomBytes });
  async function ask<M extends MethodOf<Contract>>(
    method: M,
    input: InputOf<Contract, M>,
    actor: Actor = HEAD,
  ): Promise<ReplyOf<Contract, M>> {
    const reply = await dispatch({ actor, connection: 'w' }, method, input);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as ReplyOf<Contract, M>;
  }
  return { ask, service, parc, store, events, offered: () => offered };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}

const tablet = (n: number) => ({
  label: `Tablette ${String(n)}`,
  kind: 'tablet' as const,
  serial: `R52N60A00${String(n).padStart(2, '0')}`,
  model: 'Galaxy Tab A7',
  cart: CART,
  bay: n,
});

describe('the inventory service', () => {
  it('keeps devices with their place, and a label that is read back', async () => {
    const { ask, service, events } = await house();
    const added = await ask('inventory.addDevice', tablet(7));
    expect(added.outcome).toBe('done');
    const { devices, carts } = await ask('inventory.list', {}, TEACHER);
    expect(carts).toEqual([{ id: CART, name: 'Valise du cycle 3', bays: 15 }]);
    expect(devices).toMatchObject([
      {
        id: added.device,
        label: 'Tablette 7',
        serial: 'R52N60A0007',
        bay: 7,
        cart: CART,
        state: 'inService',
      },
    ]);
    expect(devices[0]?.code).toMatch(/^[BCDFGHJKNPRSTVXY]{8}$/);
    expect(service.inCart(CART)).toEqual([{ device: added.device, number: 7, bay: 7, label: 'Tablette 7' }]);
    expect(service.bySerial(HEAD, 'r52n60a0007')?.id).toBe(added.device);
    expect(events).toContain('inventory.changed');
  });

  it('names what stands in the way, and writes nothing', async () => {
    const { ask } = await house();
    const { device } = await ask('inventory.addDevice', tablet(7));
    const again = { ...tablet(8), serial: 'r52n60a-0007' };
    expect(await ask('inventory.addDevice', again)).toEqual({ outcome: 'serialKnown', device });
    expect(await ask('inventory.addDevice', { ...tablet(8), label: 'tablette 07' })).toEqual({
      outcome: 'labelTaken',
      device,
    });
    expect(await ask('inventory.addDevice', { ...tablet(8), bay: 7 })).toEqual({
      outcome: 'bayTaken',
      device,
    });
    await expect(ask('inventory.addDevice', { ...tablet(8), bay: 16 })).rejects.toThrow('NOT_FOUND');
    // The same tablet scanned twice before the first answer.
    const twice = await Promise.all([tablet(9), tablet(9)].map((each) => ask('inventory.addDevice', each)));
    expect(twice.map((each) => each.outcome)).toEqual(['done', 'serialKnown']);
    expect((await ask('inventory.list', {})).devices).toHaveLength(2);
  });

  it('edits what is on the screen only, and keeps what another version of Préau wrote', async () => {
    const { ask, parc } = await house();
    const { device } = await ask('inventory.addDevice', { ...tablet(7), maker: 'Samsung' });
    const held = there(parc.get(device));
    await parc.put({ ...held.body, futureField: 'kept' }, held.rev);
    const shown = there((await ask('inventory.list', {})).devices[0]);
    const change = { device, rev: shown.rev, label: 'Tablette 7', kind: 'tablet' as const, serial: 'NEW-1' };
    expect(await ask('inventory.editDevice', change)).toMatchObject({ outcome: 'done' });
    await expect(ask('inventory.editDevice', change)).rejects.toThrow('CONFLICT');
    const body = parc.get(device)?.body;
    expect(body).toMatchObject({ serial: 'NEW-1', futureField: 'kept', code: shown.code });
    expect(body).not.toHaveProperty('maker');
    expect(body).not.toHaveProperty('bay');
  });

  it('pairs an accessory, moves it, lets it go, and tells its story', async () => {
    const { ask } = await house();
    const { device: seven } = await ask('inventory.addDevice', tablet(7));
    const { device: eight } = await ask('inventory.addDevice', tablet(8));
    const { accessory } = await ask('inventory.addAccessory', {
      label: 'Casque 7',
      kind: 'headset',
      device: seven,
    });
    const pairedTo = async () => (await ask('inventory.list', {})).accessories[0]?.device;
    expect(await pairedTo()).toBe(seven);
    await ask('inventory.pair', { accessory, device: eight });
    expect(await pairedTo()).toBe(eight);
    await ask('inventory.pair', { accessory, device: null });
    expect(await pairedTo()).toBeNull();
    await ask('inventory.setState', { of: accessory, state: 'missing', note: 'Pas rendu vendredi' });
    const { entries } = await ask('inventory.history', { of: accessory });
    expect(
      entries.map((each) =>
        each.kind === 'pairing' ? each.device : each.kind === 'state' ? each.state : '',
      ),
    ).toEqual(['missing', null, eight, seven]);
    const ofSeven = (await ask('inventory.history', { of: seven })).entries;
    expect(ofSeven).toMatchObject([{ kind: 'pairing', accessory, device: seven }]);
  });

  it('tells both stories when two postes were apart', async () => {
    const { ask, parc } = await house();
    const { device } = await ask('inventory.addDevice', tablet(7));
    await ask('inventory.setState', { of: device, state: 'inRepair' });
    await parc.put({
      _id: 'event_zzzzzzzzzzzzz',
      type: 'inventoryFact',
      v: 1,
      kind: 'state',
      subject: device,
      state: 'missing',
      at: '2026-11-20T08:00:00.000Z',
      by: 'staff_ccccccccccccc',
      replaces: [],
    });
    const shown = async () => (await ask('inventory.list', {})).devices[0];
    expect(await shown()).toMatchObject({ state: 'missing', alsoSaid: ['inRepair'] });
    await ask('inventory.setState', { of: device, state: 'inService' });
    expect(await shown()).toMatchObject({ state: 'inService', alsoSaid: [] });
  });

  it('exports what is there, and is all there after a restart', async () => {
    const folder = await temporaryFolder();
    const first = await house(folder);
    const { device } = await first.ask('inventory.addDevice', { ...tablet(7), model: '=cmd|calc' });
    await first.ask('inventory.addAccessory', { label: 'Casque 7', kind: 'headset', device });
    await first.service.close();
    await first.store.close();
    const second = await house(folder);
    await second.ask('inventory.exportCsv', {}, TEACHER);
    expect(second.offered()?.name).toBe('inventaire-2026-11-23.csv');
    const csv = await text(there(second.offered()).open());
    expect(csv).toContain(
      "Tablette 7;Tablette;;'=cmd|calc;R52N60A0007;;En service;Valise du cycle 3;7;Casque 7;",
    );
    expect(csv).toContain('Casque 7;Casque;;;;;En service;;;Tablette 7;');
  });

  it('asks who one is', async () => {
    const { ask } = await house();
    await expect(ask('inventory.list', {}, ANONYMOUS)).rejects.toThrow('NOT_SIGNED_IN');
    await expect(ask('inventory.addDevice', tablet(1), TEACHER)).rejects.toThrow('FORBIDDEN');
    await expect(
      ask('inventory.exportCsv', {}, { kind: 'device', deviceId: 'device_aaaaaaaaaaaaa' }),
    ).rejects.toThrow('FORBIDDEN');
    await expect(ask('inventory.history', { of: 'device_aaaaaaaaaaaaa' })).rejects.toThrow('NOT_FOUND');
  });
});
