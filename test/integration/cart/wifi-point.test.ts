import { afterEach, describe, expect, it } from 'vitest';
import { wifiPointSubject, type PointView } from '../../../src/contract/staff/wifi-point';
import { USUAL_MINUTES } from '../../../src/domain/cart/wifi-point';
import type { Id } from '../../../src/domain/id';
import { ANONYMOUS, type Actor } from '../../../src/domain/rights/actor';
import { SimulatedHub } from '../../../src/demo/hub/hub';
import { seeded } from '../../../src/demo/hub/random';
import { CambrionixDriver } from '../../../src/main/cart/cambrionix/driver';
import { straight } from '../../../src/main/cart/sources/route';
import { createDispatcher } from '../../../src/main/dispatch';
import { wifiPointRoutes } from '../../../src/main/cart/wifi-point/routes';
import { createWifiPoints } from '../../../src/main/cart/wifi-point/service';
import type { PointDeps, WifiPoints } from '../../../src/main/cart/wifi-point/types';
import type { SourceSnapshot, SwitchOutcome } from '../../../src/main/cart/sources/port';
import { Cable } from '../../peers/cambrionix/cable';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';
import { memoryDatabase } from './memory-database';

const staff = (letter: string, ...roles: ('teacher' | 'technician' | 'facilitator' | 'aesh')[]): Actor => ({
  kind: 'staff',
  personId: `staff_${letter.repeat(13)}`,
  grants: roles.map((role) => ({ role, classIds: [] })),
});
const CLAIRE = staff('a', 'teacher');
const MARC = staff('b', 'teacher');
const CART: Id<'cart'> = 'cart_vvvvvvvvvvvvv';
const POINT: Id<'point'> = 'point_ppppppppppppp';
const HUB: Id<'hub'> = 'hub_hhhhhhhhhhhhh';
const HOUR = 3_600_000;

/** The box of the school: an outlet that remembers whether it is on, whoever reads it. */
function outlet() {
  return {
    on: false,
    refuses: undefined as SwitchOutcome | undefined,
    orders: [] as boolean[],
    readBy: 'poste_aaaaaaaaaaaaa',
  };
}
type Outlet = ReturnType<typeof outlet>;

const open: WifiPoints[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function computer(
  box: Outlet,
  parc = memoryDatabase(),
  timers = new ManualTimers(),
  poste = 'poste_aaaaaaaaaaaaa',
  real?: PointDeps['boxes'],
) {
  const random = seeded(poste.charCodeAt(6) + parc.lastSeq);
  const bytes = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const events: string[] = [];
  const snapshot = (): SourceSnapshot => ({
    status: 'answering',
    since: '',
    alerts: [],
    switching: 'perPort',
    ports: [
      {
        port: 8,
        reading: {
          source: 'strip',
          at: new Date(timers.now()).toISOString(),
          value: { power: box.on ? 'attached' : 'off', portOff: !box.on },
        },
      },
    ],
  });
  const boxes: PointDeps['boxes'] = real ?? {
    snapshot: (hub) => (hub === HUB && box.readBy === poste ? snapshot() : undefined),
    switchPort: (_hub, _port, on) => {
      box.orders.push(on);
      if (box.refuses) return Promise.resolve(box.refuses);
      box.on = on;
      return Promise.resolve({ outcome: 'done' });
    },
    onSnapshot: () => () => undefined,
  };
  const points = createWifiPoints({
    platform: {
      dataFolder: '',
      clock: () => timers.now(),
      random: bytes,
      log: silent,
      tracer: { trace: () => undefined },
      publish: (name) => events.push(name),
    },
    parc,
    poste,
    timers,
    boxes,
    cartOf: () => CART,
    names: (actor) =>
      Promise.resolve(
        new Map(
          actor.kind === 'staff' && actor.grants.some(({ role }) => role === 'teacher')
            ? [
                ['staff_aaaaaaaaaaaaa', 'Claire Petit'],
                ['staff_bbbbbbbbbbbbb', 'Marc Roy'],
              ]
            : [],
        ),
      ),
  });
  open.push(points);
  const dispatch = createDispatcher(
    { wifiPoint: wifiPointSubject },
    { wifiPoint: wifiPointRoutes(points) },
    { log: silent, random: bytes },
  );
  const ask = async <T>(method: string, input: object = {}, actor: Actor = CLAIRE): Promise<T> => {
    const reply = await dispatch({ actor, connection: 'c' }, `wifiPoint.${method}`, input);
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as T;
  };
  const state = async (actor?: Actor): Promise<PointView> => {
    const { points: all } = await ask<{ points: PointView[] }>('state', { cart: CART }, actor);
    if (!all[0]) throw new Error('no point');
    return all[0];
  };
  return { points, ask, state, parc, timers, events, box };
}

async function cartWith(
  drive: object,
  box = outlet(),
  more: object = {},
): Promise<ReturnType<typeof computer>> {
  const one = computer(box);
  await one.parc.put({ _id: CART, type: 'cart', v: 1, name: 'Valise bleue', bays: 15 });
  await one.ask('set', { point: POINT, cart: CART, name: 'Borne', removable: false, drive, ...more });
  return one;
}
const ON_STRIP = { kind: 'port', hub: HUB, port: 8 };
const lesson = (letter: string, owner = 'staff_aaaaaaaaaaaaa') => ({
  id: `lesson_${letter.repeat(13)}`,
  ownerId: owner,
  cartId: CART,
});
type Said = { result: { outcome: string; others?: number; code?: string }; state: PointView };
const journal = async (one: ReturnType<typeof computer>, actor?: Actor): Promise<string[]> => {
  const { lines } = await one.ask<{ lines: { what: string; by: string; use?: string; why?: string }[] }>(
    'journal',
    { point: POINT },
    actor,
  );
  return lines
    .reverse()
    .map(({ what, by, use, why }) => [what, by, use, why].filter((word) => word).join(' '));
};

describe('a Wi-Fi point on an outlet', () => {
  it('#11.9 is lit for a lesson, and goes off when the lesson ends; who, when and for what is written', async () => {
    const one = await cartWith(ON_STRIP);
    expect(await one.state()).toMatchObject({ light: { value: 'off', basis: 'port' }, forgotten: false });
    expect(one.points.dark(CART)).toBe(true);
    const { result, state } = await one.ask<Said>('on', { point: POINT, use: 'lesson' });
    expect([one.points.dark(CART), one.points.dark(undefined)]).toEqual([false, false]);
    expect(result).toEqual({ outcome: 'done' });
    expect(state).toMatchObject({
      light: { value: 'on', basis: 'port' },
      holds: [{ by: 'Claire Petit', here: true }],
    });
    expect(one.box.on).toBe(true);
    await one.points.lessonBegan(lesson('a'));
    await one.timers.advance(45 * 60_000);
    expect(one.box.on).toBe(true);
    await one.points.lessonEnded(lesson('a'));
    expect(one.box.on).toBe(false);
    expect(await one.state()).toMatchObject({ holds: [], forgotten: false });
    expect(await journal(one)).toEqual([
      'asked Claire Petit lesson',
      'on Claire Petit',
      'released lesson over',
      'off',
    ]);
    expect(one.events).toContain('wifiPoint.changed');
  });

  it('stays on for the second of two lessons, on two computers, and goes off after it', async () => {
    const one = await cartWith(ON_STRIP);
    const two = computer(one.box, one.parc, one.timers, 'poste_bbbbbbbbbbbbb');
    await one.ask('on', { point: POINT, use: 'lesson' });
    await one.points.lessonBegan(lesson('a'));
    // The other computer does not read that box: it asks, and the one that reads it does.
    const asked = await two.ask<Said>('on', { point: POINT, use: 'lesson' }, MARC);
    expect(asked.result).toEqual({ outcome: 'elsewhere' });
    await two.points.lessonBegan(lesson('b', 'staff_bbbbbbbbbbbbb'));
    await one.points.lessonEnded(lesson('a'));
    expect(one.box.on).toBe(true);
    expect((await one.state()).holds).toMatchObject([{ by: 'Marc Roy', here: false }]);
    const tried = await one.ask<Said>('off', { point: POINT });
    expect(tried.result).toEqual({ outcome: 'kept', others: 1 });
    await two.points.lessonEnded(lesson('b'));
    // The computer that switches it hears of it, and does it at its next look.
    await one.timers.advance(31_000);
    expect(one.box.on).toBe(false);
  });

  it('is lit from a computer that does not read its box, by the one that does; a late request is none', async () => {
    const one = await cartWith(ON_STRIP);
    const two = computer(one.box, one.parc, one.timers, 'poste_bbbbbbbbbbbbb');
    await two.ask('on', { point: POINT, use: 'lesson' }, MARC);
    expect(one.box.on).toBe(false);
    await one.timers.advance(1_000);
    expect(one.box.on).toBe(true);
    // Somebody puts it off: the one who asked does not light it again.
    await one.ask('said', { point: POINT, on: false });
    one.box.on = false;
    await one.timers.advance(HOUR);
    expect(one.box.on).toBe(false);
    expect(one.box.orders).toEqual([true]);
  });

  it('is put off for everybody when a person wants it so', async () => {
    const one = await cartWith(ON_STRIP);
    const two = computer(one.box, one.parc, one.timers, 'poste_bbbbbbbbbbbbb');
    await one.ask('on', { point: POINT, use: 'lesson' });
    await two.ask('on', { point: POINT, use: 'lesson' }, MARC);
    const { result } = await one.ask<Said>('off', { point: POINT, anyway: true });
    expect(result).toEqual({ outcome: 'done' });
    expect(one.box.on).toBe(false);
    expect((await one.state()).holds).toEqual([]);
  });

  it('goes off at the next start of a computer that was killed in a lesson; a lesson taken up again keeps it', async () => {
    const one = await cartWith(ON_STRIP);
    await one.ask('on', { point: POINT, use: 'lesson' });
    await one.points.lessonBegan(lesson('a'));
    // Killed: nobody closes anything. The same lesson is taken up at the first start, not at the second.
    const again = computer(one.box, one.parc, one.timers);
    await again.points.lessonBegan(lesson('a'));
    await again.points.settle();
    expect(one.box.on).toBe(true);
    expect((await again.state()).holds).toHaveLength(1);
    await one.timers.advance(1_000);
    const third = computer(one.box, one.parc, one.timers);
    await third.points.settle();
    expect(one.box.on).toBe(false);
    expect((await journal(third)).slice(-2)).toEqual(['released lesson abandoned', 'off']);
  });

  it('goes off at the next start of a computer that was killed before the lesson was open', async () => {
    const one = await cartWith(ON_STRIP);
    await one.ask('on', { point: POINT, use: 'lesson' });
    const again = computer(one.box, one.parc, one.timers);
    await again.points.settle();
    expect(one.box.on).toBe(false);
    // Asked for by hand, it is what a person wanted.
    await again.ask('on', { point: POINT, use: 'hand' });
    const third = computer(one.box, one.parc, one.timers);
    await third.points.settle();
    expect(one.box.on).toBe(true);
  });

  it('goes off after half an hour when no lesson follows, and after its hours when a lesson is forgotten', async () => {
    const one = await cartWith(ON_STRIP, outlet(), { minutes: 60 });
    await one.ask('on', { point: POINT, use: 'lesson' });
    await one.timers.advance(29 * 60_000);
    expect(one.box.on).toBe(true);
    await one.timers.advance(2 * 60_000);
    expect(one.box.on).toBe(false);

    await one.ask('on', { point: POINT, use: 'lesson' });
    await one.points.lessonBegan(lesson('a'));
    one.points.entered('device_aaaaaaaaaaaaa');
    await one.timers.advance(90 * 60_000);
    // Its devices answer: it is a long lesson.
    expect(one.box.on).toBe(true);
    one.points.left('device_aaaaaaaaaaaaa');
    await one.timers.advance(90 * 60_000);
    expect(one.box.on).toBe(false);
    expect((await journal(one)).slice(-2)).toEqual(['released lesson expired', 'off']);
  });

  it('that its box does not switch is said, and tried again', async () => {
    const one = await cartWith(ON_STRIP);
    await one.ask('on', { point: POINT, use: 'lesson' });
    await one.points.lessonBegan(lesson('a'));
    one.box.refuses = { outcome: 'silent', why: 'timeout' };
    await one.points.lessonEnded(lesson('a'));
    expect(one.box.on).toBe(true);
    expect(await one.state()).toMatchObject({ forgotten: true, trouble: { code: 'timeout' } });
    one.box.refuses = undefined;
    await one.timers.advance(31_000);
    expect(one.box.on).toBe(false);
    expect(await one.state()).not.toHaveProperty('trouble');
  });

  it('is not put off by Préau where nobody of Préau lit it: it is proposed', async () => {
    const one = await cartWith(ON_STRIP);
    one.box.on = true;
    await one.timers.advance(HOUR);
    expect(one.box.orders).toEqual([]);
    expect(await one.state()).toMatchObject({ light: { value: 'on', basis: 'port' }, forgotten: true });
  });

  it('is lit for an update and let go after it; an update that was cut is let go at the next start', async () => {
    const one = await cartWith(ON_STRIP);
    const done = await one.points.needFor(CART, 'update');
    expect(one.box.on).toBe(true);
    await done();
    expect(one.box.on).toBe(false);
    await one.points.needFor(CART, 'update');
    const again = computer(one.box, one.parc, one.timers);
    await again.points.settle();
    expect(one.box.on).toBe(false);
  });
});

describe('a Wi-Fi point with a button', () => {
  it('#11.8 is pressed by a person, who says so; devices that answer say it too', async () => {
    const one = await cartWith({ kind: 'button' });
    expect(await one.state()).toMatchObject({ light: { value: 'off', basis: 'usual' }, forgotten: false });
    const { result, state } = await one.ask<Said>('on', { point: POINT, use: 'lesson' });
    expect(result).toEqual({ outcome: 'byHand' });
    expect(state.light.value).toBe('off');
    one.points.entered('device_aaaaaaaaaaaaa');
    expect(await one.state()).toMatchObject({ light: { value: 'on', basis: 'devices' }, answering: 1 });
    await one.points.lessonBegan(lesson('a'));
    expect((await one.state()).holds).toHaveLength(1);
    await one.ask('said', { point: POINT, on: true });
    one.points.left('device_aaaaaaaaaaaaa');
    await one.points.lessonEnded(lesson('a'));
    // Only a hand puts it off: it is proposed until somebody says it.
    expect(await one.state()).toMatchObject({ forgotten: true });
    await one.ask('said', { point: POINT, on: false });
    expect(await one.state()).toMatchObject({ light: { value: 'off', basis: 'person' }, forgotten: false });
  });

  it('that devices come by, in a lesson that began without it, is held for that lesson', async () => {
    const one = await cartWith({ kind: 'button' });
    await one.points.lessonBegan(lesson('a'));
    expect((await one.state()).holds).toEqual([]);
    one.points.entered('device_aaaaaaaaaaaaa');
    await one.timers.advance(0);
    expect(await one.state()).toMatchObject({ forgotten: false, holds: [{ use: 'lesson', here: true }] });
    // They came by another Wi-Fi: somebody sees that it is off, and is believed until another device comes.
    await one.ask('said', { point: POINT, on: false });
    expect(await one.state()).toMatchObject({ light: { value: 'off', basis: 'person' }, answering: 1 });
  });

  it('that nobody spoke of for a day in class is not known any more', async () => {
    const one = await cartWith({ kind: 'button' });
    await one.ask('said', { point: POINT, on: true });
    await one.timers.advance((USUAL_MINUTES + 1) * 60_000);
    expect(await one.state()).toMatchObject({ light: { value: 'unknown', basis: 'person' } });
  });

  it('#11.10 may have a second one beside it, that is carried elsewhere', async () => {
    const one = await cartWith({ kind: 'button' });
    const second = 'point_qqqqqqqqqqqqq';
    await one.ask('set', {
      point: second,
      cart: CART,
      name: 'Borne du couloir',
      removable: true,
      drive: { kind: 'button' },
    });
    await one.ask('said', { point: second, on: true });
    const { points } = await one.ask<{ points: PointView[] }>('state', { cart: CART });
    expect(points).toMatchObject([
      { name: 'Borne', removable: false, light: { value: 'off' } },
      { name: 'Borne du couloir', removable: true, light: { value: 'on' } },
    ]);
    await one.ask('remove', { point: second });
    expect((await one.ask<{ points: PointView[] }>('state', { cart: CART })).points).toHaveLength(1);
  });
});

describe('on a port of a real driver', () => {
  it('the port of a charging hub is switched for the lesson, and its state is what the hub says', async () => {
    const timers = new ManualTimers();
    const hub = new SimulatedHub({ timers, seed: 9, ports: 16 }).fill([16]);
    const cable = new Cable(hub, timers);
    const driver = new CambrionixDriver(straight(cable.open), timers, () => undefined);
    const box = outlet();
    const one = computer(box, memoryDatabase(), timers, 'poste_aaaaaaaaaaaaa', {
      snapshot: () => driver.snapshot,
      switchPort: (_hub, port, on) => driver.switchPort(port, on),
      onSnapshot: () => () => undefined,
    });
    driver.start();
    await timers.advance(5_000);
    await one.parc.put({ _id: CART, type: 'cart', v: 1, name: 'Chariot', bays: 15 });
    const drive = { kind: 'port', hub: HUB, port: 16 };
    await one.ask('set', { point: POINT, cart: CART, name: 'Borne', removable: false, drive });
    hub.port(16).mode = 'o';
    await timers.advance(3_000);
    expect(await one.state()).toMatchObject({ here: true, light: { value: 'off', basis: 'port' } });
    const lit = one.ask<Said>('on', { point: POINT, use: 'lesson' });
    await timers.advance(3_000);
    expect((await lit).result).toEqual({ outcome: 'done' });
    expect(hub.port(16).mode).toBe('c');
    expect(await one.state()).toMatchObject({ light: { value: 'on', basis: 'port' } });
    // The dip that refuses every change of mode until the hub is restarted: it stays lit, and that is said.
    hub.dipVoltage();
    const off = one.ask<Said>('off', { point: POINT });
    await timers.advance(3_000);
    expect((await off).result).toEqual({ outcome: 'refused', code: 'E422' });
    expect(await one.state()).toMatchObject({ forgotten: true, trouble: { code: 'E422' } });
    driver.stop();
  });
});

describe('a box that starts anew and switches everything on', () => {
  it.each([
    [
      'a charging hub: the point is put off again, nobody having asked',
      { kind: 'tcp', host: '127.0.0.1', port: 4000 },
      false,
    ],
    [
      'a strip, whose outlets have a button: it is left on, and said',
      { kind: 'snmp', host: '127.0.0.1', port: 161, version: '3' },
      true,
    ],
  ])('%s', async (_, link, on) => {
    const one = await cartWith(ON_STRIP);
    await one.parc.put({
      _id: HUB,
      type: 'hub',
      v: 1,
      cart: CART,
      poste: 'poste_aaaaaaaaaaaaa',
      firstBay: null,
      link,
    });
    await one.ask('on', { point: POINT, use: 'lesson' });
    await one.points.lessonBegan(lesson('a'));
    await one.points.lessonEnded(lesson('a'));
    expect(one.box.on).toBe(false);
    one.box.on = true;
    await one.timers.advance(HOUR);
    expect(one.box.on).toBe(on);
    expect(await one.state()).toMatchObject({ forgotten: on });
  });
});

describe('who may', () => {
  it('light it: whoever opens a lesson; say how it is switched: who looks after the cart; see names: who may', async () => {
    const one = await cartWith(ON_STRIP);
    const leader = staff('c', 'facilitator');
    await one.ask('on', { point: POINT, use: 'lesson' });
    expect((await one.state(leader)).holds).toMatchObject([{ by: '' }]);
    expect(await journal(one, leader)).toEqual(['asked lesson', 'on']);
    await expect(one.ask('on', { point: POINT, use: 'lesson' }, staff('d', 'aesh'))).rejects.toThrow(
      'FORBIDDEN',
    );
    await expect(one.ask('state', { cart: CART }, ANONYMOUS)).rejects.toThrow('NOT_SIGNED_IN');
    const order = { point: POINT, cart: CART, name: 'B', removable: false, drive: { kind: 'button' } };
    await expect(one.ask('set', order, leader)).rejects.toThrow('FORBIDDEN');
    await expect(one.ask('off', { point: 'point_zzzzzzzzzzzzz' })).rejects.toThrow('NOT_FOUND');
    await expect(one.ask('set', { ...order, cart: 'cart_zzzzzzzzzzzzz' })).rejects.toThrow('NOT_FOUND');
    await expect(one.ask('set', { ...order, drive: { kind: 'port', hub: HUB, port: 0 } })).rejects.toThrow(
      'BAD_INPUT',
    );
  });

  it('two gestures at once are one after the other, and one journal', async () => {
    const one = await cartWith(ON_STRIP);
    await Promise.all([1, 2, 3].map(() => one.ask('on', { point: POINT, use: 'lesson' })));
    expect((await one.state()).holds).toHaveLength(1);
    await Promise.all([one.ask('off', { point: POINT }), one.ask('on', { point: POINT, use: 'lesson' })]);
    expect(one.box.on).toBe(true);
    expect((await one.state()).holds).toHaveLength(1);
  });
});
