import { describe, expect, it } from 'vitest';
import { bayState } from '../../../src/domain/cart/bay';
import { SimulatedHub } from '../../../src/demo/hub/hub';
import { seeded } from '../../../src/demo/hub/random';
import { CambrionixDriver, MAX_FAILED_POLLS, POLL_MS } from '../../../src/main/cart/cambrionix/driver';
import { COMMAND_TIMEOUT_MS, HubSession, MAX_WAITING } from '../../../src/main/cart/cambrionix/session';
import { Cable } from '../../peers/cambrionix/cable';
import { ManualTimers } from '../../peers/cambrionix/manual-timers';
import type { OpenStream } from '../../../src/main/cart/sources/byte-stream';
import type { Timers } from '../../../src/main/cart/timers';
import type { CommandOutcome } from '../../../src/main/cart/cambrionix/session';
import { straight } from '../../../src/main/cart/sources/route';
import type { SourceSnapshot } from '../../../src/main/cart/sources/port';

/** What the line does to what a hub says, one byte a letter. */
type Spoil = (text: string) => string;
const intact: Spoil = (text) => text;

function bench(
  options: { format?: 'un' | 'ps' | 'sm'; speed?: number; health?: 'units' | 'thousandths' } = {},
) {
  const timers = new ManualTimers();
  const hub = new SimulatedHub({ timers, seed: 3, ...options }).fill([7]);
  const cable = new Cable(hub, timers);
  const history: SourceSnapshot[] = [];
  let spoil = intact;
  const open: OpenStream = async () => {
    const stream = await cable.open();
    return {
      ...stream,
      onData: (listen) => {
        stream.onData((bytes) => listen(Buffer.from(spoil(Buffer.from(bytes).toString('latin1')), 'latin1')));
      },
    };
  };
  /** A clock that somebody puts right. */
  let ahead = 0;
  const clock: Timers = { now: () => timers.now() + ahead, after: timers.after.bind(timers) };
  const driver = new CambrionixDriver(straight(open), clock, (snapshot) => history.push(snapshot));
  return {
    timers,
    hub,
    cable,
    driver,
    history,
    spoils: (how: Spoil) => (spoil = how),
    putClock: (ms: number) => (ahead += ms),
  };
}

const bay = (driver: CambrionixDriver, port: number, now: number) => {
  const reading = driver.snapshot.ports.find((one) => one.port === port)?.reading;
  return bayState(port, reading ? [reading] : [], now);
};

describe('the driver and a simulated hub', () => {
  it.each(['un', 'ps', 'sm'] as const)('reads fifteen ports in the %s format', async (format) => {
    const { timers, driver, hub } = bench({ format });
    driver.start();
    await timers.advance(15_000);
    expect(driver.snapshot).toMatchObject({
      status: 'answering',
      hardware: { name: 'PP15S', serial: 'DEMO0001' },
      switching: 'perPort',
      alerts: [],
    });
    expect(driver.details).toMatchObject({
      identity: { format },
      limits: { min5: 4.5 },
      health: { underVoltage: false },
    });
    expect(driver.snapshot.ports).toHaveLength(15);
    expect(bay(driver, 7, timers.now()).power?.value).toBe('empty');
    expect(['charging', 'full']).toContain(bay(driver, 1, timers.now()).power?.value);
    expect(hub.hurried).toBe(0);
    driver.stop();
    expect(timers.pending).toBe(0);
  });

  it('sees the current fall, the energy grow and the charge finish', async () => {
    const { timers, driver, hub } = bench({ speed: 600 });
    hub.port(7).plug({ capacityWh: 19, fullCurrentMa: 2000, level: 0.5 });
    driver.start();
    await timers.advance(5_000);
    const early = bay(driver, 7, timers.now());
    await timers.advance(6_000);
    const late = bay(driver, 7, timers.now());
    expect(late.energyWh?.value).toBeGreaterThan(early.energyWh?.value ?? Infinity);
    await timers.advance(40_000);
    const full = bay(driver, 7, timers.now());
    expect(full.power?.value).toBe('full');
    expect(full.currentMa?.value).toBeLessThan(early.currentMa?.value ?? 0);
    driver.stop();
  });

  it('goes stale when the hub is unplugged, says so, and recovers by itself', async () => {
    const { timers, driver, cable } = bench();
    driver.start();
    await timers.advance(5_000);
    cable.pull();
    await timers.advance(20_000);
    expect(driver.snapshot).toMatchObject({ status: 'lost', why: 'ENOENT' });
    const gone = bay(driver, 1, timers.now());
    expect(gone.power).toMatchObject({ stale: true });
    expect(gone.power?.value).toBeDefined();
    cable.putBack();
    await timers.advance(15_000);
    expect(driver.snapshot.status).toBe('answering');
    expect(bay(driver, 1, timers.now()).power?.stale).toBe(false);
    driver.stop();
  });

  it('hears one end when a link closes twice, and does not blink while it looks for the hub', async () => {
    const { timers, driver, cable, history } = bench();
    driver.start();
    await timers.advance(5_000);
    cable.pull();
    await timers.advance(60_000);
    expect(history.filter((one) => one.status === 'connecting')).toHaveLength(1);
    expect(cable.opened).toBe(1);
    driver.stop();
  });

  it('waits for a late answer instead of hurrying the hub', async () => {
    const { timers, driver, hub } = bench();
    driver.start();
    await timers.advance(5_000);
    hub.delayNext(4_500);
    await timers.advance(20_000);
    expect(hub.hurried).toBe(0);
    expect(driver.snapshot.status).toBe('answering');
    expect(driver.snapshot.ports).toHaveLength(15);
    driver.stop();
  });

  it('cancels an answer that never comes, and goes on', async () => {
    const { timers, driver, hub, cable } = bench();
    driver.start();
    await timers.advance(5_000);
    hub.delayNext(3_600_000);
    await timers.advance(POLL_MS + COMMAND_TIMEOUT_MS);
    expect(driver.snapshot).toMatchObject({ status: 'silent', why: 'timeout' });
    await timers.advance(15_000);
    expect(driver.snapshot.status).toBe('answering');
    expect(hub.hurried).toBe(0);
    expect(cable.opened).toBe(1);
    driver.stop();
  });

  it('opens the link anew after several polls without sense', async () => {
    const { timers, driver, hub, cable } = bench();
    driver.start();
    await timers.advance(5_000);
    for (let poll = 0; poll < MAX_FAILED_POLLS; poll += 1) {
      hub.failNext();
      await timers.advance(POLL_MS + 100);
    }
    await timers.advance(10_000);
    expect(cable.opened).toBe(2);
    expect(driver.snapshot.status).toBe('answering');
    driver.stop();
  });

  it('passes on the refusal of a mode change after a dip, and comes back from the restart that cures it', async () => {
    const { timers, driver, hub } = bench();
    driver.start();
    await timers.advance(5_000);
    hub.dipVoltage();
    const refused = driver.switchPort(5, true);
    await timers.advance(3_000);
    expect(await refused).toEqual({ outcome: 'refused', code: 'E422' });
    // Its reason is asked for at once, not at the next turn of the health.
    await timers.advance(POLL_MS);
    expect(driver.snapshot.alerts).toEqual(['underVoltage']);
    const restarted = driver.restart();
    await timers.advance(60_000);
    expect(await restarted).toEqual({ outcome: 'done' });
    expect(driver.snapshot).toMatchObject({ status: 'answering', alerts: [] });
    expect(hub.heard).toContain('crf');
    const accepted = driver.switchPort(5, true);
    await timers.advance(3_000);
    expect(await accepted).toEqual({ outcome: 'done' });
    expect(hub.hurried).toBe(0);
    driver.stop();
  });

  it('an order in the middle of which the hub starts anew is not said to be done', async () => {
    const { timers, driver, hub } = bench();
    driver.start();
    await timers.advance(5_000);
    hub.delayNext(1_000);
    const order = driver.switchPort(5, false);
    await timers.advance(100);
    hub.answer('reboot');
    await timers.advance(15_000);
    expect(await order).toEqual({ outcome: 'silent', why: 'timeout' });
    expect(driver.snapshot).toMatchObject({ status: 'answering' });
    expect(bay(driver, 5, timers.now()).portOff).toBe(false);
    expect(hub.port(5).mode).toBe('c');
    driver.stop();
  });

  it.each(['units', 'thousandths'] as const)(
    'reads the health in %s, and its under-voltage',
    async (health) => {
      const { timers, driver, hub } = bench({ health });
      driver.start();
      await timers.advance(5_000);
      expect(driver.details.health?.volts5).toBeCloseTo(5.1, 0);
      expect(driver.details.health?.temperature).toBeGreaterThan(30);
      expect(driver.snapshot.alerts).toEqual([]);
      hub.dipVoltage();
      await timers.advance(POLL_MS * 2);
      expect(driver.snapshot.alerts).toEqual(['underVoltage']);
      driver.stop();
    },
  );

  it('waits for a hub that its own tool is updating, and reads it afterwards', async () => {
    const { timers, driver, hub } = bench();
    hub.booting = true;
    driver.start();
    await timers.advance(30_000);
    expect(driver.snapshot).toMatchObject({ status: 'boot', hardware: { name: 'PP15S' }, ports: [] });
    expect(hub.heard.filter((command) => command !== 'id' && command !== '')).toEqual([]);
    hub.booting = false;
    await timers.advance(15_000);
    expect(driver.snapshot.status).toBe('answering');
    expect(driver.snapshot.ports).toHaveLength(15);
    driver.stop();
  });

  it('is told that the hub starts to be updated while it is read', async () => {
    const { timers, driver, hub } = bench();
    driver.start();
    await timers.advance(5_000);
    hub.booting = true;
    await timers.advance(30_000);
    expect(driver.snapshot.status).toBe('boot');
    expect(driver.snapshot.ports).toHaveLength(15);
    driver.stop();
  });

  it('shows a port that will not charge', async () => {
    const { timers, driver, hub } = bench();
    hub.port(4).fault = true;
    driver.start();
    await timers.advance(5_000);
    expect(bay(driver, 4, timers.now()).power?.value).toBe('fault');
    driver.stop();
  });

  it('refuses a command that is none of the command line', async () => {
    const { driver } = bench();
    expect(await driver.command('mode c 5\r\nreboot')).toMatchObject({ ok: false });
  });
});

describe('noise', () => {
  it.each([
    ['lost to noise', '\n\xb12, '],
    ['turned into another', '\n02, '],
  ])('a digit %s does not make the row of one place that of another', async (_, wrong) => {
    const { timers, driver, hub, spoils, history } = bench();
    hub.port(12).unplug();
    driver.start();
    await timers.advance(5_000);
    const before = history.length;
    spoils((text) => text.replace('\n12, ', wrong));
    await timers.advance(30_000);
    const seen = history.slice(before).flatMap(({ ports }) => ports.filter(({ port }) => port === 2));
    expect(history.length).toBeGreaterThan(before);
    expect(seen.filter(({ reading }) => reading.value.power === 'empty')).toEqual([]);
    spoils(intact);
    await timers.advance(5_000);
    expect(driver.snapshot).toMatchObject({ status: 'answering' });
    expect(driver.snapshot.ports).toHaveLength(15);
    driver.stop();
  });

  it('a refusal that noise has made unreadable is no success', async () => {
    const { timers, driver, hub, spoils } = bench();
    driver.start();
    await timers.advance(5_000);
    hub.dipVoltage();
    spoils((text) => text.replace('*E422', '*E\xff22'));
    const order = driver.switchPort(5, false);
    await timers.advance(5_000);
    expect(await order).toEqual({ outcome: 'silent', why: 'garbage' });
    expect(hub.port(5).mode).toBe('c');
    driver.stop();
  });

  it('a number that noise has changed once is not learnt', async () => {
    const { timers, driver, spoils, history } = bench();
    let first = true;
    spoils((text) => {
      const isNumber = first && text.includes('sn:DEMO0001');
      if (isNumber) first = false;
      return isNumber ? text.replace('sn:DEMO0001', 'sn:DEM_0001') : text;
    });
    driver.start();
    await timers.advance(20_000);
    expect(driver.snapshot).toMatchObject({ status: 'answering', hardware: { serial: 'DEMO0001' } });
    expect(history.map(({ hardware }) => hardware?.serial)).not.toContain('DEM_0001');
    driver.stop();
  });

  it('goes on every two seconds when the clock is put back an hour between a question and its answer', async () => {
    const { timers, driver, spoils, putClock, hub } = bench();
    driver.start();
    await timers.advance(5_000);
    let back = false;
    spoils((text) => {
      if (!back && text.includes('15, ')) {
        back = true;
        putClock(-3_600_000);
      }
      return text;
    });
    await timers.advance(5_000);
    expect(back).toBe(true);
    const polls = (): number => hub.heard.filter((one) => one === 'state').length;
    const before = polls();
    await timers.advance(10_000);
    expect(polls() - before).toBeGreaterThan(3);
    driver.stop();
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'seed %i: no crash, no unanswered command, bounded memory, and it recovers',
    async (seed) => {
      const { timers, driver, hub, cable } = bench();
      const random = seeded(seed);
      driver.start();
      await timers.advance(3_000);
      for (let round = 0; round < 60; round += 1) {
        if (random() < 0.5) hub.garbleNext(Math.floor(random() * 3_000));
        if (random() < 0.2) hub.delayNext(Math.floor(random() * 8_000));
        if (random() < 0.6)
          cable.noise(
            Uint8Array.from({ length: Math.floor(random() * 400) }, () => Math.floor(random() * 256)),
          );
        if (random() < 0.1) cable.noise(Buffer.from('\r\n>> \r\n>> '));
        if (random() < 0.05) cable.pull();
        if (random() < 0.5) cable.putBack();
        await timers.advance(Math.floor(random() * 3_000));
      }
      cable.putBack();
      await timers.advance(60_000);
      expect(driver.snapshot.status).toBe('answering');
      expect(driver.snapshot.ports).toHaveLength(15);
      driver.stop();
      expect(timers.pending).toBe(0);
    },
  );

  it('settles every command, on a line of pure noise', async () => {
    const timers = new ManualTimers();
    const random = seeded(11);
    let feed: (bytes: Uint8Array) => void = () => undefined;
    const ends: string[] = [];
    const session = new HubSession(
      {
        write: () => undefined,
        onData: (listen) => {
          feed = listen;
        },
        onClose: () => undefined,
        close: () => undefined,
      },
      timers,
      (why) => ends.push(why),
    );
    const outcomes: CommandOutcome[] = [];
    for (let i = 0; i < MAX_WAITING + 4; i += 1)
      void session.command('state').then((one) => outcomes.push(one));
    let peak = 0;
    for (let i = 0; i < 400; i += 1) {
      feed(Uint8Array.from({ length: 1_000 }, () => Math.floor(random() * 256)));
      peak = Math.max(peak, session.held);
      await timers.advance(250);
    }
    expect(outcomes).toHaveLength(MAX_WAITING + 4);
    expect(outcomes.filter((one) => !one.ok && one.why === 'busy')).toHaveLength(4);
    expect(ends).toHaveLength(1);
    expect(peak).toBeLessThan(150_000);
    expect(timers.pending).toBe(0);
  });
});
