import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { closingSubject } from '../../../src/contract/staff/closing';
import { ANONYMOUS, POSTE, type Actor } from '../../../src/domain/rights/actor';
import { seeded } from '../../../src/demo/hub/random';
import { closingRoutes } from '../../../src/main/cart/closing/routes';
import { createClosing } from '../../../src/main/cart/closing/service';
import { createCartService } from '../../../src/main/cart/service';
import { createInventoryService } from '../../../src/main/inventory/service';
import { createDispatcher } from '../../../src/main/dispatch';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';
import { memoryDatabase } from './memory-database';
import type { ClosingView } from '../../../src/contract/staff/closing';
import type { Id } from '../../../src/domain/id';

const TEACHER: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [] }],
};
const HEAD: Actor = { ...TEACHER, grants: [{ role: 'head', classIds: [] }] };
const CLASS: Id<'class'> = 'class_aaaaaaaaaaaaa';
const VALISE: Id<'cart'> = 'cart_vvvvvvvvvvvvv';
const deviceId = (number: number): Id<'device'> =>
  `device_${'abcdefghijklmnopqrstuvwxyz'.charAt(number).repeat(13)}`;
const placed = Array.from({ length: 15 }, (_, i) => ({ device: deviceId(i), number: i + 1, bay: i + 1 }));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function house({
  folder = mkdtempSync(join(tmpdir(), 'preau-closing-')),
  parc = memoryDatabase(),
  timers = new ManualTimers(),
  lent = [] as number[],
  recorded = false,
} = {}) {
  folders.push(folder);
  const random = seeded(folders.length + parc.lastSeq);
  const bytes = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const events: string[] = [];
  const platform = {
    dataFolder: folder,
    clock: () => timers.now(),
    random: bytes,
    log: silent,
    tracer: { trace: () => undefined },
    publish: (name: string) => void events.push(name),
  };
  const inventory = createInventoryService({ platform, parc });
  const cart = createCartService({
    platform,
    parc,
    devices: recorded ? inventory : { inCart: () => placed },
    poste: 'poste_aaaaaaaaaaaaa',
    timers,
    timeZone: () => 'Europe/Paris',
    lent: () =>
      new Map(lent.map((bay) => [bay, { to: { kind: 'activity' as const, name: 'Échecs' }, until: '' }])),
    open: () => () => Promise.reject(new Error('no link here')),
    listSerialPorts: () => Promise.resolve([]),
  });
  if (!parc.get(VALISE)) await cart.create(TEACHER, { cart: VALISE, name: 'Valise bleue', bays: 15 });
  const closing = await createClosing({
    platform,
    cart,
    cartOf: (device) => (recorded ? inventory.cartOf(device) : VALISE),
    inventory,
  });
  const dispatch = createDispatcher({ closing: closingSubject }, { closing: closingRoutes(closing) }, { log: silent, random: bytes }); // prettier-ignore
  const ask = async <T>(method: string, input: object, actor: Actor = TEACHER): Promise<T> => {
    const reply = await dispatch({ actor, connection: 'c' }, `closing.${method}`, input);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as T;
  };
  const say = (number: number, word?: string) =>
    ask<ClosingView>('say', { cart: VALISE, device: deviceId(number - 1), ...(word && { word }) });
  return { folder, parc, timers, cart, inventory, ask, say, events };
}
const states = ({ places }: ClosingView): string[] => places.map(({ state }) => state);

describe('putting a cart away without any wire', () => {
  it('is said device by device, then for all the others; the morning knows, and « Annuler » takes it back', async () => {
    const one = await house();
    await one.say(3, 'unplugged');
    const last = await one.say(7, 'missing');
    expect(last.places[6]).toMatchObject({ number: 7, state: 'missing', by: 'person', hint: null });
    expect(one.events).toContain('closing.changed');
    const put = await one.ask<{
      event: Id<'event'>;
      plugged: number;
      unplugged: number[];
      missing: number[];
    }>('finish', { cart: VALISE, rest: 'plugged', class: CLASS });
    expect(put).toMatchObject({ plugged: 13, unplugged: [3], missing: [7] });

    await one.timers.advance(15 * 3_600_000);
    const morning = one.cart.panel(TEACHER, VALISE);
    expect(morning).toMatchObject({
      summary: { probable: 13, missing: 1, unknown: 1 },
      unplugged: [3],
      gone: [{ number: 7, class: CLASS }],
    });
    // Another evening: begun anew, nothing of yesterday's taps.
    expect((await one.ask<ClosingView>('look', { cart: VALISE })).begunAt).toBeNull();

    await one.cart.undo(TEACHER, VALISE, put.event);
    expect(one.cart.panel(TEACHER, VALISE).summary).toMatchObject({ probable: 0, unknown: 15 });
    await one.cart.close();
  });

  it('is scanned label after label: each is back, what is not of this cart is said and nothing is written', async () => {
    const one = await house({ recorded: true });
    const add = (label: string, serial: string, place: object) =>
      one.inventory.addDevice(HEAD, { label, kind: 'tablet', serial, ...place });
    for (const bay of [1, 2, 3]) await add(`Tablette ${bay}`, `R52N60${bay}`, { cart: VALISE, bay });
    await add('Tablette 40', 'R52N640', {});
    await one.inventory.addAccessory(HEAD, { kind: 'headset', label: 'Casque 7' });
    const scan = (text: string) => one.ask<Record<string, unknown>>('scan', { cart: VALISE, text });

    expect(await scan('R52N602')).toMatchObject({ outcome: 'put', label: 'Tablette 2', number: 2, bay: 2 });
    expect(await scan('r52n602')).toMatchObject({ outcome: 'already', number: 2, word: 'plugged' });
    expect(await scan('Tablette 1')).toMatchObject({ outcome: 'put', number: 1 });
    expect(await scan('R52N640')).toEqual({ outcome: 'elsewhere', label: 'Tablette 40', cartName: null });
    expect(await scan('Casque 7')).toEqual({ outcome: 'notADevice', label: 'Casque 7' });
    expect(await scan('rien de tel')).toEqual({ outcome: 'unknown' });
    expect(await scan('')).toEqual({ outcome: 'unknown' });
    expect(states(await one.ask('look', { cart: VALISE }))).toEqual(['plugged', 'plugged', 'waiting']);
    expect(await one.ask('finish', { cart: VALISE, rest: 'missing' })).toMatchObject({
      plugged: 2,
      missing: [3],
    });
    await one.cart.close();
  });

  it('finds its taps again after the poste stopped in the middle, and begins anew from a broken file', async () => {
    const one = await house();
    await one.say(1, 'plugged');
    await one.say(2, 'missing');
    const again = await house({ folder: one.folder, parc: one.parc, timers: one.timers });
    expect(states(await again.ask('look', { cart: VALISE })).slice(0, 3)).toEqual([
      'plugged',
      'missing',
      'waiting',
    ]);
    await again.timers.advance(7 * 3_600_000);
    expect(states(await again.ask('look', { cart: VALISE })).every((state) => state === 'waiting')).toBe(
      true,
    );
    writeFileSync(join(one.folder, 'closing.json'), '{"version":1,"carts":[{"cart":"');
    const broken = await house({ folder: one.folder, parc: one.parc, timers: one.timers });
    expect((await broken.ask<ClosingView>('look', { cart: VALISE })).begunAt).toBeNull();
  });

  it('speaks neither of what is lent nor of another cart’s devices', async () => {
    const one = await house({ lent: [14, 15] });
    const put = await one.ask<{ plugged: number }>('finish', { cart: VALISE, rest: 'plugged' });
    expect(put.plugged).toBe(13);
    await expect(
      one.ask('say', { cart: VALISE, device: 'device_zzzzzzzzzzzzz', word: 'plugged' }),
    ).rejects.toThrow('NOT_FOUND');
    await expect(one.ask('look', { cart: 'cart_aaaaaaaaaaaaa' })).rejects.toThrow('NOT_FOUND');
  });

  it('lets nobody in who may not handle carts', async () => {
    const one = await house();
    const every: [string, object][] = [
      ['look', { cart: VALISE }],
      ['carts', { devices: [] }],
      ['say', { cart: VALISE, device: deviceId(0) }],
      ['finish', { cart: VALISE, rest: 'plugged' }],
      ['leave', { cart: VALISE }],
      ['scan', { cart: VALISE, text: 'R52N603' }],
    ];
    expect(every.map(([name]) => name).sort()).toEqual(Object.keys(closingSubject.requests).sort());
    for (const [method, input] of every)
      await expect(one.ask(method, input, ANONYMOUS), method).rejects.toThrow('NOT_SIGNED_IN');
  });
});

describe('putting a cart away with tablets that speak', () => {
  it('fills place by place as tablets are plugged, and names those still lit', async () => {
    const one = await house();
    one.cart.hear(POSTE, deviceId(0), VALISE, { source: 'device', value: { percent: 60, onBattery: true } });
    one.cart.hear(POSTE, deviceId(1), VALISE, {
      source: 'device',
      value: { percent: 60, power: 'attached' },
    });
    const look = await one.ask<ClosingView>('look', { cart: VALISE });
    expect(look.places.slice(0, 3)).toMatchObject([
      { state: 'waiting', hint: 'awake' },
      { state: 'plugged', by: 'device' },
      { state: 'waiting', hint: null },
    ]);
    const put = await one.ask<{ unplugged: number[]; missing: number[]; plugged: number }>('finish', {
      cart: VALISE,
      rest: 'missing',
    });
    expect(put).toMatchObject({ plugged: 1, unplugged: [1] });
    expect(put.missing).toHaveLength(13);
  });
});

describe('the end of a lesson', () => {
  it('leaves out what nobody put away, with the class that had it, and nothing else of the cart', async () => {
    const one = await house();
    await one.ask('finish', { cart: VALISE, rest: 'plugged' });
    await one.timers.advance(15 * 3_600_000);
    const since = new Date(one.timers.now()).toISOString();
    await one.timers.advance(3_600_000);
    // Put away while the lesson still ran.
    await one.cart.say(TEACHER, VALISE, {
      kind: 'putAway',
      entries: [{ device: deviceId(0), bay: 1, state: 'plugged' }],
      class: CLASS,
    });
    await one.cart.used(POSTE, { class: CLASS, since, devices: [deviceId(0), deviceId(1), deviceId(2)] });
    const { bays, summary, out } = one.cart.panel(TEACHER, VALISE);
    expect(bays.slice(0, 4).map(({ rest }) => rest?.state)).toEqual(['plugged', 'out', 'out', 'plugged']);
    expect(out).toBe(2);
    expect(summary.probable).toBe(13);
    const facts = one.parc.all('cartFact').map(({ body }) => body);
    expect(facts.at(-1)).toMatchObject({ kind: 'takenOut', class: CLASS });
    // Once is enough.
    await one.cart.used(POSTE, { class: CLASS, since, devices: [deviceId(1)] });
    expect(one.parc.all('cartFact')).toHaveLength(facts.length);
    await one.cart.close();
  });
});
