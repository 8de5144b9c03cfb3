/** « Cette nuit » at put-away, and what is too hot to be charged, over the product's own room and a simulated hub. */
import { describe, expect, it } from 'vitest';
import { POSTE } from '../../../../src/domain/rights/actor';
import { CART, deviceId, HUB, house, MINUTE, type House } from './house';
import type { TonightView } from '../../../../src/contract/staff/charging';

const settings = { readyBy: 480, spare: false };
const HOUR = 60 * MINUTE;
const tonight = ({ ask }: House): Promise<TonightView> => ask('tonight', { cart: CART });
const place = (view: TonightView, bay: number) => view.devices.find((one) => one.bay === bay);
/** 20 November 2026, 8:00 in Paris, and five seconds. */
const eight = (days: number): number => Date.parse('2026-11-20T07:00:00.000Z') + days * 24 * HOUR;

describe('tonight, said while the cart is put away', () => {
  it('who will be ready, for when, and who is not plugged', async () => {
    const one = await house();
    one.places.set(1, { state: 'plugged' });
    one.places.set(7, { hint: 'portEmpty' });
    one.places.set(8, { state: 'missing' });
    one.places.set(9, { state: 'lent' });
    await one.timers.advance(2 * MINUTE);
    const view = await tonight(one);
    expect(view).toMatchObject({ mode: 'advice', why: 'setting', wantedAt: eight(1), readyBy: 480 });
    expect(view.devices.map(({ bay }) => bay)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]);
    expect(place(view, 1)).toMatchObject({
      number: 1,
      state: 'plugged',
      basis: 'measured',
      latePercent: null,
    });
    expect(place(view, 2)).toMatchObject({ state: 'waiting', basis: 'measured', latePercent: null });
    expect(place(view, 7)).toMatchObject({ state: 'unplugged', readyAt: null });
    expect(place(view, 8)).toMatchObject({ state: 'missing', readyAt: null });
    expect(place(view, 1)?.readyAt).toBeGreaterThan(one.timers.now());
    expect(view.allReadyAt).toBe(Math.max(...view.devices.map(({ readyAt }) => readyAt ?? 0)));
    await one.close();
  });

  it('an hour wanted once: for the next time the clock shows it, and never again', async () => {
    const one = await house();
    await one.ask('set', { cart: CART, settings });
    const sooner = await one.ask<TonightView>('wantAt', { cart: CART, minutes: 490 });
    expect(sooner).toMatchObject({ why: 'once', wantedAt: eight(0) + 10 * MINUTE, readyBy: 480 });
    // The plan of the page wants the same.
    expect((await one.view()).plan?.places.map(({ wantedAt }) => wantedAt)).toContain(eight(0) + 10 * MINUTE);
    await one.timers.advance(11 * MINUTE);
    expect(await tonight(one)).toMatchObject({ why: 'setting', wantedAt: eight(1) });
    await one.close();
  });

  it('taken back, or another hour for every day: the hour wanted once is forgotten', async () => {
    const one = await house();
    await one.ask('wantAt', { cart: CART, minutes: 450 });
    expect(await one.ask('wantAt', { cart: CART, minutes: null })).toMatchObject({ why: 'setting' });
    await one.ask('wantAt', { cart: CART, minutes: 450 });
    await one.ask('set', { cart: CART, settings: { ...settings, spare: true } });
    expect(await tonight(one)).toMatchObject({ why: 'once' });
    await one.ask('set', { cart: CART, settings: { ...settings, readyBy: 540 } });
    expect(await tonight(one)).toMatchObject({ why: 'setting', wantedAt: eight(0) + HOUR });
    await one.close();
  });

  it('an hour that leaves too little time: who will be late, and at which level', async () => {
    const one = await house();
    await one.timers.advance(2 * MINUTE);
    const soon = await one.ask<TonightView>('wantAt', { cart: CART, minutes: 510 });
    const late = soon.devices.filter(({ latePercent }) => latePercent !== null);
    expect(late.length).toBeGreaterThan(5);
    for (const { latePercent, readyAt } of late) {
      expect(latePercent).toBeLessThan(95);
      expect(readyAt).toBeGreaterThan(soon.wantedAt);
    }
    await one.close();
  });

  it('without a hub: from habit, from when it was put away', async () => {
    const one = await house();
    await one.parc.remove(HUB, one.parc.get(HUB)?.rev ?? '');
    const now = await tonight(one);
    expect(now).toMatchObject({ mode: 'blind' });
    expect(now.devices).toHaveLength(15);
    expect(now.devices.every(({ state, basis }) => state === 'waiting' && basis === 'model')).toBe(true);
    const since = new Date(one.timers.now()).toISOString();
    one.places.set(3, { rest: { state: 'plugged', since } });
    one.places.set(4, { rest: { state: 'unplugged', since } });
    await one.timers.advance(2 * HOUR);
    const later = await tonight(one);
    expect(place(later, 3)).toMatchObject({ state: 'plugged', readyAt: place(now, 3)?.readyAt });
    expect(place(later, 4)).toMatchObject({ state: 'unplugged', readyAt: null });
    expect(place(later, 5)?.readyAt).toBe((place(now, 5)?.readyAt ?? 0) + 2 * HOUR);
    await one.close();
  });

  it('where another computer carries the plan out, nothing is said as measured', async () => {
    const one = await house();
    const held = one.parc.get(CART);
    if (!held) throw new Error('no cart');
    await one.parc.put({ ...held.body, charging: { stays: 'poste_another000' } }, held.rev);
    const view = await tonight(one);
    expect(view.mode).toBe('elsewhere');
    expect(view.devices.some(({ basis }) => basis === 'measured')).toBe(false);
    await one.close();
  });

  it('whoever may not manage the cart may not move its hour', async () => {
    const one = await house();
    await expect(one.ask('wantAt', { cart: CART, minutes: 450 }, POSTE)).rejects.toThrow();
    await one.close();
  });
});

describe('a battery that says it is too hot', () => {
  it('is switched off, alone, and charged again when it has cooled', async () => {
    const one = await house();
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toBe(0);
    one.history.heard(deviceId(4), 60, 46.2);
    await one.timers.advance(2 * MINUTE);
    expect(one.hub.ports.filter(({ mode }) => mode === 'o').map(({ number }) => number)).toEqual([5]);
    const words = (await one.view()).plan?.places.find(({ bay }) => bay === 5)?.words;
    expect(words).toEqual([{ code: 'hot', by: 'device', celsius: 46.2 }]);
    expect(place(await tonight(one), 5)).toMatchObject({ state: 'hot', readyAt: null });
    one.history.heard(deviceId(4), 60, 42);
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toBe(1);
    one.history.heard(deviceId(4), 60, 39.5);
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toBe(0);
    await one.close();
  });

  it('that says nothing more is tried again after an hour', async () => {
    const one = await house();
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(2 * MINUTE);
    one.history.heard(deviceId(4), 60, 51);
    await one.timers.advance(50 * MINUTE);
    expect(one.off()).toBe(1);
    await one.timers.advance(15 * MINUTE);
    expect(one.off()).toBe(0);
    await one.close();
  });
});
