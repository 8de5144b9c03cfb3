/** What was switched off comes on again, whoever forgot it: the box unticked, a document gone, the computer killed or asleep. */
import { describe, expect, it } from 'vitest';
import { readCartCharging } from '../../../../src/main/cart/charging/documents';
import { PreauError } from '../../../../src/domain/errors';
import { onPower } from '../../../../src/main/cart/charging/on-power';
import { CART, HUB, house, MINUTE, type House } from './house';

const settings = { ceilingMa: 500, readyBy: 480, spare: false };

/** Several ports are off by a plan. */
async function underWay(): Promise<House> {
  const one = await house();
  await one.ask('set', { cart: CART, settings });
  await one.ask('stays', { cart: CART, here: true });
  await one.timers.advance(2 * MINUTE);
  expect(one.off()).toBeGreaterThan(5);
  return one;
}
const numbersOff = ({ hub }: House): number[] =>
  hub.ports.filter(({ mode }) => mode === 'o').map(({ number }) => number);
const noted = ({ note }: House): number[] => note.all().map(({ port }) => port);
const untick = async ({ parc }: House): Promise<void> => {
  const held = readCartCharging(parc, CART);
  if (!held) throw new Error('no cart');
  await parc.put({ ...held.body, charging: { ...settings } }, held.rev);
};

describe('what was switched off', () => {
  it('is noted before it goes off', async () => {
    const one = await underWay();
    expect(noted(one)).toEqual(expect.arrayContaining(numbersOff(one)));
    await one.close();
  });

  it('comes on at the next start though the box was unticked meanwhile, and is then forgotten', async () => {
    const one = await underWay();
    // Killed, and its watchman too: nothing of either runs any more.
    await one.close();
    await untick(one);
    expect(one.off()).toBeGreaterThan(5);
    const next = await house({ before: one });
    await next.timers.advance(3 * MINUTE);
    expect(numbersOff(next)).toEqual([]);
    expect(next.note.all()).toEqual([]);
    await next.close();
  });

  it.each([
    ['its box', HUB],
    ['its cart', CART],
  ] as const)('comes on at the next start though %s was removed meanwhile', async (_, id) => {
    const one = await underWay();
    await one.close();
    await one.parc.remove(id, one.parc.get(id)?.rev ?? '');
    const next = await house({ before: one });
    await next.timers.advance(3 * MINUTE);
    expect(numbersOff(next)).toEqual([]);
    expect(next.note.all()).toEqual([]);
    await next.close();
  });

  it('comes on though its box was removed and declared anew on the same wire', async () => {
    const one = await underWay();
    await one.close();
    const { body, rev } = one.parc.get(HUB) ?? { body: undefined, rev: '' };
    if (!body) throw new Error('no box');
    await one.parc.remove(HUB, rev);
    await untick(one);
    await one.parc.put({ ...body, _id: 'hub_bbbbbbbbbbbbb' });
    const next = await house({ before: one });
    const opened = next.cable.opened;
    await next.timers.advance(3 * MINUTE);
    expect(numbersOff(next)).toEqual([]);
    expect(next.note.all()).toEqual([]);
    // By the source that reads it: never two on one wire.
    expect(next.cable.opened).toBe(opened);
    await next.close();
  });

  it('comes on within a minute of the removal of its box while the computer runs', async () => {
    const one = await underWay();
    await one.parc.remove(HUB, one.parc.get(HUB)?.rev ?? '');
    await one.timers.advance(3 * MINUTE);
    expect(numbersOff(one)).toEqual([]);
    await one.close();
  });

  it('comes on though the disk is full and nothing can be taken out of what is noted', async () => {
    const one = await underWay();
    await one.close();
    await untick(one);
    // Some of what is noted came on meanwhile, as after a hub that started anew.
    for (const { port } of one.note.all().slice(0, 5)) one.hub.port(port).mode = 'c';
    expect(one.off()).toBeGreaterThan(2);
    one.note.remove = () => Promise.reject(new PreauError('DISK_FULL'));
    const next = await house({ before: one });
    await next.timers.advance(90_000);
    expect(numbersOff(next)).toEqual([]);
    await next.close();
  });

  it('is left to another computer that stays with the cart too, once it was switched on and is off again', async () => {
    const one = await underWay();
    // Both were apart, and both stayed; now this one hears that it does not.
    await untick(one);
    const theirs = numbersOff(one);
    let undone = 0;
    for (let minute = 0; minute < 10; minute += 1) {
      await one.timers.advance(MINUTE / 2);
      undone += theirs.filter((number) => one.hub.port(number).mode !== 'o').length;
      // Theirs is the plan now.
      for (const number of theirs) one.hub.port(number).mode = 'o';
      await one.timers.advance(MINUTE / 2);
    }
    expect(undone).toBeGreaterThan(0);
    expect(noted(one).filter((number) => theirs.includes(number))).toEqual([]);
    await one.timers.advance(5 * MINUTE);
    expect(numbersOff(one)).toEqual(theirs);
    await one.close();
  });

  it('waits for a box that is away, and is not forgotten', async () => {
    const one = await underWay();
    await one.close();
    await untick(one);
    one.cable.pull();
    const next = await house({ before: one });
    await next.timers.advance(10 * MINUTE);
    expect(noted(next).length).toBeGreaterThan(5);
    next.cable.putBack();
    await next.timers.advance(5 * MINUTE);
    expect(numbersOff(next)).toEqual([]);
    expect(next.note.all()).toEqual([]);
    await next.close();
  });

  it('is left to the plan where the computer stays: no port comes on that the circuit does not bear', async () => {
    const one = await underWay();
    await one.close();
    const next = await house({ before: one });
    await next.timers.advance(3 * MINUTE);
    expect(next.off()).toBeGreaterThan(5);
    expect(noted(next)).toEqual(expect.arrayContaining(numbersOff(next)));
    await next.close();
  });

  it('comes on when the computer goes to sleep or runs on its battery, and the plan holds again afterwards', async () => {
    const one = await underWay();
    await Promise.all([one.conductor.free('onBattery'), one.timers.advance(5_000)]);
    expect(numbersOff(one)).toEqual([]);
    expect(one.orders.at(-1)?.steps).toEqual([]);
    expect((await one.view()).troubles).toEqual([{ code: 'onBattery' }]);
    await one.timers.advance(5 * MINUTE);
    expect(numbersOff(one)).toEqual([]);
    one.conductor.hold('onBattery');
    await one.timers.advance(2 * MINUTE);
    expect(one.off()).toBeGreaterThan(5);
    await one.close();
  });
});

describe('a computer that is shut down', () => {
  it('switches everything on before it ends, and hands its watchman nothing that is off', async () => {
    const one = await underWay();
    await Promise.all([onPower(one.conductor, 'shutdown'), one.timers.advance(4_000)]);
    expect(numbersOff(one)).toEqual([]);
    const last = one.orders.at(-1);
    expect(last?.steps).toEqual([]);
    expect(last?.boxes.flatMap(({ ports }) => ports).filter(({ on }) => !on)).toEqual([]);
    await one.close();
  });
});

describe('the port that feeds the Wi-Fi point', () => {
  const point = {
    _id: 'point_aaaaaaaaaaaaa',
    type: 'wifiPoint',
    v: 1,
    cart: CART,
    name: 'Borne du chariot',
    removable: false,
    drive: { kind: 'port', hub: HUB, port: 3 },
    minutes: 240,
  } as const;

  it('is in no plan and is switched by none, though a device has its place there, and the page says so', async () => {
    const one = await house();
    await one.parc.put({ ...point, drive: { ...point.drive } });
    one.hub.port(3).mode = 'o';
    await one.ask('set', { cart: CART, settings });
    await one.ask('stays', { cart: CART, here: true });
    await one.timers.advance(3 * MINUTE);
    const view = await one.view();
    expect(view.plan?.places.map(({ bay }) => bay)).not.toContain(3);
    expect(view.troubles).toEqual([{ code: 'wifiPoint', bay: 3, detail: 'Borne du chariot' }]);
    expect(
      one.orders.flatMap(({ boxes, steps }) => [...boxes.flatMap(({ ports }) => ports), ...steps]),
    ).toEqual(expect.not.arrayContaining([expect.objectContaining({ port: 3 })]));
    // Off is its normal state: it stays so through the plan and after it.
    await one.ask('stays', { cart: CART, here: false });
    await one.timers.advance(2 * MINUTE);
    expect(numbersOff(one)).toEqual([3]);
    await one.close();
  });

  it('is not switched on by a note of the time when a tablet stood there', async () => {
    const one = await underWay();
    const off = numbersOff(one)[0] ?? 0;
    await one.close();
    await untick(one);
    await one.parc.put({ ...point, drive: { ...point.drive, port: off } });
    const next = await house({ before: one });
    await next.timers.advance(3 * MINUTE);
    expect(numbersOff(next)).toEqual([off]);
    expect(next.note.all()).toEqual([]);
    await next.close();
  });
});
