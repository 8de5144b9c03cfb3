import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LessonView } from '../../../src/contract/staff/classroom';
import { powerSubject, type PowerDevice, type PowerRun } from '../../../src/contract/staff/power';
import { GRACE_MS, type PowerOrder } from '../../../src/domain/cart/power';
import { idFrom, type Id } from '../../../src/domain/id';
import type { Actor } from '../../../src/domain/rights/actor';
import { createDispatcher } from '../../../src/main/dispatch';
import { openPower, powerMeans } from '../../../src/main/cart/power/open-power';
import { powerRoutes } from '../../../src/main/cart/power/routes';
import { createCartPower } from '../../../src/main/cart/power/service';
import type { PowerDeps, PowerMeans } from '../../../src/main/cart/power/types';
import type { Outcome, StationBook } from '../../../src/main/classroom/connectors/port';
import { noTracer } from '../../../src/main/privacy/tracer';
import { silentLogger } from '../../../src/main/log/logger';
import { needs } from '../../needs';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';
import { startVeyonFleet, veyonIsHere, type VeyonFleet } from '../../peers/veyon/fleet';
import { until } from '../../peers/veyon/logind';
import { openSchool, TEACHER } from '../lan/school';

const CART: Id<'cart'> = 'cart_vvvvvvvvvvvvv';
const device = (n: number): Id<'device'> => idFrom('device', Buffer.alloc(9, n));
const CLAIRE: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: [] }],
};
const MARC: Actor = { ...CLAIRE, personId: 'staff_bbbbbbbbbbbbb' };
const AESH: Actor = {
  kind: 'staff',
  personId: 'staff_ccccccccccccc',
  grants: [{ role: 'aesh', classIds: [] }],
};

const seat = (n: number, names: readonly string[], presence: 'here' | 'left' = 'here') => ({
  key: device(n),
  joined: true,
  presence,
  pupils: names.map((name) => ({ id: 'pupil_aaaaaaaaaaaaa', name })),
});

function cart(count = 15, more: Partial<PowerDeps> = {}) {
  const timers = new ManualTimers();
  const orders: { device: Id<'device'>; order: Exclude<PowerOrder, 'rest'> }[] = [];
  const state = {
    atOnce: 0,
    most: 0,
    answer: (): Promise<Outcome> => Promise.resolve({ state: 'done' }),
    lesson: undefined as { owner: Actor; seats: ReturnType<typeof seat>[] } | undefined,
    elsewhere: false,
  };
  // Tablets 1 to 12 by adb, 13 and 14 computers (13 has no Ethernet address), 15 out of reach.
  const means: PowerMeans = {
    attend: () => undefined,
    close: () => undefined,
    reach: (of) => {
      const n = Array.from({ length: 60 }, (_, at) => at + 1).find((one) => device(one) === of) ?? 0;
      if (n === 15) return undefined;
      return n === 13 || n === 14 ? { by: 'veyon', wakes: n === 14 } : { by: 'adb', wakes: false };
    },
    async perform(of, order) {
      orders.push({ device: of, order });
      state.atOnce += 1;
      state.most = Math.max(state.most, state.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      state.atOnce -= 1;
      return state.answer();
    },
  };
  const service = createCartPower({
    platform: {
      dataFolder: '',
      clock: () => timers.now(),
      random: (bytes) => Buffer.alloc(bytes, 7),
      log: silentLogger,
      tracer: noTracer,
      publish: () => undefined,
    },
    timers,
    inCart: () =>
      Array.from({ length: count }, (_, n) => ({ device: device(n + 1), number: n + 1, bay: n + 1 })),
    labels: () => new Map([[device(1), 'Tablette 1']]),
    means,
    lesson: () => state.lesson && { cart: CART, devices: new Set(state.lesson.seats.map(({ key }) => key)) },
    ownLesson: (actor) =>
      state.lesson && actor === state.lesson.owner
        ? ({ seats: state.lesson.seats } as unknown as LessonView)
        : undefined,
    lessonElsewhere: () => state.elsewhere,
    ...more,
  });
  const dispatch = createDispatcher(
    { power: powerSubject },
    { power: powerRoutes(service) },
    { log: silentLogger, random: (bytes) => Buffer.alloc(bytes, 7) },
  );
  const ask = async <T>(method: string, input: object = {}, actor: Actor = CLAIRE): Promise<T> => {
    const reply = await dispatch({ actor, connection: 'c' }, `power.${method}`, { cart: CART, ...input });
    if (!reply.ok) throw new Error(reply.error.code);
    return reply.value as T;
  };
  const look = (actor?: Actor) => ask<{ devices: PowerDevice[]; run?: PowerRun }>('look', {}, actor);
  const order = (what: PowerOrder, of: readonly number[], how: object = {}, actor?: Actor) =>
    ask<{ working: string[]; run?: PowerRun }>(
      'run',
      { order: what, devices: of.map(device), ...how },
      actor,
    );
  return { timers, service, state, orders, ask, look, order };
}
/** Lets the orders under way end: each takes a turn of the event loop. */
async function over(one: ReturnType<typeof cart>): Promise<PowerRun> {
  await expect.poll(async () => (await one.look()).run?.state).toBe('over');
  const { run } = await one.look();
  if (!run) throw new Error('no run');
  return run;
}

describe('the power of a cart', () => {
  it('says of each device what can be asked of it', async () => {
    const { devices } = await cart().look();
    expect(devices.map(({ bay, by, orders }) => [bay, by, orders.join(' ')])).toEqual([
      ...Array.from({ length: 12 }, (_, n) => [n + 1, 'adb', 'wake sleep rest restart off']),
      [13, 'veyon', 'rest restart off'],
      [14, 'veyon', 'wake rest restart off'],
      [15, undefined, ''],
    ]);
    expect(devices.map(({ label }) => label).slice(0, 2)).toEqual(['Tablette 1', '2']);
  });

  it('wakes several at once, eight at most, with an outcome each', async () => {
    const one = cart(30);
    const all = Array.from({ length: 30 }, (_, n) => n + 1);
    await one.order('wake', all);
    await one.timers.advance(0);
    const run = await over(one);
    expect(run.outcomes).toHaveLength(30);
    expect(run.outcomes.filter(({ outcome }) => outcome?.state === 'done')).toHaveLength(28);
    expect(run.outcomes[12]?.outcome).toEqual({ state: 'impossible', why: 'not-supported' });
    expect(run.outcomes[14]?.outcome).toEqual({ state: 'out-of-reach' });
    expect(one.state.most).toBe(8);
  });

  it('puts each kind to its own rest: a tablet sleeps, a computer is off', async () => {
    const one = cart();
    await one.order('rest', [1, 14]);
    await one.timers.advance(GRACE_MS);
    await over(one);
    expect(one.orders).toEqual([
      { device: device(1), order: 'sleep' },
      { device: device(14), order: 'off' },
    ]);
  });

  it('waits ten seconds before what cannot be undone, and takes it back', async () => {
    const one = cart();
    const { run } = await one.order('off', [1, 2]);
    expect(run).toMatchObject({ state: 'waiting' });
    await one.timers.advance(GRACE_MS - 1);
    expect(one.orders).toEqual([]);
    await one.ask('cancel');
    await one.timers.advance(GRACE_MS);
    expect(one.orders).toEqual([]);
    expect((await one.look()).run?.state).toBe('cancelled');
    // Another order takes the place of one that waits.
    await one.order('off', [1]);
    await one.order('restart', [2]);
    await one.timers.advance(GRACE_MS);
    await over(one);
    expect(one.orders).toEqual([{ device: device(2), order: 'restart' }]);
  });

  it('shows first who is still working, by name to who conducts the lesson, and does nothing until it is confirmed', async () => {
    const one = cart();
    one.state.lesson = { owner: CLAIRE, seats: [seat(1, ['Léa', 'Noé']), seat(2, ['Zoé'], 'left')] };
    const { devices } = await one.look();
    expect(devices[0]).toMatchObject({ state: 'working', names: ['Léa', 'Noé'], blocked: false });
    expect(devices[1]).toMatchObject({ state: 'unknown', names: [] });
    expect(await one.order('sleep', [1, 2])).toEqual({ working: [device(1)] });
    await one.timers.advance(GRACE_MS);
    expect(one.orders).toEqual([]);
    await one.order('sleep', [1, 2], { despite: true });
    await one.timers.advance(0);
    await over(one);
    expect(one.orders).toHaveLength(2);
  });

  it("never touches a device of somebody else's lesson, here or on another computer, even one that began meanwhile", async () => {
    const one = cart();
    one.state.lesson = { owner: MARC, seats: [seat(1, ['Léa'])] };
    const { devices } = await one.look();
    expect(devices.every(({ blocked, names }) => blocked && names.length === 0)).toBe(true);
    await one.order('sleep', [1], { despite: true });
    await one.timers.advance(0);
    expect((await over(one)).outcomes).toEqual([{ device: device(1), outcome: { state: 'blocked' } }]);

    one.state.lesson = undefined;
    await one.order('off', [2]);
    one.state.lesson = { owner: MARC, seats: [] };
    await one.timers.advance(GRACE_MS);
    expect((await over(one)).outcomes).toEqual([{ device: device(2), outcome: { state: 'blocked' } }]);
    one.state.lesson = undefined;
    one.state.elsewhere = true;
    await one.order('off', [3]);
    await one.timers.advance(GRACE_MS);
    expect((await over(one)).outcomes).toEqual([{ device: device(3), outcome: { state: 'blocked' } }]);
    expect(one.orders).toEqual([]);
  });

  it('goes on with the others where one fails or throws, and leaves nothing waiting when it stops', async () => {
    const one = cart();
    let calls = 0;
    one.state.answer = () => {
      calls += 1;
      if (calls === 2) return Promise.reject(new Error('broken'));
      return Promise.resolve({ state: 'no-answer', since: '2026-11-20T07:00:00.000Z', cause: 'unreachable' });
    };
    await one.order('wake', [1, 2, 3]);
    await one.timers.advance(0);
    const states = (await over(one)).outcomes.map(({ outcome }) => outcome?.state);
    expect(states.sort()).toEqual(['no-answer', 'no-answer', 'out-of-reach']);
    await one.order('off', [1]);
    await one.service.close();
    await one.timers.advance(GRACE_MS);
    expect(calls).toBe(3);
  });

  it('is asked by who looks after the cart, of its own devices only', async () => {
    const one = cart();
    await expect(one.look(AESH)).rejects.toThrow('FORBIDDEN');
    await expect(one.order('off', [1], {}, AESH)).rejects.toThrow('FORBIDDEN');
    await expect(one.order('off', [40])).rejects.toThrow('NOT_FOUND');
    await expect(one.ask('run', { order: 'explode', devices: [device(1)] })).rejects.toThrow('BAD_INPUT');
  });
});

describe('by the tablets’ own way', () => {
  it('a tablet that adb reaches sleeps, wakes, restarts and goes off; a computer by its own', async () => {
    const asked: unknown[] = [];
    const means = powerMeans(
      {
        stations: {
          list: () => [
            {
              id: device(1),
              label: 'Ordinateur 1',
              kind: 'computer',
              reach: { by: 'veyon', host: 'pc1', port: 11_100, mac: '02005e105007' },
            },
          ],
        },
        outside: (of, command) => {
          asked.push([of, command]);
          return Promise.resolve({ state: 'done' });
        },
        tablets: {
          present: () => [device(2)],
          attend: () => () => undefined,
          onMoved: () => () => undefined,
          perform: (of, order) => {
            asked.push([of, order]);
            return Promise.resolve({ state: 'impossible', why: 'not-allowed', code: 'x' });
          },
        },
      },
      new ManualTimers(),
      () => undefined,
    );
    expect(means.reach(device(1))).toEqual({ by: 'veyon', wakes: true });
    expect(means.reach(device(2))).toEqual({ by: 'adb', wakes: false });
    expect(means.reach(device(3))).toBeUndefined();
    expect(await means.perform(device(1), 'sleep')).toEqual({ state: 'impossible', why: 'not-supported' });
    await means.perform(device(1), 'off');
    expect(await means.perform(device(2), 'restart')).toEqual({ state: 'impossible', why: 'not-allowed' });
    expect(asked).toEqual([
      [device(1), { do: 'power', how: 'off' }],
      [device(2), { do: 'power', how: 'reboot' }],
    ]);
  });
});

describe('a PC with a real Veyon', needs(veyonIsHere, 'Veyon, Xvnc or root is missing'), () => {
  let fleet: VeyonFleet;
  beforeAll(async () => {
    fleet = await startVeyonFleet(1);
  });
  afterAll(() => fleet.stop());

  it('is switched off without any lesson, once the ten seconds are over', async () => {
    const [peer] = fleet.peers;
    if (!peer) throw new Error('no PC');
    const stations: StationBook = {
      list: () => [
        {
          id: device(1),
          label: 'Poste 1',
          kind: 'computer',
          reach: { by: 'veyon', host: peer.address, port: peer.port },
        },
      ],
      key: () => ({ name: fleet.keyName, privateKey: createPrivateKey(fleet.privateKey) }),
      password: () => undefined,
      whereIs: () => Promise.resolve(undefined),
    };
    const school = await openSchool({ stations });
    const timers = new ManualTimers();
    const { service } = openPower({
      platform: {
        dataFolder: '',
        clock: () => timers.now(),
        random: (bytes) => Buffer.alloc(bytes, 7),
        log: silentLogger,
        tracer: noTracer,
        publish: () => undefined,
      },
      timers,
      inCart: () => [{ device: device(1), number: 1, bay: 1 }],
      labels: () => new Map(),
      cartOf: () => CART,
      ways: {
        stations,
        outside: (of, command) => school.classroom.tools.stations.outside(of, command),
        tablets: {
          present: () => [],
          attend: () => () => undefined,
          onMoved: () => () => undefined,
          perform: () => Promise.resolve({ state: 'impossible', why: 'not-supported', code: '' }),
        },
      },
      lesson: () => school.classroom.tools.point.running(),
      ownLesson: () => undefined,
      lessonElsewhere: () => false,
    });
    service.run(TEACHER, { cart: CART, devices: [device(1)], order: 'off' });
    await timers.advance(GRACE_MS);
    await until(() => fleet.logind.log.some((line) => line.includes('PowerOff')));
    await until(() => service.look(TEACHER, CART).run?.state === 'over');
    expect(service.look(TEACHER, CART).run?.outcomes).toEqual([
      { device: device(1), outcome: { state: 'done' } },
    ]);
    await service.close();
  });
});
