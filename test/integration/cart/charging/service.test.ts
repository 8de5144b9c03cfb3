/** The room of charging over the product's own pool and driver, a simulated hub and moved time. */
import { describe, expect, it } from 'vitest';
import { POSTE } from '../../../../src/domain/rights/actor';
import { historyId, readHistories } from '../../../../src/main/cart/charging/documents';
import { SimulatedBus } from '../../../peers/usb';
import { readOrder } from '../../../../src/main/cart/charging/order';
import { CART, deviceId, HERE, house, MINUTE } from './house';
import type { Actor } from '../../../../src/domain/rights/actor';

const LIBRARIAN: Actor = {
  kind: 'staff',
  personId: 'staff_bbbbbbbbbbbbb',
  grants: [{ role: 'librarian', classIds: [] }],
};

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

  it('takes turns while it lives: who was off comes on when another is full, never more than the circuit bears', async () => {
    const one = await house({ speed: 4 });
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(2 * MINUTE);
    const off = one.hub.ports.filter(({ mode }) => mode === 'o').map(({ number }) => number);
    expect(off.length).toBeGreaterThan(5);
    await one.timers.advance(60 * MINUTE);
    // What it is made of, charges that are followed included, is understood at the other end of the pipe.
    const order = one.orders.at(-1);
    const heard = readOrder(JSON.stringify(order))?.carts;
    expect(heard).toEqual(order?.carts);
    expect(heard?.[0]?.places.filter(({ watch }) => watch.track).length).toBeGreaterThan(2);
    const came = off.filter((number) => one.hub.port(number).mode !== 'o');
    expect(came.length).toBeGreaterThan(2);
    expect((await one.view()).plan?.mostMa).toBeLessThanOrEqual(500);
    await one.close();
  });

  it.each(['ganged', 'perPort'] as const)(
    'switches each place by the box that measures it, where a USB hub (%s) reads the same places',
    async (switching) => {
      const usb = new SimulatedBus(4);
      usb.switching = switching;
      const one = await house({ usb });
      await one.ask('set', { cart: CART, settings });
      await one.ask('stays', { cart: CART, here: true });
      await one.timers.advance(2 * MINUTE);
      expect(one.off()).toBeGreaterThan(5);
      expect(usb.ports.every(({ powered }) => powered)).toBe(true);
      expect((await one.view()).troubles).toEqual([]);
      await one.close();
    },
  );

  it('knows the hour of each half of the cart that is booked today, not of the first one only', async () => {
    const [first, second] = [Date.parse('2026-11-20T12:30:00.000Z'), Date.parse('2026-11-20T14:00:00.000Z')];
    const halves = [
      { at: first, bays: [1, 2, 3] },
      { at: second, bays: [4, 5, 6] },
    ];
    const one = await house({ booked: halves });
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(2 * MINUTE);
    const places = (await one.view()).plan?.places ?? [];
    const wantedAt = (bay: number) => places.find((one) => one.bay === bay)?.wantedAt;
    expect([1, 2, 3].map(wantedAt)).toEqual([first, first, first]);
    expect([4, 5, 6].map(wantedAt)).toEqual([second, second, second]);
    expect(wantedAt(8)).toBeGreaterThan(second);
    await one.close();
  });

  it('waits for the cheap hours while they are to come, and no longer once they have begun', async () => {
    const one = await house({ level: 95 });
    const [hour = 0, minute = 0] = new Intl.DateTimeFormat('fr-FR', {
      timeStyle: 'short',
      timeZone: 'Europe/Paris',
    })
      .format(one.timers.now())
      .split(':')
      .map(Number);
    const from = (hour * 60 + minute + 30) % 1_440;
    await one.ask('set', {
      cart: CART,
      settings: { ...settings, ceilingMa: 20_000, window: { from, to: settings.readyBy } },
    });
    await one.ask('stays', { cart: CART, here: true });
    const awaited = async (): Promise<boolean> =>
      (await one.view()).plan?.places.some(({ words }) => words.some(({ code }) => code === 'window')) ??
      false;
    await one.timers.advance(2 * MINUTE);
    expect(await awaited()).toBe(true);
    await one.timers.advance(40 * MINUTE);
    expect(await awaited()).toBe(false);
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

  it('follows a charge by the box that measures it, though a USB hub sees nothing at the same place', async () => {
    // Cables that only charge: no data line, nothing plugged.
    const one = await house({ usb: new SimulatedBus(4), speed: 60 });
    const fullSince = (): number | undefined => one.history.watch(deviceId(0)).fullSince;
    for (let minute = 0; minute < 20 && fullSince() === undefined; minute += 1)
      await one.timers.advance(MINUTE);
    const since = fullSince();
    expect(since).toBeDefined();
    await one.timers.advance(5 * MINUTE);
    expect(fullSince()).toBe(since);
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
